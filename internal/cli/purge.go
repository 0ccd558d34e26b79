package cli

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"hbupload/internal/fault"
	"hbupload/internal/host"
	"hbupload/internal/night"
	"hbupload/internal/report"
	"hbupload/internal/run"
)

type purgeOptions struct {
	olderThan string
	yes       bool
}

func newPurge(env *run.Env) *cobra.Command {
	var o purgeOptions
	cmd := &cobra.Command{Use: "purge [DIR…] --older-than 90d", Short: "删除本程序以前生成的报告和日志（含个人信息的文件不宜久留）",
		Long:    "删除本程序以前生成的报告（文件名带“含个人信息”或“汇总”和时间）和日志（hbupload*.log），不碰别的文件。\n子文件夹里只看 sync 按月建立的（如 2026-03）。不给文件夹时，用 sync 的 done 和 failed（没有配置时在收件文件夹下面）。不加 --yes 只列出，不删除。",
		Example: "  hbupload purge 报告文件夹 --older-than 90d          只列出\n  hbupload purge 报告文件夹 --older-than 90d --yes    真正删除",
		RunE:    runs(env, "purge", func(ctx context.Context, args []string) error { return runPurge(ctx, env, args, o) })}
	cmd.Flags().StringVar(&o.olderThan, "older-than", "", "只处理早于这个时间的文件，例如 90d、48h（必填）")
	cmd.Flags().BoolVar(&o.yes, "yes", false, "真正删除，不只是列出")
	return cmd
}

func runPurge(ctx context.Context, env *run.Env, dirs []string, o purgeOptions) error {
	if o.olderThan == "" {
		return fault.New(fault.Usage, "缺少 --older-than").Next("例如 hbupload purge 报告文件夹 --older-than 90d")
	}
	age, err := run.ParseAge(o.olderThan)
	if err != nil {
		return err
	}
	if len(dirs) == 0 {
		if dirs, err = night.SyncFolders(env); err != nil {
			return err
		}
	}
	found, err := run.Purgeable(ctx, dirs, env.Now().Add(-age))
	if err != nil {
		return err
	}
	var failed error
	if o.yes {
		for i := range found {
			if err := os.Remove(found[i].File); err != nil {
				failed = fault.New(fault.Config, "无法删除").At(found[i].File).Next("文件可能正被别的程序打开，关闭后再试").By(err)
				continue
			}
			found[i].Deleted = true
		}
	}
	if env.Opts.JSON && failed == nil {
		return report.Encode(env.Out(), struct {
			run.Document
			Files []run.Purged `json:"files"`
		}{env.OK(), found})
	}
	if !env.Opts.JSON {
		showPurge(env, found, o)
	}
	return failed
}

func showPurge(env *run.Env, found []run.Purged, o purgeOptions) {
	deleted := 0
	for _, f := range found {
		mark := "将删除"
		if f.Deleted {
			mark = "已删除"
			deleted++
		}
		fmt.Fprintf(env.Out(), "%s  %s  %s\n", mark, f.Modified.Local().Format(time.DateOnly), host.SafeText(f.File, run.MaxMessage))
	}
	switch {
	case len(found) == 0:
		fmt.Fprintf(env.Out(), "没有早于 %s 的报告或日志\n", o.olderThan)
	case o.yes:
		fmt.Fprintf(env.Out(), "共删除 %d 个文件\n", deleted)
	default:
		fmt.Fprintf(env.Out(), "共 %d 个文件，还没有删除；确认无误后加 --yes\n", len(found))
	}
}
