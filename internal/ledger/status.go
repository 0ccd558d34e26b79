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
	Exists      bool // false: no ledger yet
	LastGoodRun *RunView
	LastRun     *RunView
	Undelivered int
	InDoubt     int
	Counts      map[State]int // per stored state; claims of a dead run count as in_doubt
	Total       int
	Runs        []RunView // the newest ten
	Running     *Holder   // the run that holds the lock now
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
	err := l.read.do(ctx, func(db *sql.DB) error {
		tx, err := db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
		if err != nil {
			return err
		}
		defer func() { _ = tx.Rollback() }()
		if err := countStates(ctx, tx, files, alive, &v); err != nil {
			return err
		}
		return latestRuns(ctx, tx, &v)
	})
	v.Undelivered, v.InDoubt = v.Counts[StateUndelivered], v.Counts[StateInDoubt]
	return v, storageError("查询", err)
}

func countStates(ctx context.Context, q queryer, files []string, alive bool, v *StatusView) error {
	where, args := Filter{Files: files}.where()
	v.Counts, v.Total = map[State]int{}, 0
	rows, err := q.QueryContext(ctx, `SELECT state, count(*) FROM submissions`+where+` GROUP BY state`, args...)
	return eachRow(rows, err, func(rs *sql.Rows) error {
		var s State
		var n int
		err := rs.Scan(&s, &n)
		if s == StateClaimed && !alive {
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
	good, err := listRuns(ctx, q, runColumns+`WHERE exit_code = 0 ORDER BY id DESC LIMIT ?`, 1)
	if len(good) > 0 {
		v.LastGoodRun = &good[0]
	}
	return err
}

func listRuns(ctx context.Context, q queryer, query string, limit int) ([]RunView, error) {
	var out []RunView
	rows, err := q.QueryContext(ctx, query, limit)
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
		r.Started, r.Finished = fromMicro(started), fromNullMicro(finished)
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

// Empty tells whether the ledger holds no record at all, so that a large push can
// say so first.
func (l *Ledger) Empty(ctx context.Context) (bool, error) {
	if !l.read.exists() {
		return true, nil
	}
	empty := true
	err := l.read.do(ctx, func(db *sql.DB) (err error) {
		empty, err = isEmpty(ctx, db)
		return err
	})
	return empty, storageError("查询", err)
}

// number reads "#12".
func number(key string) (int64, bool) {
	digits, ok := strings.CutPrefix(key, "#")
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	return n, err == nil && n > 0
}
