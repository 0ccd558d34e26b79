package ledger

import (
	"context"
	"database/sql"
	"strings"
	"time"
)

// Filter selects records of History; empty fields do not filter.
type Filter struct {
	Keys   []string // exam keys, or "#" and a record's number
	Files  []string // base names
	States []State
	Since  time.Time // last change at or after
	Limit  int       // the newest N; 0 is all
}

// AttemptView is one attempt.
type AttemptView struct {
	RunID      int64
	Number     int // 1 for the record's first
	Started    time.Time
	Settled    time.Time // zero while open
	Outcome    Class     // "" while open
	HTTPStatus int
	Message    string
	Note       string
	Duration   time.Duration
	Content    [32]byte
	Key, File  string
	User, Host string // of the run
	Tool, Dict string // versions of the run
}

// MarkView is what a person (or the start of a run: "recover") did to a record.
type MarkView struct {
	At         time.Time
	User, Host string
	Action     Action
	List       string // SHA-256 in hex of the platform's own list that says so (Reconcile); "" where a person did
}

// SubmissionView is one record with everything that happened to it.
type SubmissionView struct {
	ID                          int64
	Institution, Key, File      string
	State                       State // claimed is shown as in_doubt when no run is alive
	Content                     [32]byte
	Accepted                    bool // the platform holds some content of it
	Resend, SamePerson, Adopted bool
	Created, Updated            time.Time
	Attempts                    []AttemptView
	Marks                       []MarkView
	Verified                    []VerifiedView
}

// History returns the records a filter selects, newest change first, with their
// attempts, marks and verifications oldest first; under a key also what was
// verified of an examination that was never sent (ID 0, no state). It works while
// a push is running.
func (l *Ledger) History(ctx context.Context, f Filter) ([]SubmissionView, error) {
	if !l.read.exists() {
		return nil, nil
	}
	_, alive := l.Running()
	f = l.masked(f)
	var out []SubmissionView
	err := l.read.snapshot(ctx, func(q queryer) error {
		live, err := l.machines.live(ctx, q, alive)
		if err != nil {
			return err
		}
		if out, err = submissions(ctx, q, f, live); err != nil {
			return err
		}
		for i := range out {
			if err := fill(ctx, q, &out[i]); err != nil {
				return err
			}
		}
		if len(f.Files)+len(f.States) > 0 {
			return nil
		}
		alone, err := verifiedAlone(ctx, q, f.Keys)
		out = append(out, alone...)
		return err
	})
	return out, storageError("查询", err)
}

// masked also selects what is kept under a mask: keys and files that tell who a
// person is.
func (l *Ledger) masked(f Filter) Filter {
	keys := f.Keys
	files := f.Files
	f.Keys = nil
	f.Files = nil
	for _, k := range keys {
		f.Keys = append(f.Keys, k)
		if _, number := recordNumber(k); !number {
			f.Keys = append(f.Keys, l.digester.Mask(k))
		}
	}
	for _, name := range files {
		f.Files = append(f.Files, name, l.digester.MaskFile(name))
	}
	return f
}

// where builds the condition of a filter.
func (f Filter) where() (string, []any) {
	var parts []string
	var args []any
	in := func(column string, values []any) {
		if len(values) > 0 {
			parts = append(parts, column+` IN (`+placeholders(len(values))+`)`)
			args = append(args, values...)
		}
	}
	var keys, ids, files, states []any
	for _, k := range f.Keys {
		if id, ok := recordNumber(k); ok {
			ids = append(ids, id)
		} else {
			keys = append(keys, k)
		}
	}
	for _, v := range f.Files {
		files = append(files, v)
	}
	for _, v := range f.States {
		states = append(states, string(v))
	}
	switch {
	case len(keys) > 0 && len(ids) > 0:
		parts = append(parts, `(exam_key IN (`+placeholders(len(keys))+`) OR id IN (`+placeholders(len(ids))+`))`)
		args = append(append(args, keys...), ids...)
	default:
		in("exam_key", keys)
		in("id", ids)
	}
	in("file", files)
	in("state", states)
	if !f.Since.IsZero() {
		parts = append(parts, `updated >= ?`)
		args = append(args, f.Since.UnixMicro())
	}
	if len(parts) == 0 {
		return "", nil
	}
	return ` WHERE ` + strings.Join(parts, ` AND `), args
}

func submissions(ctx context.Context, q queryer, f Filter, live map[int64]bool) ([]SubmissionView, error) {
	where, args := f.where()
	// A claimed row still describes what was before; its open attempt says what is
	// being sent.
	query := `SELECT s.id, s.institution, COALESCE(o.exam_key, s.exam_key), COALESCE(o.file, s.file), s.state, COALESCE(o.content, s.content),
 s.accepted IS NOT NULL, s.resend, s.same_person, s.adopted, s.created, s.updated, s.run_id
 FROM (SELECT * FROM submissions` + where + `) s
 LEFT JOIN attempts o ON o.id = s.attempt_id AND s.state = 'claimed' ORDER BY s.updated DESC, s.id DESC`
	if f.Limit > 0 {
		query += ` LIMIT ?`
		args = append(args, f.Limit)
	}
	var out []SubmissionView
	rows, err := q.QueryContext(ctx, query, args...)
	err = eachRow(rows, err, func(rs *sql.Rows) error {
		var v SubmissionView
		var content []byte
		var created, updated, run int64
		err := rs.Scan(&v.ID, &v.Institution, &v.Key, &v.File, &v.State, &content, &v.Accepted, &v.Resend, &v.SamePerson, &v.Adopted, &created, &updated, &run)
		copy(v.Content[:], content)
		v.Created = fromMicro(created)
		v.Updated = fromMicro(updated)
		if v.State == StateClaimed && !live[run] {
			v.State = StateInDoubt
		}
		out = append(out, v)
		return err
	})
	return out, err
}

// fill adds attempts, marks and verifications.
func fill(ctx context.Context, q queryer, v *SubmissionView) error {
	rows, err := q.QueryContext(ctx, `SELECT a.run_id, a.started, a.settled, a.outcome, a.http_status, a.message, a.note, a.duration, a.content,
 a.exam_key, a.file, r.os_user, r.host, r.tool, r.dictionary FROM attempts a JOIN runs r ON r.id = a.run_id WHERE a.submission_id = ? ORDER BY a.id`, v.ID)
	err = eachRow(rows, err, func(rs *sql.Rows) error {
		a := AttemptView{Number: len(v.Attempts) + 1}
		var started, duration int64
		var settled sql.NullInt64
		var content []byte
		err := rs.Scan(&a.RunID, &started, &settled, &a.Outcome, &a.HTTPStatus, &a.Message, &a.Note, &duration, &content,
			&a.Key, &a.File, &a.User, &a.Host, &a.Tool, &a.Dict)
		copy(a.Content[:], content)
		a.Started = fromMicro(started)
		a.Settled = fromNullMicro(settled)
		a.Duration = time.Duration(duration) * time.Microsecond
		v.Attempts = append(v.Attempts, a)
		return err
	})
	if err != nil {
		return err
	}
	rows, err = q.QueryContext(ctx, `SELECT at, os_user, host, action, list FROM marks WHERE submission_id = ? ORDER BY id`, v.ID)
	err = eachRow(rows, err, func(rs *sql.Rows) error {
		var m MarkView
		var at int64
		err := rs.Scan(&at, &m.User, &m.Host, &m.Action, &m.List)
		m.At = fromMicro(at)
		v.Marks = append(v.Marks, m)
		return err
	})
	if err != nil {
		return err
	}
	return verifiedOf(ctx, q, v)
}
