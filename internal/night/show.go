package night

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"hbupload/internal/fault"
	"hbupload/internal/host"
	"hbupload/internal/inbox"
	"hbupload/internal/report"
	"hbupload/internal/run"
)

// showRounds writes what became of every inbox and ends the command.
func showRounds(env *run.Env, rounds []*round) error {
	code := fault.ExitOK
	for _, rd := range rounds {
		code = worse(code, rd.result.ExitCode)
	}
	if env.Opts.JSON {
		r := merged(rounds)
		r.ExitCode = code
		if err := report.JSON(env.Out(), r); err != nil {
			return err
		}
		return run.Exit(code)
	}
	for _, rd := range rounds {
		showRound(env, rd, len(rounds) > 1)
	}
	return run.Exit(code)
}

// merged is one document for all profiles: the sums, and each one's share.
func merged(rounds []*round) *report.Result {
	if len(rounds) == 1 {
		r := rounds[0].result
		r.Files = rounds[0].files
		return r
	}
	all := &report.Result{Command: rounds[0].result.Command, NoRows: true}
	for _, rd := range rounds {
		r := rd.result
		base := len(all.Records)
		all.Records = append(all.Records, r.Records...)
		for _, f := range r.Findings {
			if f.Record >= 0 {
				f.Record += base
			}
			all.Findings = append(all.Findings, f)
		}
		all.Rows.Read += r.Rows.Read
		all.Rows.Used += r.Rows.Used
		all.Rows.Hidden += r.Rows.Hidden
		all.Cells.Add(r.Cells)
		all.Rows.Skipped = append(all.Rows.Skipped, r.Rows.Skipped...)
		all.Reports = append(all.Reports, r.Reports...)
		all.Elapsed += r.Elapsed
		all.NoRows = all.NoRows && r.NoRows
		for _, n := range r.Notes {
			all.Notes = append(all.Notes, rd.profile+"："+n)
		}
		if all.Stop == nil && r.Stop != nil {
			all.Stop = r.Stop
		}
		all.Files = append(all.Files, rd.files...)
		all.Profiles = append(all.Profiles, report.ProfileOutcome{Profile: rd.profile, ExitCode: r.ExitCode, Records: len(r.Records), Stop: r.Stop})
	}
	return all
}

// showRound writes one inbox for a person.
func showRound(env *run.Env, rd *round, named bool) {
	r := rd.result
	style := env.Style(env.StdoutTTY)
	if named {
		env.Tell("== %s ==\n", rd.profile)
	}
	for _, note := range r.Notes {
		env.Say("%s", host.SafeText(note, run.MaxMessage))
	}
	report.Findings(env.Out(), r.Findings, run.FixOf, style)
	report.Refusals(env.Out(), r.Records, style)
	if r.Stop != nil {
		run.Explain(env.Stderr, r.Stop)
	}
	for _, f := range rd.files {
		line := f.Outcome.Label() + "：" + filepath.Base(f.File)
		if f.Reason != "" {
			line += "（" + strings.ReplaceAll(f.Reason, f.File+"：", "") + "）" // the line names it already
		}
		if f.To != "" {
			line += " → " + f.To
		}
		fmt.Fprintln(env.Out(), host.SafeText(line, run.MaxMessage))
	}
	if len(rd.files) == 0 && r.Stop == nil {
		fmt.Fprintln(env.Out(), "收件文件夹里没有要处理的文件")
	}
	if r.Stop == nil || len(r.Records) > 0 {
		report.Summary(env.Out(), r, style)
	}
}

// How --watch looks: often enough to seem at once, seldom enough for a share.
// What could not be finished is tried again after watchRetry, or as soon as
// something new has come.
const (
	watchEvery = 10 * time.Second
	WatchRetry = 10 * time.Minute
)

// watch serves the inboxes until it is told to stop.
func watch(ctx, early context.Context, env *run.Env, stations []*station) error {
	code := fault.ExitOK
	for _, st := range stations {
		if st.err != nil {
			rd := st.once(ctx, early)
			showRound(env, rd, len(stations) > 1)
			code = worse(code, rd.result.ExitCode)
			continue
		}
		env.Say("正在查看 %s，按 Ctrl-C 结束", st.cfg.Sync.Inbox)
	}
	if code != fault.ExitOK && len(stations) == 1 {
		return run.Exit(code)
	}
	for early.Err() == nil {
		for _, st := range stations {
			if st.err == nil {
				st.glance(ctx, early, len(stations) > 1)
			}
		}
		if err := env.Pause(early, watchEvery); err != nil {
			break
		}
	}
	env.Say("已停止查看收件文件夹")
	return run.Exit(fault.ExitInterrupt)
}

// glance is one look of --watch: nothing but the folder is touched unless there
// is something to do.
func (st *station) glance(ctx, early context.Context, named bool) {
	look, err := st.box.Scan()
	now := st.Now()
	files := look.Settled
	for _, w := range look.Waiting {
		if w.Why == inbox.Irregular { // to be said
			files = append(files, w.File)
		}
	}
	if early.Err() != nil || (err == nil && !st.due(files, now)) || (err != nil && now.Before(st.retry)) {
		return
	}
	started := now
	rd := st.round(ctx, early, false)
	showRound(st.Env, rd, named)
	st.close(context.WithoutCancel(ctx), rd, started)
	st.left = map[string]inbox.File{}
	st.retry = now.Add(WatchRetry)
	for _, f := range files {
		st.left[f.Path] = f
	}
}

// due reports whether there is a file that was not left behind the last time, or
// whether it is time to try those again.
func (st *station) due(files []inbox.File, now time.Time) bool {
	if len(files) == 0 {
		return false
	}
	if !now.Before(st.retry) || st.retry.Sub(now) > WatchRetry { // the clock went back
		return true
	}
	for _, f := range files {
		if old, known := st.left[f.Path]; !known || old.Size != f.Size || !old.ModTime.Equal(f.ModTime) {
			return true
		}
	}
	return false
}
