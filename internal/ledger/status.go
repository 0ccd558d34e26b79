package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// RunView is one run.
type RunView struct {
	ID                int64
	Started, Finished time.Time // Finished is zero for a run that is alive or was killed
	User, Host        string
	PID               int
	Tool, Dict        string
	Files             []string
	Command           string
	Counts            map[string]int
	ExitCode          int // -1 while not finished
}

// StatusView is what the ledger knows at a glance.
type StatusView struct {
	Exists      bool     // false: no ledger yet
	LastGoodRun *RunView // the latest run that ended well, or of which the platform accepted something
	LastRun     *RunView
	Undelivered int
	InDoubt     int
	Counts      map[State]int // per stored state; claims of a dead run count as in_doubt
	Total       int
	Runs        []RunView // the newest ten
	Running     *Holder   // the run that holds this machine's lock now
	Elsewhere   []RunView // runs of other machines that are alive, in a shared ledger
	Unsettled   int       // answers in this machine's journal that a shared ledger has not been told yet
}

// statusRuns bounds the runs of a status.
const statusRuns = 10

// Status counts the records (of some files, by base name, or of all) and lists
// the latest runs. It works while a push is running.
func (l *Ledger) Status(ctx context.Context, files ...string) (StatusView, error) {
	v := StatusView{Counts: map[State]int{}}
	holder, alive := l.Running()
	if alive {
		v.Running = &holder
	}
	if v.Exists = l.read.exists(); !v.Exists {
		return v, nil
	}
	err := l.read.snapshot(ctx, func(q queryer) error {
		live, err := l.machines.live(ctx, q, alive)
		if err != nil {
			return err
		}
		if v.Elsewhere, err = l.machines.elsewhere(ctx, q); err != nil {
			return err
		}
		if err := countStates(ctx, q, l.masked(Filter{Files: files}), live, &v); err != nil {
			return err
		}
		return latestRuns(ctx, q, &v)
	})
	v.Unsettled = l.machines.untold()
	v.Undelivered = v.Counts[StateUndelivered]
	v.InDoubt = v.Counts[StateInDoubt]
	return v, storageError("查询", err)
}

func countStates(ctx context.Context, q queryer, f Filter, live map[int64]bool, v *StatusView) error {
	where, args := f.where()
	v.Counts = map[State]int{}
	v.Total = 0
	rows, err := q.QueryContext(ctx, `SELECT state, CASE WHEN state = 'claimed' THEN run_id ELSE 0 END AS run, count(*) FROM submissions`+where+` GROUP BY 1, 2`, args...)
	return eachRow(rows, err, func(rs *sql.Rows) error {
		var s State
		var run int64
		var n int
		err := rs.Scan(&s, &run, &n)
		if s == StateClaimed && !live[run] {
			s = StateInDoubt
		}
		v.Counts[s] += n
		v.Total += n
		return err
	})
}

const runColumns = `SELECT id, started, finished, os_user, host, pid, tool, dictionary, files, command, counts, exit_code FROM runs `

func latestRuns(ctx context.Context, q queryer, v *StatusView) error {
	runs, err := listRuns(ctx, q, runColumns+`ORDER BY id DESC LIMIT ?`, statusRuns)
	if err != nil {
		return err
	}
	if v.Runs = runs; len(runs) > 0 {
		v.LastRun = &v.Runs[0]
	}
	good, err := listRuns(ctx, q, runColumns+`WHERE exit_code = 0 OR counts LIKE '%"accepted":%' ORDER BY id DESC LIMIT ?`, 1)
	if len(good) > 0 {
		v.LastGoodRun = &good[0]
	}
	return err
}

func listRuns(ctx context.Context, q queryer, query string, args ...any) ([]RunView, error) {
	var out []RunView
	rows, err := q.QueryContext(ctx, query, args...)
	err = eachRow(rows, err, func(rs *sql.Rows) error {
		r := RunView{ExitCode: -1}
		var started int64
		var finished, exit sql.NullInt64
		var files string
		var counts sql.NullString
		err := rs.Scan(&r.ID, &started, &finished, &r.User, &r.Host, &r.PID, &r.Tool, &r.Dict, &files, &r.Command, &counts, &exit)
		if err != nil {
			return err
		}
		r.Started = fromMicro(started)
		r.Finished = fromNullMicro(finished)
		if exit.Valid {
			r.ExitCode = int(exit.Int64)
		}
		// Written by BeginRun and Finish; an unreadable one is no reason to show nothing.
		_ = json.Unmarshal([]byte(files), &r.Files)
		_ = json.Unmarshal([]byte(counts.String), &r.Counts)
		out = append(out, r)
		return nil
	})
	return out, err
}

// Empty reports whether the ledger holds no record at all, so that a large push can
// say so first.
func (l *Ledger) Empty(ctx context.Context) (bool, error) {
	if !l.read.exists() {
		return true, nil
	}
	empty := true
	err := l.read.query(ctx, func(q queryer) (err error) {
		empty, err = isEmpty(ctx, q)
		return err
	})
	return empty, storageError("查询", err)
}

// recordNumber reads "#12".
func recordNumber(key string) (int64, bool) {
	digits, ok := strings.CutPrefix(key, "#")
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	return n, err == nil && n > 0
}
