package ledger

import (
	"context"
	"database/sql"
	"time"
)

// AcceptedBy says how it is known that the platform holds a record.
type AcceptedBy string

// The ways.
const (
	byAnswer AcceptedBy = "answer" // the platform answered an attempt so
	byMark   AcceptedBy = "mark"   // no answer came; a person or the platform's own list says so
	byAdopt  AcceptedBy = "adopt"  // it was sent elsewhere
)

// Acceptance is when the platform took a record.
type Acceptance struct {
	By    AcceptedBy // "": the platform holds nothing of it, as far as is known
	At    time.Time  // the content in force: the answer, or for byMark the attempt; zero for byAdopt
	First time.Time  // the first content of this record that was answered so; At where none was
}

// Standing is what the ledger knows of one entry.
type Standing struct {
	SubmissionID int64 // 0: never seen
	State        State // a claim of a dead run is a doubt
	Attempts     int
	LastSent     time.Time // when the last attempt began; zero: none
	SameContent  bool      // State speaks of the entry's content
	Acceptance   Acceptance
}

// Standings says where entries stand, in their order. It only reads, and works
// while a push is running.
func (l *Ledger) Standings(ctx context.Context, entries []Entry) ([]Standing, error) {
	out := make([]Standing, len(entries))
	if !l.read.exists() {
		return out, nil
	}
	_, alive := l.Running()
	for start := 0; start < len(entries); start += planChunk {
		end := min(start+planChunk, len(entries))
		err := l.read.snapshot(ctx, func(q queryer) error {
			live, err := l.machines.live(ctx, q, alive)
			if err != nil {
				return err
			}
			clear(out[start:end])
			return standings(ctx, q, entries[start:end], out[start:end], live)
		})
		if err != nil {
			return nil, storageError("查询", err)
		}
	}
	return out, nil
}

func standings(ctx context.Context, q queryer, entries []Entry, out []Standing, live map[int64]bool) error {
	known, err := lookUp(ctx, q, entries)
	if err != nil {
		return err
	}
	places := map[int64][]int{}
	var ids []any
	for i := range entries {
		r, err := known.of(ctx, q, &entries[i])
		if err != nil {
			return err
		}
		if r == nil {
			continue
		}
		out[i] = Standing{SubmissionID: r.id, State: r.state, Attempts: r.attempts, SameContent: r.content == entries[i].Content}
		if r.apart { // the row has become another examination's
			out[i].Acceptance = Acceptance{By: byAnswer, At: r.updated, First: r.updated}
			continue
		}
		places[r.id] = append(places[r.id], i)
		ids = append(ids, r.id)
	}
	if len(ids) == 0 {
		return nil
	}
	return eachTimes(ctx, q, `WHERE s.id IN (`+placeholders(len(ids))+`)`, ids, func(v times) error {
		for _, i := range places[v.id] {
			out[i].LastSent = fromNullMicro(v.last)
			out[i].Acceptance = v.acceptance()
			if v.state == StateClaimed && !live[v.run] {
				out[i].State = StateInDoubt
			}
		}
		return nil
	})
}

// AcceptedView is a record that the platform holds.
type AcceptedView struct {
	SubmissionID           int64
	Identity               Digest // Entry.Identity; of an older ledger's record Entry.Base
	Institution, Key, File string
	State                  State
	Acceptance             Acceptance
}

// EachAccepted hands over every record of which the platform holds some content,
// in the order in which they were first seen. It works while a push is running,
// and holds one record at a time. yield is not called again from the beginning:
// where the database is lost in the middle, that is an error.
func (l *Ledger) EachAccepted(ctx context.Context, f Filter, yield func(AcceptedView) error) error {
	if !l.read.exists() {
		return nil
	}
	where, args := l.masked(f).where()
	if where == "" {
		where = ` WHERE `
	} else {
		where += ` AND `
	}
	started := false
	var stopped, failed error
	err := l.read.snapshot(ctx, func(q queryer) error {
		if started {
			return failed
		}
		failed = eachTimes(ctx, q, where+`s.accepted IS NOT NULL ORDER BY s.id`, args, func(v times) error {
			started = true
			stopped = yield(AcceptedView{v.id, v.identity, v.institution, v.key, v.file, v.state, v.acceptance()})
			return stopped
		})
		return failed
	})
	if stopped != nil {
		return stopped
	}
	return storageError("查询", err)
}

// times are what tells when a record was taken.
type times struct {
	id                     int64
	identity               Digest
	institution, key, file string
	state                  State
	run                    int64
	accepted, adopted      bool
	last                   sql.NullInt64 // the last attempt's beginning
	sent                   sql.NullInt64 // the last attempt's with the content in force
	answered               sql.NullInt64 // the last good answer to the content in force
	first                  sql.NullInt64 // the first good answer to any
}

// eachTimes reads the times of the records that a condition selects.
func eachTimes(ctx context.Context, q queryer, where string, args []any, yield func(times) error) error {
	rows, err := q.QueryContext(ctx, `SELECT s.id, s.identity, s.institution, s.exam_key, s.file, s.state, s.run_id, s.accepted IS NOT NULL, s.adopted,
 (SELECT a.started FROM attempts a WHERE a.id = s.attempt_id),
 (SELECT max(a.started) FROM attempts a WHERE a.submission_id = s.id AND a.content = s.accepted),
 (SELECT max(a.settled) FROM attempts a WHERE a.submission_id = s.id AND a.content = s.accepted AND a.outcome = 'accepted'),
 (SELECT min(a.settled) FROM attempts a WHERE a.submission_id = s.id AND a.outcome = 'accepted') FROM submissions s `+where, args...)
	return eachRow(rows, err, func(rs *sql.Rows) error {
		var v times
		var identity []byte
		err := rs.Scan(&v.id, &identity, &v.institution, &v.key, &v.file, &v.state, &v.run, &v.accepted, &v.adopted, &v.last, &v.sent, &v.answered, &v.first)
		if err != nil {
			return err
		}
		copy(v.identity[:], identity)
		return yield(v)
	})
}

func (v times) acceptance() Acceptance {
	var a Acceptance
	switch {
	case !v.accepted:
		return a
	case v.answered.Valid:
		a = Acceptance{By: byAnswer, At: fromNullMicro(v.answered)}
	case v.adopted:
		a = Acceptance{By: byAdopt}
	default:
		a = Acceptance{By: byMark, At: fromNullMicro(v.sent)}
	}
	if a.First = a.At; v.first.Valid {
		a.First = fromNullMicro(v.first)
	}
	return a
}
