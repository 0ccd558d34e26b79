package run

import (
	"context"
	"fmt"
	"slices"
	"time"

	"hbupload/internal/config"
	"hbupload/internal/fault"
	"hbupload/internal/ledger"
	"hbupload/internal/report"
)

// history is records of the ledger, one after the other.
type history func(yield func(*ledger.SubmissionView) error) error

// History shows the records with some keys, or the newest ones. Of those there may be
// hundreds of thousands, which are never all in memory.
func History(ctx context.Context, env *Env, cfg *config.Config, led *ledger.Ledger, keys []string, limit int) error {
	all, err := recorded(ctx, led, keys, limit)
	if err != nil {
		return err
	}
	_, _, lines, err := Standing(ctx, led)
	if err != nil {
		return err
	}
	if env.Opts.JSON {
		doc := struct {
			Document
			Submissions []SubmissionJSON `json:"submissions"`
		}{env.OK(), []SubmissionJSON{}}
		return report.Stream(env.Out(), doc, report.List{Name: "submissions", Each: func(write func(any) error) error {
			return all(func(s *ledger.SubmissionView) error { return write(NewSubmissionJSON(s)) })
		}})
	}
	for _, line := range lines {
		env.Tell("%s\n", line)
	}
	return env.LongTable([]string{"体检编号", "状态", "次", "时间", "操作人", "结果", "平台的答复", "文件"}, func(yield func([]string) error) error {
		return all(func(s *ledger.SubmissionView) error {
			for _, row := range historyRows(cfg, s) {
				if err := yield(row); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// recorded are the records that History shows.
func recorded(ctx context.Context, led *ledger.Ledger, keys []string, limit int) (history, error) {
	if len(keys) == 0 {
		chosen, err := led.Select(ctx, ledger.Filter{Limit: limit})
		if err != nil {
			return nil, err
		}
		return func(yield func(*ledger.SubmissionView) error) error { return chosen.Each(ctx, yield) }, nil
	}
	subs, err := led.History(ctx, ledger.Filter{Keys: keys, Limit: limit})
	if err == nil && len(subs) == 0 {
		err = fault.Newf(fault.Usage, "台账里没有体检编号 %s 的记录", keys[0])
	}
	return func(yield func(*ledger.SubmissionView) error) error {
		for i := range subs {
			if err := yield(&subs[i]); err != nil {
				return err
			}
		}
		return nil
	}, err
}

// historyRows are a record's attempts and marks, in the order of time.
func historyRows(cfg *config.Config, s *ledger.SubmissionView) [][]string {
	type event struct {
		at  time.Time
		row []string
	}
	var events []event
	add := func(at time.Time, number, who, what, words, file string) {
		events = append(events, event{at, []string{s.Key, StateWord(s.State), number, at.Local().Format(time.DateTime), who, what, words, file}})
	}
	for _, t := range s.Attempts {
		add(t.Started, fmt.Sprint(t.Number), Operator(cfg, t.User, t.Host), OutcomeWord(t.Outcome), t.Message, t.File)
	}
	for _, m := range s.Marks {
		add(m.At, "-", Operator(cfg, m.User, m.Host), MarkWord(m.Action), basis(m), s.File)
	}
	for _, v := range s.Verified {
		add(v.At, "-", Operator(cfg, v.User, v.Host), "已核实的提醒："+v.Rule, "", s.File)
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

// Operator is who did something, and on which machine where there are several.
func Operator(cfg *config.Config, user, host string) string {
	if cfg.Ledger.URL == "" || host == "" {
		return user
	}
	return user + "@" + host
}

// RunJSON is a run of the ledger as --json shows it.
type RunJSON struct {
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

// NewRunJSON is nil for no run.
func NewRunJSON(r *ledger.RunView) *RunJSON {
	if r == nil {
		return nil
	}
	out := &RunJSON{ID: r.ID, Started: r.Started, User: r.User, Host: r.Host, Tool: r.Tool, Dict: r.Dict, Files: r.Files, Counts: r.Counts, ExitCode: r.ExitCode}
	if !r.Finished.IsZero() {
		out.Finished = &r.Finished
	}
	return out
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

// SubmissionJSON is a record with its attempts and marks as --json shows it.
type SubmissionJSON struct {
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

// NewSubmissionJSON puts a record of the ledger into the form of --json.
func NewSubmissionJSON(s *ledger.SubmissionView) SubmissionJSON {
	out := SubmissionJSON{ID: s.ID, Key: s.Key, File: s.File, State: string(s.State), Updated: s.Updated, Adopted: s.Adopted, Attempts: []attemptJSON{}, Marks: []markJSON{}}
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
