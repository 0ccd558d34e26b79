package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"hbupload/internal/fault"
	"hbupload/internal/host"
	"hbupload/internal/report"
	"hbupload/internal/run"
)

func newShell(env *run.Env) *cobra.Command {
	cmd := group(&cobra.Command{Use: "shell", Short: "Windows 右键菜单“发送到”里的 hbupload"})
	for _, sub := range []struct {
		use, short string
		body       func(env *run.Env, path string) error
	}{
		{"install", "在“发送到”里加上：选中导出文件，右键发送，检查并上传", shellInstall},
		{"remove", "从“发送到”里去掉", shellRemove},
	} {
		cmd.AddCommand(&cobra.Command{Use: sub.use, Short: sub.short, Args: argCount(0, 0, ""),
			RunE: runs(env, "shell "+sub.use, func(context.Context, []string) error {
				if env.System != "windows" || env.UserDir == "" {
					return fault.New(fault.Usage, "“发送到”是 Windows 的右键菜单，这台电脑没有").Next("请直接用 hbupload push 导出.xlsx")
				}
				return sub.body(env, filepath.Join(env.UserDir, "Microsoft", "Windows", "SendTo", sendToName))
			})})
	}
	return cmd
}

// sendToName is how the menu shows the entry, without .cmd.
const sendToName = "hbupload 检查并上传.cmd"

// sentToJSON is what shell install and remove did.
type sentToJSON struct {
	run.Document
	File      string `json:"file"`
	Installed bool   `json:"installed"`
}

func shellInstall(env *run.Env, path string) error {
	if env.Executable == "" {
		return fault.New(fault.Config, "不知道本程序的位置，无法加入“发送到”")
	}
	cfg, err := env.Load()
	if err != nil {
		return err
	}
	options := []host.BatchOption{}
	if cfg.File != "" { // the folder in which Explorer starts us is not known
		options = append(options, host.BatchOption{Flag: "--config", Variable: "hbconfig", Value: env.Absolute(cfg.File)})
	}
	if env.Opts.DataDir != "" {
		options = append(options, host.BatchOption{Flag: "--data-dir", Variable: "hbdata", Value: env.Absolute(env.Opts.DataDir)})
	}
	if env.Opts.Profile != "" {
		options = append(options, host.BatchOption{Flag: "--profile", Variable: "hbprofile", Value: env.Opts.Profile})
	}
	if err := host.WritePrivate(path, []byte(host.SendTo(env.Executable, options))); err != nil {
		return fault.New(fault.Config, "无法写入").At(path).Next("请检查权限").By(err)
	}
	return saySentTo(env, path, true, "已加入“发送到”：选中一个或几个导出文件，右键→发送到→"+strings.TrimSuffix(sendToName, ".cmd")+"；程序换了位置请再执行一次")
}

func shellRemove(env *run.Env, path string) error {
	err := os.Remove(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return saySentTo(env, path, false, "“发送到”里没有 hbupload，不需要去掉")
	case err != nil:
		return fault.New(fault.Config, "无法删除").At(path).Next("请检查权限").By(err)
	}
	return saySentTo(env, path, false, "已从“发送到”里去掉")
}

func saySentTo(env *run.Env, path string, installed bool, words string) error {
	if env.Opts.JSON {
		return report.Encode(env.Out(), sentToJSON{env.OK(), path, installed})
	}
	fmt.Fprintln(env.Out(), words)
	return nil
}
