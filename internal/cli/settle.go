package cli

import (
	"context"

	"github.com/spf13/cobra"

	"hbupload/internal/fault"
	"hbupload/internal/ledger"
	"hbupload/internal/report"
	"hbupload/internal/run"
)

type resolveOptions struct {
	sent, resend, samePerson bool
	worksheet                string
	in                       []string
}

func newResolve(env *run.Env) *cobra.Command {
	var o resolveOptions
	cmd := &cobra.Command{Use: "resolve KEY… --sent | --resend | --same-person", Short: "了结结果不明的记录（只作标记，下次上传时生效）",
		Example: "  hbupload resolve TJ0001 --sent          平台上已经有\n  hbupload resolve TJ0002 --resend        平台上没有，下次再传\n  hbupload resolve TJ0003 --same-person   姓名更正，是同一个人\n  hbupload resolve --worksheet 核对.xlsx --in 导出.xlsx",
		RunE:    runs(env, "resolve", func(ctx context.Context, args []string) error { return runResolve(ctx, env, args, o) })}
	f := cmd.Flags()
	f.BoolVar(&o.sent, "sent", false, "平台上已经有这条记录")
	f.BoolVar(&o.resend, "resend", false, "平台上没有，下次上传时再传")
	f.BoolVar(&o.samePerson, "same-person", false, "姓名更正后仍是同一个人")
	f.StringVar(&o.worksheet, "worksheet", "", "把需要在平台上核对的人写到这个 xlsx（含个人信息）")
	f.StringArrayVar(&o.in, "in", nil, "核对表所用的导出文件（可重复）")
	return cmd
}

func (o *resolveOptions) how() (ledger.How, error) {
	var chosen []ledger.How
	for _, c := range []struct {
		on  bool
		how ledger.How
	}{{o.sent, ledger.AsSent}, {o.resend, ledger.AsResend}, {o.samePerson, ledger.AsSamePerson}} {
		if c.on {
			chosen = append(chosen, c.how)
		}
	}
	if len(chosen) != 1 {
		return "", fault.New(fault.Usage, "请在 --sent、--resend、--same-person 中选一个").Next("先在平台上核对这些人，再决定")
	}
	return chosen[0], nil
}

type resolvedJSON struct {
	Key   string `json:"key"`
	ID    int64  `json:"id"`
	State string `json:"state"`
}

func runResolve(ctx context.Context, env *run.Env, keys []string, o resolveOptions) error {
	if o.worksheet != "" {
		return writeWorksheet(ctx, env, o)
	}
	if len(keys) == 0 {
		return fault.New(fault.Usage, "缺少体检编号").Next("例如 hbupload resolve TJ0001 --sent")
	}
	how, err := o.how()
	if err != nil {
		return err
	}
	cfg, err := env.Load()
	if err != nil {
		return err
	}
	led, err := env.OpenLedger(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { _ = led.Close() }()
	if err := run.Belongs(ctx, env, cfg, led); err != nil {
		return err
	}
	doc := struct {
		run.Document
		Resolved []resolvedJSON `json:"resolved"`
	}{env.OK(), []resolvedJSON{}}
	marked, err := led.ResolveAll(ctx, keys, how)
	if err != nil {
		return err
	}
	for _, c := range marked {
		doc.Resolved = append(doc.Resolved, resolvedJSON{c.Key, c.SubmissionID, string(c.State)})
		if !env.Opts.JSON {
			env.Tell("%s：已标记，状态 %s\n", c.Key, run.StateWord(c.State))
		}
	}
	if env.Opts.JSON {
		return report.Encode(env.Out(), doc)
	}
	return nil
}

func newAdopt(env *run.Env) *cobra.Command {
	var o run.ReadOptions
	cmd := &cobra.Command{Use: "adopt FILE…", Short: "把文件里的记录登记为已用别的方式上传过，以后不再上传",
		Args: argCount(1, -1, "文件"),
		RunE: runs(env, "adopt", func(ctx context.Context, args []string) error { return run.Adopt(ctx, env, args, o) })}
	cmd.Flags().StringVar(&o.Sheet, "sheet", "", "从这张表读取体检信息")
	cmd.Flags().StringVar(&o.Mapping, "mapping", "", run.MappingUsage)
	cmd.Flags().StringArrayVar(&o.Only, "only", nil, "只登记这个体检编号（可重复）")
	return cmd
}
