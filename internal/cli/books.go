package cli

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hbupload/internal/config"
	"hbupload/internal/fault"
	"hbupload/internal/ledger"
	"hbupload/internal/report"
)

// openBook opens the ledger for reading; it works while a push runs.
func (a *app) openBook(ctx context.Context) (*config.Config, *ledger.Ledger, error) {
	cfg, err := a.load()
	if err != nil {
		return nil, nil, err
	}
	led, err := a.readLedger(ctx, cfg)
	return cfg, led, err
}

func newStatus(a *app) *cobra.Command {
	return &cobra.Command{Use: "status [FILE…]", Short: "台账概况：最近成功的上传、未送达、结果不明",
		RunE: a.run("status", func(ctx context.Context, args []string) error { return a.status(ctx, args) })}
}

type runJSON struct {
	ID       int64          `json:"id"`
	Started  time.Time      `json:"started"`
	Finished *time.Time     `json:"finished,omitempty"`
	User     string         `json:"user"`
	Host     string         `json:"host"`
	Tool     string         `json:"tool"`
	Dict     string         `json:"dictionary"`
	Files    []string       `json:"files"`
	Counts   map[string]int `json:"counts"`
	ExitCode int            `json:"exit_code"`
}

func newRunJSON(r *ledger.RunView) *runJSON {
	if r == nil {
		return nil
	}
	out := &runJSON{ID: r.ID, Started: r.Started, User: r.User, Host: r.Host, Tool: r.Tool, Dict: r.Dict, Files: r.Files, Counts: r.Counts, ExitCode: r.ExitCode}
	if !r.Finished.IsZero() {
		out.Finished = &r.Finished
	}
	return out
}

func (a *app) status(ctx context.Context, files []string) error {
	cfg, led, err := a.openBook(ctx)
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
	belongs, gap, lines, err := standing(ctx, led)
	if err != nil {
		return err
	}
	timely := a.timely(ctx, cfg, led, files)
	if a.opts.json {
		doc := struct {
			commandJSON
			Ledger      string         `json:"ledger"`
			LastGoodRun *runJSON       `json:"last_good_run"`
			LastRun     *runJSON       `json:"last_run"`
			Undelivered int            `json:"undelivered"`
			InDoubt     int            `json:"in_doubt"`
			Total       int            `json:"total"`
			Counts      map[string]int `json:"counts"`
			Runs        []*runJSON     `json:"runs"`
			Running     *ledger.Holder `json:"running"`
			Elsewhere   []*runJSON     `json:"running_elsewhere,omitempty"`
			Unsettled   int            `json:"unsettled,omitempty"`
			LastSync    *lastRun       `json:"last_sync,omitempty"`
			Platform    string         `json:"platform,omitempty"`
			Other       string         `json:"other_platform_configured,omitempty"`
			Gap         *ledger.Gap    `json:"gap,omitempty"`
			Files       *timeliness    `json:"files,omitempty"`
		}{a.ok(), ledgerPlace(cfg), newRunJSON(v.LastGoodRun), newRunJSON(v.LastRun), v.Undelivered, v.InDoubt, v.Total, map[string]int{}, []*runJSON{}, v.Running, nil, v.Unsettled, readLastRun(cfg), belongs.Address, "", nil, timely}
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
			doc.Elsewhere = append(doc.Elsewhere, newRunJSON(&v.Elsewhere[i]))
		}
		for i := range v.Runs {
			doc.Runs = append(doc.Runs, newRunJSON(&v.Runs[i]))
		}
		return report.Encode(a.out(), doc)
	}
	for _, line := range lines {
		a.tell("%s\n", line)
	}
	if err := a.showStatus(cfg, v); err != nil {
		return err
	}
	a.showTimely(timely)
	return nil
}

