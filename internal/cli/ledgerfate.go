package cli

import (
	"context"

	"github.com/spf13/cobra"

	"hbupload/internal/config"
	"hbupload/internal/fault"
	"hbupload/internal/ledger"
	"hbupload/internal/report"
)

// locked runs something that changes the ledger as a whole, while no run does.
func (a *app) locked(ctx context.Context, run func(cfg *config.Config, led *ledger.Ledger) error) error {
	cfg, err := a.load()
	if err != nil {
		return err
	}
	led, err := a.openLedger(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { _ = led.Close() }()
	lock, err := led.Lock(ctx, ledger.Holder{PID: a.PID, Host: a.Host, User: a.User, Command: a.command, Started: a.Now()})
	if err != nil {
		return err
	}
	defer func() { _ = lock.Unlock() }()
	return run(cfg, led)
}

func newLedgerRebind(a *app) *cobra.Command {
	var same bool
	cmd := &cobra.Command{Use: "rebind --same-platform", Short: "平台换了地址而仍是同一个平台：台账改记为现在配置的地址", Args: argCount(0, 0, ""),
		RunE: a.run("ledger rebind", func(ctx context.Context, _ []string) error { return a.rebind(ctx, same) })}
	cmd.Flags().BoolVar(&same, "same-platform", false, "确认：现在配置的地址就是台账里那个平台的新地址")
	return cmd
}

func (a *app) rebind(ctx context.Context, same bool) error {
	if !same {
		return fault.New(fault.Usage, "请加 --same-platform，确认现在配置的地址就是台账里那个平台的新地址").
			Next("如果是另一个平台，请为它另设数据文件夹（data_dir）或 profile：台账里已传的人在那里一个也没有")
	}
	return a.locked(ctx, func(cfg *config.Config, led *ledger.Ledger) error {
		before, err := led.Rebind(ctx)
		if err != nil {
			return err
		}
		now := ledger.Address(cfg.Platform.BaseURL)
		if a.opts.json {
			return report.Encode(a.out(), struct {
				commandJSON
				Before string `json:"before,omitempty"`
				Now    string `json:"now"`
			}{a.ok(), before, now})
		}
		if before == "" {
			before = "（没有记录）"
		}
		a.tell("台账所属的平台：%s → %s\n", before, now)
		return nil
	})
}

func newLedgerAcceptGap(a *app) *cobra.Command {
	return &cobra.Command{Use: "accept-gap", Short: "台账恢复过或比本机见过的旧：已弄清缺了什么，允许继续上传", Args: argCount(0, 0, ""),
		RunE: a.run("ledger accept-gap", func(ctx context.Context, _ []string) error { return a.acceptGap(ctx) })}
}

func (a *app) acceptGap(ctx context.Context) error {
	return a.locked(ctx, func(_ *config.Config, led *ledger.Ledger) error {
		g, err := led.AcceptGap(ctx)
		if err != nil {
			return err
		}
		if a.opts.json {
			doc := struct {
				commandJSON
				Accepted bool        `json:"accepted"`
				Gap      *ledger.Gap `json:"gap,omitempty"`
			}{a.ok(), g.Open(), nil}
			if g.Open() {
				doc.Gap = &g
			}
			return report.Encode(a.out(), doc)
		}
		if !g.Open() {
			a.tell("台账没有缺口，没有改动\n")
			return nil
		}
		a.tell("%s。\n已记下：从现在起照常上传；此前传过而台账不知道的人会再传一次，除非先用 hbupload adopt 登记\n", g.Sentence())
		return nil
	})
}
