package cli

import (
	"context"

	"github.com/spf13/cobra"

	"hbupload/internal/doctor"
	"hbupload/internal/fault"
	"hbupload/internal/report"
	"hbupload/internal/run"
	"hbupload/internal/setup"
)

func newSetup(env *run.Env) *cobra.Command {
	return &cobra.Command{Use: "setup", Short: "第一次使用：回答几个问题，写好配置，登录、下载字典、检查一遍；以后用来改其中一项", Args: argCount(0, 0, ""),
		RunE: runs(env, "setup", func(ctx context.Context, _ []string) error { return setUp(ctx, env, nil) })}
}

// greets reports whether setup should begin by itself: somebody has started the
// program without a command and nothing is configured yet.
func greets(env *run.Env) bool {
	return env.StdinTTY && env.StderrTTY && !env.Opts.JSON && !run.Configured(env)
}

// setUp asks, then downloads the dictionaries and examines everything.
func setUp(ctx context.Context, env *run.Env, files []string) error {
	if !env.StdinTTY || !env.StderrTTY {
		return fault.New(fault.Usage, "setup 要在终端里回答问题，这里没有终端").
			Next("请在命令提示符或终端窗口里运行；没有终端时用 hbupload config init 生成配置文件，填好后运行 hbupload doctor")
	}
	s := &setup.Setup{Dialog: run.SetupDialog(ctx, env), Request: env.Request(), Files: files, Target: run.SetupTarget(env),
		Login:  func(ctx context.Context, c setup.Account) error { return run.TryLogin(ctx, env, c) },
		Recall: func(c setup.Account) string { return run.Remembered(env, c) },
		Keep:   func(c setup.Account) error { return run.KeepAccount(env, c) }}
	result, err := s.Run(ctx)
	if err != nil && result.File != "" {
		env.Say("回答已保存在 %s；问题解决后再运行 hbupload setup，直接回车就会再试一遍", result.File)
	}
	if err != nil {
		return err
	}
	return afterSetup(ctx, env, result)
}

// afterSetup does what a new account needs, and says what to type next.
func afterSetup(ctx context.Context, env *run.Env, result setup.Result) error {
	if env.Opts.Config == "" {
		env.Opts.Config = result.File
	}
	cfg, err := env.Load()
	if err != nil {
		return err
	}
	env.Say("\n下载字典：")
	set, err := run.PullDicts(ctx, env, cfg)
	if err != nil {
		return err
	}
	if env.Opts.JSON {
		return report.Encode(env.Out(), struct {
			run.Document
			File         string `json:"file"`
			Answers      int    `json:"answers"`
			Dictionaries int    `json:"dictionaries"`
		}{env.OK(), result.File, result.Answers, len(set.All())})
	}
	if err := listDicts(env, set); err != nil {
		return err
	}
	env.Say("\n检查：")
	examined := doctor.Run(ctx, env, false, doctor.BundleOptions{})
	env.Tell("\n设置完成，配置在 %s\n下一步：\n  hbupload validate 导出.xlsx   只检查，不上传\n  hbupload push 导出.xlsx       检查并上传（也可以把文件拖到程序图标上）\n  hbupload setup                以后改其中一项\n", result.File)
	return examined
}
