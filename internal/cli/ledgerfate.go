package cli

import (
	"context"

	"github.com/spf13/cobra"

	"hbupload/internal/config"
	"hbupload/internal/fault"
	"hbupload/internal/ledger"
	"hbupload/internal/report"
	"hbupload/internal/run"
)

// whileLocked runs something that changes the ledger as a whole, while no run does.
func whileLocked(ctx context.Context, env *run.Env, run func(cfg *config.Config, led *ledger.Ledger) error) error {
	cfg, err := env.Load()
	if err != nil {
		return err
	}
	led, err := env.OpenLedger(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { _ = led.Close() }()
	lock, err := led.Lock(ctx, ledger.Holder{PID: env.PID, Host: env.Host, User: env.User, Command: env.Command, Started: env.Now()})
	if err != nil {
		return err
	}
	defer func() { _ = lock.Unlock() }()
	return run(cfg, led)
}

func newLedgerRebind(env *run.Env) *cobra.Command {
	var same bool
	cmd := &cobra.Command{Use: "rebind --same-platform", Short: "平台换了地址而仍是同一个平台：台账改记为现在配置的地址", Args: argCount(0, 0, ""),
		RunE: runs(env, "ledger rebind", func(ctx context.Context, _ []string) error { return runRebind(ctx, env, same) })}
	cmd.Flags().BoolVar(&same, "same-platform", false, "确认：现在配置的地址就是台账里那个平台的新地址")
	return cmd
}

func runRebind(ctx context.Context, env *run.Env, same bool) error {
	if !same {
		return fault.New(fault.Usage, "请加 --same-platform，确认现在配置的地址就是台账里那个平台的新地址").
			Next("如果是另一个平台，请为它另设数据文件夹（data_dir）或 profile：台账里已传的人在那里一个也没有")
	}
	return whileLocked(ctx, env, func(cfg *config.Config, led *ledger.Ledger) error {
		before, err := led.Rebind(ctx)
		if err != nil {
			return err
		}
		now := ledger.Address(cfg.Platform.BaseURL)
		if env.Opts.JSON {
			return report.Encode(env.Out(), struct {
				run.Document
				Before string `json:"before,omitempty"`
				Now    string `json:"now"`
			}{env.OK(), before, now})
		}
		if before == "" {
			before = "（没有记录）"
		}
		env.Tell("台账所属的平台：%s → %s\n", before, now)
		return nil
	})
}

func newLedgerAcceptGap(env *run.Env) *cobra.Command {
	return &cobra.Command{Use: "accept-gap", Short: "台账恢复过或比本机见过的旧：已弄清缺了什么，允许继续上传", Args: argCount(0, 0, ""),
		RunE: runs(env, "ledger accept-gap", func(ctx context.Context, _ []string) error { return runAcceptGap(ctx, env) })}
}

func runAcceptGap(ctx context.Context, env *run.Env) error {
	return whileLocked(ctx, env, func(_ *config.Config, led *ledger.Ledger) error {
		g, err := led.AcceptGap(ctx)
		if err != nil {
			return err
		}
		if env.Opts.JSON {
			doc := struct {
				run.Document
				Accepted bool        `json:"accepted"`
				Gap      *ledger.Gap `json:"gap,omitempty"`
			}{env.OK(), g.Open(), nil}
			if g.Open() {
				doc.Gap = &g
			}
			return report.Encode(env.Out(), doc)
		}
		if !g.Open() {
			env.Tell("台账没有缺口，没有改动\n")
			return nil
		}
		env.Tell("%s。\n已记下：从现在起照常上传；此前传过而台账不知道的人会再传一次，除非先用 hbupload adopt 登记\n", g.Sentence())
		return nil
	})
}
