package night

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
	"hbupload/internal/run"
)

// LastRun is last-run.json and what sync.on_finish reads: counts and times,
// no names of people or files.
type LastRun struct {
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

// LastRunFile is its name in the data folder.
const LastRunFile = "last-run.json"

func lastRunPath(cfg *config.Config) string { return filepath.Join(cfg.DataDir, LastRunFile) }

// ReadLastRun is nil where there was none that can be read.
func ReadLastRun(cfg *config.Config) *LastRun {
	data, err := run.ReadOwn(lastRunPath(cfg))
	if err != nil {
		return nil
	}
	var l LastRun
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
		args = append(args, "error", rd.result.Stop.Kind.String(), "message", rd.result.Stop.Message)
	}
	st.Logger().Info("sync", args...)
	if st.cfg == nil {
		return
	}
	data, err := json.MarshalIndent(l, "", " ")
	if err == nil {
		err = host.WritePrivate(lastRunPath(st.cfg), append(data, '\n'))
	}
	if err != nil {
		rd.note("警告：last-run.json 无法写入：%s", run.SafeError(err))
	}
	if st.cfg.Sync.OnFinish != "" {
		st.onFinish(ctx, rd, l)
	}
}

func (st *station) summary(rd *round, started time.Time) *LastRun {
	r := rd.result
	l := &LastRun{Command: st.Command, Profile: st.name, Started: started.UTC(), Finished: st.Now().UTC(), OK: r.ExitCode == 0, ExitCode: r.ExitCode,
		Counts: report.Counts(r), Files: map[string]int{}, Warnings: len(r.Notes), Version: st.Build.Version}
	for _, s := range []report.FileState{report.FileDone, report.FileFailed, report.FileUnreadable, report.FileKept, report.FileWaiting} {
		l.Files[string(s)] = 0
	}
	for _, f := range rd.files {
		l.Files[string(f.Outcome)]++
	}
	if r.Stop != nil {
		l.Error = r.Stop.Kind.String()
	}
	if l.OK {
		l.LastGood = &l.Finished
	} else if st.cfg != nil {
		if before := ReadLastRun(st.cfg); before != nil {
			l.LastGood = before.LastGood
		}
	}
	return l
}

// finishPatience bounds sync.on_finish.
const finishPatience = 60 * time.Second

// onFinish runs the operator's command with the counts on its standard input.
// It gets no secret of ours by its environment.
func (st *station) onFinish(ctx context.Context, rd *round, l *LastRun) {
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
	out = run.Caught(strings.TrimSpace(out))
	switch {
	case ctx.Err() != nil:
		rd.note("警告：sync.on_finish 超过 %s 没有结束，已终止", finishPatience)
	case err != nil:
		rd.note("警告：sync.on_finish 失败（%v）%s", err, out)
	case out != "" && st.Opts.Verbose:
		rd.note("sync.on_finish：%s", out)
	}
	st.Logger().Info("on_finish", "profile", st.name, "failed", err != nil)
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

// LastGood words when the last good run was, of push or of sync: whichever ended
// later. An empty inbox is a good night too.
func LastGood(env *run.Env, cfg *config.Config, v ledger.StatusView) string {
	var at time.Time
	what := ""
	if g := v.LastGoodRun; g != nil {
		at = g.Started
		what = strings.Join(g.Files, "、")
		if g.ExitCode != 0 {
			what += "（" + run.CountsText(g.Counts) + "）"
		}
	}
	if l := ReadLastRun(cfg); l != nil && l.LastGood != nil && l.LastGood.After(at) && l.LastGood.Sub(at) > time.Minute {
		at = *l.LastGood
		what = "sync"
	}
	if at.IsZero() {
		return "最近一次成功的上传：还没有"
	}
	return fmt.Sprintf("最近一次成功的上传：%s（%s前），%s", at.Local().Format(time.DateTime), run.Ago(env.Now().Sub(at)), what)
}
