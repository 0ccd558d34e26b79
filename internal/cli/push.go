package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"hbupload/internal/run"
)

func newPush(env *run.Env) *cobra.Command {
	var o run.PushOptions
	cmd := &cobra.Command{
		Use: "push FILE…", Short: "检查并上传导出文件（主要命令）",
		Example: "  hbupload push 导出.xlsx\n  hbupload push 导出.xlsx --dry-run\n  hbupload push 导出.xlsx --only TJ0001",
		Args:    argCount(1, -1, "要上传的文件"),
		RunE: func(cmd *cobra.Command, args []string) error {
			env.Command = "push"
			for flag, key := range map[string]string{"concurrency": "upload.concurrency", "rate": "upload.rate", "max-rejections": "upload.max_rejections"} {
				if f := cmd.Flags().Lookup(flag); f.Changed {
					env.Set(key, flag, f.Value.String())
				}
			}
			return runPush(cmd.Context(), env, args, o)
		},
	}
	addReadFlags(cmd, &o.ReadOptions)
	f := cmd.Flags()
	f.BoolVar(&o.DryRun, "dry-run", false, "演练：不登录、不上传、不改动台账")
	f.IntVar(&o.Concurrency, "concurrency", 0, "同时上传的请求数（默认按配置）")
	f.Float64Var(&o.Rate, "rate", 0, "每秒请求数上限（默认按配置）")
	f.StringVar(&o.Resend, "resend", "", "重新上传已接收的记录：changed 内容已变的，all 全部")
	f.IntVar(&o.MaxRejections, "max-rejections", 0, "连续被拒多少条后停止（默认按配置）")
	f.BoolVar(&o.Yes, "yes", false, "不询问，直接上传")
	f.BoolVar(&o.Sandbox, "sandbox", false, "对本程序内置的模拟平台演练，数据不离开本机")
	return cmd
}

func runPush(ctx context.Context, env *run.Env, files []string, o run.PushOptions) error {
	if err := o.Check(); err != nil {
		return err
	}
	cfg, err := env.Load()
	if err != nil {
		return err
	}
	if o.Sandbox {
		stop, err := run.EmbedSandbox(ctx, env, cfg)
		if err != nil {
			return err
		}
		defer stop()
	}
	if err := run.BelongsFirst(ctx, env, cfg); err != nil {
		return err
	}
	if o.DryRun {
		return run.Rehearse(ctx, env, cfg, files, o)
	}
	return run.Deliver(ctx, env, cfg, files, o)
}

// dragged is hbupload FILE…: the summary is shown, the operator is asked, then
// the files are pushed.
func dragged(env *run.Env, cmd *cobra.Command, files []string) error {
	env.Command = "push"
	return runPush(cmd.Context(), env, files, run.PushOptions{Ask: true})
}

// holdWindow keeps the window of a double-click open until it has been read.
func holdWindow(env *run.Env) {
	if !env.DoubleClicked || !env.StdinTTY {
		return
	}
	fmt.Fprint(env.Stderr, "按回车键关闭窗口…")
	var line string
	_, _ = fmt.Fscanln(env.Stdin, &line)
}

// addReadFlags adds the flags of the commands that read FILEs.
func addReadFlags(cmd *cobra.Command, o *run.ReadOptions) {
	f := cmd.Flags()
	f.StringVar(&o.Sheet, "sheet", "", "从这张表读取体检信息")
	f.StringVar(&o.Mapping, "mapping", "", run.MappingUsage)
	f.StringArrayVar(&o.Only, "only", nil, "只处理这个体检编号（可重复）")
	f.IntVar(&o.Limit, "limit", 0, "只处理前 N 条记录")
	f.BoolVar(&o.Strict, "strict", false, "提示也视为错误")
	f.StringVar(&o.Report, "report", "", "报告放在这个文件夹（默认：输入文件旁边）")
	f.BoolVar(&o.NoReport, "no-report", false, "不生成报告")
	f.BoolVar(&o.OnlyBad, "only-bad", false, "报告工作簿里只放需要修改的人（表头和这些人的各行）")
}
