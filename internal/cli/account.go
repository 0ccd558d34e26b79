package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"hbupload/internal/config"
	"hbupload/internal/fault"
	"hbupload/internal/host"
	"hbupload/internal/report"
	"hbupload/internal/run"
)

func newLogin(env *run.Env) *cobra.Command {
	var save bool
	cmd := &cobra.Command{Use: "login", Short: "用配置的用户名和密码登录一次，检验是否正确", Args: argCount(0, 0, ""),
		RunE: runs(env, "login", func(ctx context.Context, _ []string) error { return runLogin(ctx, env, save) })}
	cmd.Flags().BoolVar(&save, "save", false, "登录成功后把密码存入系统密钥环，以后不必写在配置里")
	return cmd
}

func runLogin(ctx context.Context, env *run.Env, save bool) error {
	cfg, err := env.Load()
	if err != nil {
		return err
	}
	if !save || !env.StdinTTY { // --save on a terminal asks anew: the saved one may be outdated
		env.Recall(cfg)
	}
	askPassword(env, cfg)
	client, err := env.Client(cfg)
	if err != nil {
		return err
	}
	defer client.Close()
	run.WarnPlain(env, client)
	if err := client.Login(ctx); err != nil {
		return err
	}
	if save {
		if err := run.KeepPassword(env, cfg); err != nil {
			return err
		}
	}
	if env.Opts.JSON {
		return report.Encode(env.Out(), struct {
			run.Document
			Saved bool `json:"saved"`
		}{env.OK(), save})
	}
	if save {
		defer fmt.Fprintln(env.Out(), "密码已存入系统密钥环；hbupload logout 会把它删除")
	}
	env.Tell("登录成功：%s，用户 %s\n", cfg.Platform.BaseURL, cfg.Platform.Username)
	env.Tell("通信方式：%s\n", run.Speech(client.Speech()))
	return nil
}

// askPassword asks on a terminal for a password that is configured nowhere.
func askPassword(env *run.Env, cfg *config.Config) {
	p := &cfg.Platform
	if p.Username == "" || run.PasswordMD5(*p) != "" || !env.StdinTTY || !env.StderrTTY || env.ReadPassword == nil {
		return
	}
	fmt.Fprintf(env.Stderr, "用户 %s 的密码：", p.Username)
	text, err := env.ReadPassword()
	fmt.Fprintln(env.Stderr)
	if err == nil {
		p.Password = config.Secret(text)
	}
}

func newLogout(env *run.Env) *cobra.Command {
	return &cobra.Command{Use: "logout", Short: "删除本机保存的 token 和系统密钥环里的密码", Args: argCount(0, 0, ""),
		RunE: runs(env, "logout", func(context.Context, []string) error { return runLogout(env) })}
}

func runLogout(env *run.Env) error {
	cfg, err := env.Load()
	if err != nil {
		return err
	}
	if err := os.Remove(run.TokenPath(cfg)); err != nil && !os.IsNotExist(err) {
		return fault.New(fault.Config, "token 文件无法删除").At(run.TokenPath(cfg)).Next("请检查权限").By(err)
	}
	forgot, err := run.ForgetPassword(env, cfg)
	if err != nil {
		return err
	}
	if env.Opts.JSON {
		return report.Encode(env.Out(), struct {
			run.Document
			Forgotten bool `json:"password_forgotten"`
		}{env.OK(), forgot})
	}
	fmt.Fprintln(env.Out(), "已删除本机保存的 token")
	if forgot {
		fmt.Fprintln(env.Out(), "已删除系统密钥环里的密码")
	}
	return nil
}

func newConfig(env *run.Env) *cobra.Command {
	cmd := group(&cobra.Command{Use: "config", Short: "配置：生成、查看"})
	var output string
	var force bool
	init := &cobra.Command{Use: "init", Short: "生成一份带说明的配置文件", Args: argCount(0, 0, ""),
		RunE: runs(env, "config init", func(context.Context, []string) error { return configInit(env, output, force) })}
	init.Flags().StringVarP(&output, "output", "o", "", "写到这个文件（默认：--config 或当前文件夹的 "+config.FileName+"；- 为标准输出）")
	init.Flags().BoolVar(&force, "force", false, "覆盖已有文件")
	cmd.AddCommand(init, &cobra.Command{Use: "show", Short: "显示生效的配置及每项的来源，密码隐藏", Args: argCount(0, 0, ""),
		RunE: runs(env, "config show", func(context.Context, []string) error { return configShow(env) })})
	return cmd
}

