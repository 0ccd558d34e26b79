package ledger

import (
	"context"
	"database/sql"
	"slices"
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
		ids, err := selected(ctx, q, f)
		if err != nil {
			return err
		}
		out = nil
		for some := range slices.Chunk(ids, historyChunk) {
			views, err := submissions(ctx, q, some, live)
			if err != nil {
				return err
			}
			out = append(out, views...)
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

// Selection is a History that is read a few records at a time.
type Selection struct {
	ledger *Ledger
	ids    []int64
}

// historyChunk is how many records are read at once.
const historyChunk = 200

// Select chooses the records that History would return, except those that were
// never sent.
func (l *Ledger) Select(ctx context.Context, f Filter) (*Selection, error) {
	s := &Selection{ledger: l}
	if !l.read.exists() {
		return s, nil
	}
	f = l.masked(f)
	err := l.read.snapshot(ctx, func(q queryer) (err error) {
		s.ids, err = selected(ctx, q, f)
		return err
	})
	return s, storageError("查询", err)
}

// Len is how many records there are.
func (s *Selection) Len() int { return len(s.ids) }

// Each hands over the records in the order of History, each as it stands when its
// turn comes. No read of the database is open while yield works: it may write to
// somebody who reads slowly.
func (s *Selection) Each(ctx context.Context, yield func(*SubmissionView) error) error {
	for some := range slices.Chunk(s.ids, historyChunk) {
		views, err := s.read(ctx, some)
		if err != nil {
			return err
		}
		for i := range views {
			if err := yield(&views[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Selection) read(ctx context.Context, ids []int64) ([]SubmissionView, error) {
	l := s.ledger
	_, alive := l.Running()
	var out []SubmissionView
	err := l.read.snapshot(ctx, func(q queryer) error {
		live, err := l.machines.live(ctx, q, alive)
		if err != nil {
			return err
		}
		out, err = submissions(ctx, q, ids, live)
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

// selected are the numbers of the records that a filter selects, newest change first.
func selected(ctx context.Context, q queryer, f Filter) ([]int64, error) {
	where, args := f.where()
	query := `SELECT id FROM submissions` + where + ` ORDER BY updated DESC, id DESC`
	if f.Limit > 0 {
		query += ` LIMIT ?`
		args = append(args, f.Limit)
	}
	var out []int64
	rows, err := q.QueryContext(ctx, query, args...)
	err = eachRow(rows, err, func(rs *sql.Rows) error {
		var id int64
		err := rs.Scan(&id)
		out = append(out, id)
		return err
	})
	return out, err
}

// submissions reads the records of some numbers, in their order.
func submissions(ctx context.Context, q queryer, ids []int64, live map[int64]bool) ([]SubmissionView, error) {
	out := make([]SubmissionView, len(ids))
	at := make(map[int64]*SubmissionView, len(ids))
	args := make([]any, len(ids))
	for i, id := range ids {
		at[id] = &out[i]
		args[i] = id
	}
	// A claimed row still describes what was before; its open attempt says what is
	// being sent.
	query := `SELECT s.id, s.institution, COALESCE(o.exam_key, s.exam_key), COALESCE(o.file, s.file), s.state, COALESCE(o.content, s.content),
 s.accepted IS NOT NULL, s.resend, s.same_person, s.adopted, s.created, s.updated, s.run_id
 FROM submissions s LEFT JOIN attempts o ON o.id = s.attempt_id AND s.state = 'claimed' WHERE s.id IN (` + placeholders(len(ids)) + `)`
	rows, err := q.QueryContext(ctx, query, args...)
	err = eachRow(rows, err, func(rs *sql.Rows) error {
		var v SubmissionView
		var content []byte
		var created, updated, run int64
		err := rs.Scan(&v.ID, &v.Institution, &v.Key, &v.File, &v.State, &content, &v.Accepted, &v.Resend, &v.SamePerson, &v.Adopted, &created, &updated, &run)
		if err != nil {
			return err
		}
		copy(v.Content[:], content)
		v.Created = fromMicro(created)
		v.Updated = fromMicro(updated)
		if v.State == StateClaimed && !live[run] {
			v.State = StateInDoubt
		}
		*at[v.ID] = v
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, fill(ctx, q, args, at)
}

// fill adds attempts, marks and verifications to the records of some numbers.
func fill(ctx context.Context, q queryer, ids []any, at map[int64]*SubmissionView) error {
	among := `IN (` + placeholders(len(ids)) + `)`
	if err := fillAttempts(ctx, q, among, ids, at); err != nil {
		return err
	}
	rows, err := q.QueryContext(ctx, `SELECT submission_id, at, os_user, host, action, list FROM marks WHERE submission_id `+among+` ORDER BY id`, ids...)
	err = eachRow(rows, err, func(rs *sql.Rows) error {
		var m MarkView
		var id, when int64
		if err := rs.Scan(&id, &when, &m.User, &m.Host, &m.Action, &m.List); err != nil {
			return err
		}
		m.At = fromMicro(when)
		at[id].Marks = append(at[id].Marks, m)
		return nil
	})
	if err != nil {
		return err
	}
	return verifiedOf(ctx, q, among, ids, at)
}

func fillAttempts(ctx context.Context, q queryer, among string, ids []any, at map[int64]*SubmissionView) error {
	rows, err := q.QueryContext(ctx, `SELECT a.submission_id, a.run_id, a.started, a.settled, a.outcome, a.http_status, a.message, a.note, a.duration, a.content,
 a.exam_key, a.file, r.os_user, r.host, r.tool, r.dictionary FROM attempts a JOIN runs r ON r.id = a.run_id WHERE a.submission_id `+among+` ORDER BY a.id`, ids...)
	return eachRow(rows, err, func(rs *sql.Rows) error {
		var a AttemptView
		var id, started, duration int64
		var settled sql.NullInt64
		var content []byte
		err := rs.Scan(&id, &a.RunID, &started, &settled, &a.Outcome, &a.HTTPStatus, &a.Message, &a.Note, &duration, &content,
			&a.Key, &a.File, &a.User, &a.Host, &a.Tool, &a.Dict)
		if err != nil {
			return err
		}
		v := at[id]
		a.Number = len(v.Attempts) + 1
		copy(a.Content[:], content)
		a.Started = fromMicro(started)
		a.Settled = fromNullMicro(settled)
		a.Duration = time.Duration(duration) * time.Microsecond
		v.Attempts = append(v.Attempts, a)
		return nil
	})
}
