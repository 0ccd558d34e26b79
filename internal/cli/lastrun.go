package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"hbupload/internal/config"
	"hbupload/internal/host"
	"hbupload/internal/ledger"
	"hbupload/internal/report"
)

// lastRun is last-run.json and what sync.on_finish reads: counts and times,
// no names of people or files.
type lastRun struct {
	Command  string         `json:"command"`
	Profile  string         `json:"profile,omitempty"`
	Run      string         `json:"run,omitempty"`
	Started  time.Time      `json:"started"`
	Finished time.Time      `json:"finished"`
	OK       bool           `json:"ok"`
	ExitCode int            `json:"exit_code"`
	Error    string         `json:"error_kind,omitempty"`
	Counts   map[string]int `json:"counts"`
	Files    map[string]int `json:"files"`
	Warnings int            `json:"notes"`
	LastGood *time.Time     `json:"last_good,omitempty"` // end of the latest run with exit code 0
	Version  string         `json:"version"`
}

// lastRunFile is its name in the data folder.
const lastRunFile = "last-run.json"

func lastRunPath(cfg *config.Config) string { return filepath.Join(cfg.DataDir, lastRunFile) }

// readLastRun is nil where there was none that can be read.
func readLastRun(cfg *config.Config) *lastRun {
	data, err := readOwn(lastRunPath(cfg))
	if err != nil {
		return nil
	}
	var l lastRun
	if json.Unmarshal(data, &l) != nil {
		return nil
	}
	return &l
}

// close keeps the round's end in last-run.json and tells sync.on_finish. Both
// can only bring a warning.
func (st *station) close(ctx context.Context, rd *round, started time.Time) {
	rd.result.Elapsed = st.Now().Sub(started)
	l := st.summary(rd, started)
	args := []any{"profile", st.name, "exit_code", l.ExitCode, "records", l.Counts["records"], "accepted", l.Counts["accepted"], "skipped", l.Counts["skipped"], "duration", rd.result.Elapsed}
	if rd.result.Stop != nil {
		args = append(args, "error", rd.result.Stop.Kind, "message", rd.result.Stop.Message)
	}
	st.logger().Info("sync", args...)
	if st.cfg == nil {
		return
	}
	data, err := json.MarshalIndent(l, "", " ")
	if err == nil {
		err = host.WritePrivate(lastRunPath(st.cfg), append(data, '\n'))
	}
	if err != nil {
		rd.note("警告：last-run.json 无法写入：%s", safeError(err))
	}
	if st.cfg.Sync.OnFinish != "" {
		st.onFinish(ctx, rd, l)
	}
}

func (st *station) summary(rd *round, started time.Time) *lastRun {
	r := rd.result
	l := &lastRun{Command: st.command, Profile: st.name, Started: started.UTC(), Finished: st.Now().UTC(), OK: r.ExitCode == 0, ExitCode: r.ExitCode,
		Counts: report.Counts(r), Files: map[string]int{}, Warnings: len(r.Notes), Version: st.Build.Version}
	for _, s := range []report.FileState{report.FileDone, report.FileFailed, report.FileUnreadable, report.FileKept, report.FileWaiting} {
		l.Files[string(s)] = 0
	}
	for _, f := range rd.files {
		l.Files[string(f.Outcome)]++
	}
	if r.Stop != nil {
		l.Error = r.Stop.Kind
	}
	if l.OK {
		l.LastGood = &l.Finished
	} else if st.cfg != nil {
		if before := readLastRun(st.cfg); before != nil {
			l.LastGood = before.LastGood
		}
	}
	return l
}

// finishPatience bounds sync.on_finish.
const finishPatience = 60 * time.Second

// onFinish runs the operator's command with the counts on its standard input.
// It gets no secret of ours by its environment.
func (st *station) onFinish(ctx context.Context, rd *round, l *lastRun) {
	data, err := json.Marshal(l)
	if err != nil {
		return
	}
	if st.Exec == nil {
		rd.note("警告：sync.on_finish 没有执行：这里不能运行别的程序")
		return
	}
	ctx, cancel := context.WithTimeout(ctx, finishPatience)
	defer cancel()
	out, err := st.Exec(ctx, host.Command{Shell: st.cfg.Sync.OnFinish, Stdin: string(data) + "\n", Environ: withoutSecrets(st.Environ), Dir: st.cfg.DataDir})
	out = caught(strings.TrimSpace(out))
	switch {
	case ctx.Err() != nil:
		rd.note("警告：sync.on_finish 超过 %s 没有结束，已终止", finishPatience)
	case err != nil:
		rd.note("警告：sync.on_finish 失败（%v）%s", err, out)
	case out != "" && st.app.opts.verbose:
		rd.note("sync.on_finish：%s", out)
	}
	st.logger().Info("on_finish", "profile", st.name, "failed", err != nil)
}

// withoutSecrets is the environment without our credentials.
func withoutSecrets(environ []string) []string {
	var out []string
	for _, pair := range environ {
		name, _, _ := strings.Cut(pair, "=")
		if name = strings.ToUpper(name); strings.HasPrefix(name, "HBUPLOAD_") && strings.Contains(name, "PASSWORD") || name == config.EnvName("ledger") {
			continue
		}
		out = append(out, pair)
	}
	return out
}

// lastGood words when the last good run was, of push or of sync: whichever ended
// later. An empty inbox is a good night too.
func (a *app) lastGood(cfg *config.Config, v ledger.StatusView) string {
	var at time.Time
	what := ""
	if g := v.LastGoodRun; g != nil {
		at, what = g.Started, strings.Join(g.Files, "、")
		if g.ExitCode != 0 {
			what += "（" + countsText(g.Counts) + "）"
		}
	}
	if l := readLastRun(cfg); l != nil && l.LastGood != nil && l.LastGood.After(at) && l.LastGood.Sub(at) > time.Minute {
		at, what = *l.LastGood, "sync"
	}
	if at.IsZero() {
		return "最近一次成功的上传：还没有"
	}
	return fmt.Sprintf("最近一次成功的上传：%s（%s前），%s", at.Local().Format(time.DateTime), ago(a.Now().Sub(at)), what)
}