func configInit(env *run.Env, path string, force bool) error {
	text := config.Example(nil)
	if path == "-" && env.Opts.JSON {
		return report.Encode(env.Out(), struct {
			run.Document
			File string `json:"file"`
			Text string `json:"text"`
		}{env.OK(), path, text})
	}
	if path == "-" {
		_, err := fmt.Fprint(env.Out(), text)
		return err
	}
	if path == "" {
		path = env.Opts.Config
	}
	if path == "" {
		path = config.FileName
	}
	if _, err := os.Stat(path); err == nil && !force {
		return fault.New(fault.Config, "文件已存在，没有覆盖").At(path).Next("确实要覆盖请加 --force，或用 -o 写到别处")
	}
	if err := host.WritePrivate(path, []byte(text)); err != nil {
		return fault.New(fault.Config, "无法写入").At(path).Next("请检查文件夹是否存在、是否有权限").By(err)
	}
	if env.Opts.JSON {
		return report.Encode(env.Out(), struct {
			run.Document
			File string `json:"file"`
		}{env.OK(), path})
	}
	env.Tell("已生成 %s。请填写 platform.base_url、username 和 password_file，然后运行 hbupload login 检验\n", path)
	return nil
}

func configShow(env *run.Env) error {
	cfg, err := env.Load()
	if err != nil {
		return err
	}
	if env.Opts.JSON {
		return report.Encode(env.Out(), struct {
			run.Document
			File   string         `json:"file"`
			Values []config.Entry `json:"values"`
		}{env.OK(), cfg.File, cfg.Entries()})
	}
	file := cfg.File
	if file == "" {
		file = "（没有配置文件）"
	}
	env.Tell("配置文件：%s\n数据文件夹：%s\n\n", file, cfg.DataDir)
	from := map[string]string{"default": "默认值", "env": "环境变量", "flag": "命令行", "file": "配置文件", "profile": "profile"}
	var rows [][]string
	for _, e := range cfg.Entries() {
		rows = append(rows, []string{e.Key, e.Value, from[e.From], e.Source})
	}
	env.Table([]string{"配置项", "值", "来源", "位置"}, rows)
	return nil
}

func newVersion(env *run.Env) *cobra.Command {
	return &cobra.Command{Use: "version", Short: "显示版本", Args: argCount(0, 0, ""),
		RunE: runs(env, "version", func(context.Context, []string) error { return runVersion(env) })}
}

// runVersion shows which program this is.
func runVersion(env *run.Env) error {
	env.Command = "version"
	if env.Opts.JSON {
		return report.Encode(env.Out(), struct {
			run.Document
			Version   string `json:"version"`
			Commit    string `json:"commit"`
			Date      string `json:"date"`
			Interface string `json:"interface"`
		}{env.OK(), env.Build.Version, env.Build.Commit, env.Build.Date, run.InterfaceVersion})
	}
	env.Tell("hbupload %s（接口规范 %s）%s %s\n", env.Build.Version, run.InterfaceVersion, env.Build.Commit, env.Build.Date)
	return nil
}

func newCompletion(env *run.Env, root *cobra.Command) *cobra.Command {
	return &cobra.Command{Use: "completion bash|zsh|fish|powershell", Short: "输出命令行自动补全脚本", Args: argCount(1, 1, "shell 的名称"),
		ValidArgs: []string{"bash", "zsh", "fish", "powershell"},
		RunE: runs(env, "completion", func(_ context.Context, args []string) error {
			if !env.Opts.JSON {
				return completionScript(root, args[0], env.Out())
			}
			var script strings.Builder
			if err := completionScript(root, args[0], &script); err != nil {
				return err
			}
			return report.Encode(env.Out(), struct {
				run.Document
				Script string `json:"script"`
			}{env.OK(), script.String()})
		})}
}

func completionScript(root *cobra.Command, shell string, w io.Writer) error {
	switch shell {
	case "bash":
		return root.GenBashCompletionV2(w, true)
	case "zsh":
		return root.GenZshCompletion(w)
	case "fish":
		return root.GenFishCompletion(w, true)
	case "powershell":
		return root.GenPowerShellCompletionWithDesc(w)
	}
	return fault.New(fault.Usage, "不支持的 shell："+shell).Next("可用：bash、zsh、fish、powershell")
}