func (a *app) showStatus(cfg *config.Config, v ledger.StatusView) error {
	w := a.out()
	a.tell("%s\n", a.lastGood(cfg, v))
	a.tell("未送达：%d\n结果不明：%d\n", v.Undelivered, v.InDoubt)
	if v.Running != nil {
		a.tell("正在上传：进程 %d（%s，%s 开始）\n", v.Running.PID, v.Running.Host, v.Running.Started.Local().Format(time.DateTime))
	}
	for _, r := range v.Elsewhere {
		a.tell("另一台电脑正在上传：%s（%s，%s 开始）\n", r.Host, r.User, r.Started.Local().Format(time.DateTime))
	}
	if v.Unsettled > 0 {
		a.tell("本机暂存的答复：%d 条，下次上传时补记入台账\n", v.Unsettled)
	}
	if v.InDoubt > 0 {
		fmt.Fprintln(w, "  → 用 hbupload history 查看；在平台上核实后用 hbupload resolve 体检编号 --sent 或 --resend")
	}
	a.tell("台账：%s，共 %d 条记录\n", ledgerPlace(cfg), v.Total)
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
		rows = append(rows, []string{fmt.Sprint(r.ID), r.Started.Local().Format(time.DateTime), operator(cfg, r.User, r.Host), strings.Join(r.Files, "、"), countsText(r.Counts), end})
	}
	a.table([]string{"运行", "开始", "用户", "文件", "结果", "结束"}, rows)
	return nil
}

// ago is a span of time as people say it.
func ago(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "不到 1 分钟"
	case d < time.Hour:
		return fmt.Sprintf("%d 分钟", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d 小时", int(d.Hours()))
	}
	return fmt.Sprintf("%d 天", int(d.Hours()/24))
}

func newHistory(a *app) *cobra.Command {
	var limit int
	cmd := &cobra.Command{Use: "history [KEY]", Short: "每条记录的每次上传：时间、操作人、结果、平台的答复", Args: argCount(0, 1, ""),
		RunE: a.run("history", func(ctx context.Context, args []string) error { return a.history(ctx, args, limit) })}
	cmd.Flags().IntVar(&limit, "limit", 50, "最多显示多少条记录，0 为全部")
	return cmd
}

type attemptJSON struct {
	Run      int64      `json:"run"`
	Number   int        `json:"number"`
	Started  time.Time  `json:"started"`
	Settled  *time.Time `json:"settled,omitempty"`
	Outcome  string     `json:"outcome"`
	Status   int        `json:"http_status,omitempty"`
	Message  string     `json:"message,omitempty"`
	Note     string     `json:"note,omitempty"`
	SHA256   string     `json:"sha256"`
	User     string     `json:"user"`
	Host     string     `json:"host"`
	Tool     string     `json:"tool"`
	Dict     string     `json:"dictionary"`
	Duration float64    `json:"seconds"`
}

type submissionJSON struct {
	ID       int64          `json:"id"`
	Key      string         `json:"key"`
	File     string         `json:"file"`
	State    string         `json:"state"`
	Updated  time.Time      `json:"updated"`
	Adopted  bool           `json:"adopted,omitempty"`
	Attempts []attemptJSON  `json:"attempts"`
	Marks    []markJSON     `json:"marks"`
	Verified []verifiedJSON `json:"verified,omitempty"`
}

// verifiedJSON is a warning that somebody has looked into (已核实).
type verifiedJSON struct {
	Rule   string    `json:"rule"`
	At     time.Time `json:"at"`
	User   string    `json:"user"`
	Host   string    `json:"host"`
	SHA256 string    `json:"file_sha256"`
}

type markJSON struct {
	At     time.Time `json:"at"`
	User   string    `json:"user"`
	Host   string    `json:"host"`
	Action string    `json:"action"`
	By     string    `json:"by,omitempty"`
	List   string    `json:"list_sha256,omitempty"`
}

