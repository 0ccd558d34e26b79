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
)

func newLogin(a *app) *cobra.Command {
	var save bool
	cmd := &cobra.Command{Use: "login", Short: "用配置的用户名和密码登录一次，检验是否正确", Args: argCount(0, 0, ""),
		RunE: a.run("login", func(ctx context.Context, _ []string) error { return a.login(ctx, save) })}
	cmd.Flags().BoolVar(&save, "save", false, "登录成功后把密码存入系统密钥环，以后不必写在配置里")
	return cmd
}

func (a *app) login(ctx context.Context, save bool) error {
	cfg, err := a.load()
	if err != nil {
		return err
	}
	if !save || !a.StdinTTY { // --save on a terminal asks anew: the saved one may be outdated
		a.recall(cfg)
	}
	a.askPassword(cfg)
	client, err := a.client(cfg)
	if err != nil {
		return err
	}
	defer client.Close()
	a.warnPlain(client)
	if err := client.Login(ctx); err != nil {
		return err
	}
	if save {
		if err := a.keep(cfg); err != nil {
			return err
		}
	}
	if a.opts.json {
		return report.Encode(a.out(), struct {
			commandJSON
			Saved bool `json:"saved"`
		}{a.ok(), save})
	}
	if save {
		defer fmt.Fprintln(a.out(), "密码已存入系统密钥环；hbupload logout 会把它删除")
	}
	a.tell("登录成功：%s，用户 %s\n", cfg.Platform.BaseURL, cfg.Platform.Username)
	a.tell("通信方式：%s\n", speech(client.Speech()))
	return nil
}

// askPassword asks on a terminal for a password that is configured nowhere.
func (a *app) askPassword(cfg *config.Config) {
	p := &cfg.Platform
	if p.Username == "" || passwordMD5(*p) != "" || !a.StdinTTY || !a.StderrTTY || a.ReadPassword == nil {
		return
	}
	fmt.Fprintf(a.Stderr, "用户 %s 的密码：", p.Username)
	text, err := a.ReadPassword()
	fmt.Fprintln(a.Stderr)
	if err == nil {
		p.Password = config.Secret(text)
	}
}

func newLogout(a *app) *cobra.Command {
	return &cobra.Command{Use: "logout", Short: "删除本机保存的 token 和系统密钥环里的密码", Args: argCount(0, 0, ""),
		RunE: a.run("logout", func(context.Context, []string) error { return a.logout() })}
}

func (a *app) logout() error {
	cfg, err := a.load()
	if err != nil {
		return err
	}
	if err := os.Remove(tokenPath(cfg)); err != nil && !os.IsNotExist(err) {
		return fault.New(fault.Config, "token 文件无法删除").At(tokenPath(cfg)).Next("请检查权限").By(err)
	}
	forgot, err := a.forget(cfg)
	if err != nil {
		return err
	}
	if a.opts.json {
		return report.Encode(a.out(), struct {
			commandJSON
			Forgotten bool `json:"password_forgotten"`
		}{a.ok(), forgot})
	}
	fmt.Fprintln(a.out(), "已删除本机保存的 token")
	if forgot {
		fmt.Fprintln(a.out(), "已删除系统密钥环里的密码")
	}
	return nil
}

func newConfig(a *app) *cobra.Command {
	cmd := group(&cobra.Command{Use: "config", Short: "配置：生成、查看"})
	var output string
	var force bool
	init := &cobra.Command{Use: "init", Short: "生成一份带说明的配置文件", Args: argCount(0, 0, ""),
		RunE: a.run("config init", func(context.Context, []string) error { return a.configInit(output, force) })}
	init.Flags().StringVarP(&output, "output", "o", "", "写到这个文件（默认：--config 或当前文件夹的 "+config.FileName+"；- 为标准输出）")
	init.Flags().BoolVar(&force, "force", false, "覆盖已有文件")
	cmd.AddCommand(init, &cobra.Command{Use: "show", Short: "显示生效的配置及每项的来源，密码隐藏", Args: argCount(0, 0, ""),
		RunE: a.run("config show", func(context.Context, []string) error { return a.configShow() })})
	return cmd
}

func (a *app) configInit(path string, force bool) error {
	text := config.Example(nil)
	if path == "-" && a.opts.json {
		return report.Encode(a.out(), struct {
			commandJSON
			File string `json:"file"`
			Text string `json:"text"`
		}{a.ok(), path, text})
	}
	if path == "-" {
		_, err := fmt.Fprint(a.out(), text)
		return err
	}
	if path == "" {
		path = a.opts.config
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
	if a.opts.json {
		return report.Encode(a.out(), struct {
			commandJSON
			File string `json:"file"`
		}{a.ok(), path})
	}
	a.tell("已生成 %s。请填写 platform.base_url、username 和 password_file，然后运行 hbupload login 检验\n", path)
	return nil
}

func (a *app) configShow() error {
	cfg, err := a.load()
	if err != nil {
		return err
	}
	if a.opts.json {
		return report.Encode(a.out(), struct {
			commandJSON
			File   string         `json:"file"`
			Values []config.Entry `json:"values"`
		}{a.ok(), cfg.File, cfg.Entries()})
	}
	file := cfg.File
	if file == "" {
		file = "（没有配置文件）"
	}
	a.tell("配置文件：%s\n数据文件夹：%s\n\n", file, cfg.DataDir)
	from := map[string]string{"default": "默认值", "env": "环境变量", "flag": "命令行", "file": "配置文件", "profile": "profile"}
	var rows [][]string
	for _, e := range cfg.Entries() {
		rows = append(rows, []string{e.Key, e.Value, from[e.From], e.Source})
	}
	a.table([]string{"配置项", "值", "来源", "位置"}, rows)
	return nil
}

func newVersion(a *app) *cobra.Command {
	return &cobra.Command{Use: "version", Short: "显示版本", Args: argCount(0, 0, ""),
		RunE: a.run("version", func(context.Context, []string) error { return a.version() })}
}

// version shows which program this is.
func (a *app) version() error {
	a.command = "version"
	if a.opts.json {
		return report.Encode(a.out(), struct {
			commandJSON
			Version   string `json:"version"`
			Commit    string `json:"commit"`
			Date      string `json:"date"`
			Interface string `json:"interface"`
		}{a.ok(), a.Build.Version, a.Build.Commit, a.Build.Date, interfaceVersion})
	}
	a.tell("hbupload %s（接口规范 %s）%s %s\n", a.Build.Version, interfaceVersion, a.Build.Commit, a.Build.Date)
	return nil
}

// interfaceVersion is the document this program implements.
const interfaceVersion = "V3.8"

func newCompletion(a *app, root *cobra.Command) *cobra.Command {
	return &cobra.Command{Use: "completion bash|zsh|fish|powershell", Short: "输出命令行自动补全脚本", Args: argCount(1, 1, "shell 的名称"),
		ValidArgs: []string{"bash", "zsh", "fish", "powershell"},
		RunE: a.run("completion", func(_ context.Context, args []string) error {
			if !a.opts.json {
				return completionScript(root, args[0], a.out())
			}
			var script strings.Builder
			if err := completionScript(root, args[0], &script); err != nil {
				return err
			}
			return report.Encode(a.out(), struct {
				commandJSON
				Script string `json:"script"`
			}{a.ok(), script.String()})
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
