package cli

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hbupload/internal/config"
	"hbupload/internal/ledger"
	"hbupload/internal/night"
	"hbupload/internal/report"
	"hbupload/internal/run"
)

// openBook opens the ledger for reading; it works while a push runs.
func openBook(ctx context.Context, env *run.Env) (*config.Config, *ledger.Ledger, error) {
	cfg, err := env.Load()
	if err != nil {
		return nil, nil, err
	}
	led, err := env.ReadLedger(ctx, cfg)
	return cfg, led, err
}

func newStatus(env *run.Env) *cobra.Command {
	return &cobra.Command{Use: "status [FILE…]", Short: "台账概况：最近成功的上传、未送达、结果不明",
		RunE: runs(env, "status", func(ctx context.Context, args []string) error { return runStatus(ctx, env, args) })}
}

func runStatus(ctx context.Context, env *run.Env, files []string) error {
	cfg, led, err := openBook(ctx, env)
	if err != nil {
		return err
	}
	defer func() { _ = led.Close() }()
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = filepath.Base(f)
	}
	v, err := led.Status(ctx, names...)
	if err != nil {
		return err
	}
	belongs, gap, lines, err := run.Standing(ctx, led)
	if err != nil {
		return err
	}
	timely := run.Timely(ctx, env, cfg, led, files)
	if env.Opts.JSON {
		doc := struct {
			run.Document
			Ledger      string          `json:"ledger"`
			LastGoodRun *run.RunJSON    `json:"last_good_run"`
			LastRun     *run.RunJSON    `json:"last_run"`
			Undelivered int             `json:"undelivered"`
			InDoubt     int             `json:"in_doubt"`
			Total       int             `json:"total"`
			Counts      map[string]int  `json:"counts"`
			Runs        []*run.RunJSON  `json:"runs"`
			Running     *ledger.Holder  `json:"running"`
			Elsewhere   []*run.RunJSON  `json:"running_elsewhere,omitempty"`
			Unsettled   int             `json:"unsettled,omitempty"`
			LastSync    *night.LastRun  `json:"last_sync,omitempty"`
			Platform    string          `json:"platform,omitempty"`
			Other       string          `json:"other_platform_configured,omitempty"`
			Gap         *ledger.Gap     `json:"gap,omitempty"`
			Files       *run.Timeliness `json:"files,omitempty"`
		}{env.OK(), run.LedgerPlace(cfg), run.NewRunJSON(v.LastGoodRun), run.NewRunJSON(v.LastRun), v.Undelivered, v.InDoubt, v.Total, map[string]int{}, []*run.RunJSON{}, v.Running, nil, v.Unsettled, night.ReadLastRun(cfg), belongs.Address, "", nil, timely}
		if belongs.Other() {
			doc.Other = belongs.Configured
		}
		if gap.Open() {
			doc.Gap = &gap
		}
		for s, n := range v.Counts {
			doc.Counts[string(s)] = n
		}
		for i := range v.Elsewhere {
			doc.Elsewhere = append(doc.Elsewhere, run.NewRunJSON(&v.Elsewhere[i]))
		}
		for i := range v.Runs {
			doc.Runs = append(doc.Runs, run.NewRunJSON(&v.Runs[i]))
		}
		return report.Encode(env.Out(), doc)
	}
	for _, line := range lines {
		env.Tell("%s\n", line)
	}
	if err := showStatus(env, cfg, v); err != nil {
		return err
	}
	showTimely(env, timely)
	return nil
}

func showStatus(env *run.Env, cfg *config.Config, v ledger.StatusView) error {
	w := env.Out()
	env.Tell("%s\n", night.LastGood(env, cfg, v))
	env.Tell("未送达：%d\n结果不明：%d\n", v.Undelivered, v.InDoubt)
	if v.Running != nil {
		env.Tell("正在上传：进程 %d（%s，%s 开始）\n", v.Running.PID, v.Running.Host, v.Running.Started.Local().Format(time.DateTime))
	}
	for _, r := range v.Elsewhere {
		env.Tell("另一台电脑正在上传：%s（%s，%s 开始）\n", r.Host, r.User, r.Started.Local().Format(time.DateTime))
	}
	if v.Unsettled > 0 {
		env.Tell("本机暂存的答复：%d 条，下次上传时补记入台账\n", v.Unsettled)
	}
	if v.InDoubt > 0 {
		fmt.Fprintln(w, "  → 用 hbupload history 查看；在平台上核实后用 hbupload resolve 体检编号 --sent 或 --resend")
	}
	env.Tell("台账：%s，共 %d 条记录\n", run.LedgerPlace(cfg), v.Total)
	if len(v.Runs) == 0 {
		return nil
	}
	fmt.Fprintln(w)
	var rows [][]string
	for _, r := range v.Runs {
		end := "未正常结束"
		if !r.Finished.IsZero() {
			end = fmt.Sprintf("退出码 %d", r.ExitCode)
		}
		rows = append(rows, []string{fmt.Sprint(r.ID), r.Started.Local().Format(time.DateTime), run.Operator(cfg, r.User, r.Host), strings.Join(r.Files, "、"), run.CountsText(r.Counts), end})
	}
	env.Table([]string{"运行", "开始", "用户", "文件", "结果", "结束"}, rows)
	return nil
}

func newHistory(env *run.Env) *cobra.Command {
	var limit int
	cmd := &cobra.Command{Use: "history [KEY]", Short: "每条记录的每次上传：时间、操作人、结果、平台的答复", Args: argCount(0, 1, ""),
		RunE: runs(env, "history", func(ctx context.Context, args []string) error { return runHistory(ctx, env, args, limit) })}
	cmd.Flags().IntVar(&limit, "limit", 50, "最多显示多少条记录，0 为全部")
	return cmd
}

func runHistory(ctx context.Context, env *run.Env, args []string, limit int) error {
	cfg, led, err := openBook(ctx, env)
	if err != nil {
		return err
	}
	defer func() { _ = led.Close() }()
	return run.History(ctx, env, cfg, led, args, limit)
}