func (a *app) history(ctx context.Context, args []string, limit int) error {
	cfg, led, err := a.openBook(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = led.Close() }()
	subs, err := led.History(ctx, ledger.Filter{Keys: args, Limit: limit})
	if err != nil {
		return err
	}
	_, _, lines, err := standing(ctx, led)
	if err != nil {
		return err
	}
	if len(args) == 1 && len(subs) == 0 {
		return fault.Newf(fault.Usage, "台账里没有体检编号 %s 的记录", args[0])
	}
	if a.opts.json {
		doc := struct {
			commandJSON
			Submissions []submissionJSON `json:"submissions"`
		}{a.ok(), []submissionJSON{}}
		for i := range subs {
			doc.Submissions = append(doc.Submissions, newSubmissionJSON(&subs[i]))
		}
		return report.Encode(a.out(), doc)
	}
	for _, line := range lines {
		a.tell("%s\n", line)
	}
	var rows [][]string
	for i := range subs {
		rows = append(rows, historyRows(cfg, &subs[i])...)
	}
	a.table([]string{"体检编号", "状态", "次", "时间", "操作人", "结果", "平台的答复", "文件"}, rows)
	return nil
}

func newSubmissionJSON(s *ledger.SubmissionView) submissionJSON {
	out := submissionJSON{ID: s.ID, Key: s.Key, File: s.File, State: string(s.State), Updated: s.Updated, Adopted: s.Adopted, Attempts: []attemptJSON{}, Marks: []markJSON{}}
	for _, t := range s.Attempts {
		j := attemptJSON{Run: t.RunID, Number: t.Number, Started: t.Started, Outcome: string(t.Outcome), Status: t.HTTPStatus, Message: t.Message, Note: t.Note,
			SHA256: fmt.Sprintf("%x", t.Content), User: t.User, Host: t.Host, Tool: t.Tool, Dict: t.Dict, Duration: t.Duration.Seconds()}
		if !t.Settled.IsZero() {
			settled := t.Settled
			j.Settled = &settled
		}
		out.Attempts = append(out.Attempts, j)
	}
	for _, m := range s.Marks {
		j := markJSON{At: m.At, User: m.User, Host: m.Host, Action: string(m.Action), List: m.List}
		if m.List != "" {
			j.By = "reconcile"
		}
		out.Marks = append(out.Marks, j)
	}
	for _, v := range s.Verified {
		out.Verified = append(out.Verified, verifiedJSON{v.Rule, v.At, v.User, v.Host, v.Source})
	}
	return out
}

// historyRows are a record's attempts and marks, in the order of time.
func historyRows(cfg *config.Config, s *ledger.SubmissionView) [][]string {
	type event struct {
		at  time.Time
		row []string
	}
	var events []event
	add := func(at time.Time, number, who, what, words, file string) {
		events = append(events, event{at, []string{s.Key, stateWord(s.State), number, at.Local().Format(time.DateTime), who, what, words, file}})
	}
	for _, t := range s.Attempts {
		add(t.Started, fmt.Sprint(t.Number), operator(cfg, t.User, t.Host), outcomeWord(t.Outcome), t.Message, t.File)
	}
	for _, m := range s.Marks {
		add(m.At, "-", operator(cfg, m.User, m.Host), markWord(m.Action), basis(m), s.File)
	}
	for _, v := range s.Verified {
		add(v.At, "-", operator(cfg, v.User, v.Host), "已核实的提醒："+v.Rule, "", s.File)
	}
	if len(events) == 0 {
		add(s.Updated, "-", "", "", "", s.File)
	}
	slices.SortStableFunc(events, func(a, b event) int { return a.at.Compare(b.at) })
	rows := make([][]string, len(events))
	for i, e := range events {
		rows[i] = e.row
	}
	return rows
}

// basis says which list of the platform's a mark rests on.
func basis(m ledger.MarkView) string {
	if m.List == "" {
		return ""
	}
	return "按平台名单核对（名单文件 SHA-256 " + m.List[:min(12, len(m.List))] + "…）"
}

// operator is who did something, and on which machine where there are several.
func operator(cfg *config.Config, user, host string) string {
	if cfg.Ledger.URL == "" || host == "" {
		return user
	}
	return user + "@" + host
}
