package ledger

import (
	"context"
	"database/sql"
	"errors"
)

// Claim is the right to send one record once. The zero Claim grants nothing.
type Claim struct {
	SubmissionID int64
	AttemptID    int64
	Attempt      int // 1 for the first attempt ever of this record
	entry        Entry
	facts        Facts // while claimed
}

// OK tells whether the claim was granted.
func (c Claim) OK() bool { return c.AttemptID != 0 }

// Key is the exam key of the claimed record.
func (c Claim) Key() string { return c.entry.Key }

// After is the state the ledger will keep once the claim is settled so: a record
// that was in doubt or accepted before stays so when an attempt was not processed.
func (c Claim) After(class Class) State {
	f, err := Step(c.facts, class.Action())
	if err != nil {
		return StateInDoubt
	}
	return f.State
}

// Claim claims entries for sending, each with its first attempt, in one
// transaction that is on disk when it returns; claims made at the same time by
// other goroutines share the commit. Both results have one element per entry:
// where the decision is not Send (someone else claimed or settled the record
// meanwhile), the claim is the zero Claim.
func (r *Run) Claim(ctx context.Context, entries []Entry) ([]Claim, []Decision, error) {
	if err := r.Err(); err != nil {
		return nil, nil, err
	}
	claims, decisions := make([]Claim, len(entries)), make([]Decision, len(entries))
	err := r.l.w.do(ctx, func(t *tx) error {
		for i := range entries {
			c, d, err := r.claim(t, &entries[i])
			if err != nil {
				return err
			}
			claims[i], decisions[i] = c, d
		}
		return nil
	})
	if err != nil {
		return nil, nil, storageError("登记待发送的记录", err)
	}
	return claims, decisions, nil
}

// ClaimOne is Claim for a single entry.
func (r *Run) ClaimOne(ctx context.Context, e Entry) (Claim, Decision, error) {
	claims, decisions, err := r.Claim(ctx, []Entry{e})
	if err != nil {
		return Claim{}, Decision{}, err
	}
	return claims[0], decisions[0], nil
}

// claim decides again inside the transaction, then writes.
func (r *Run) claim(t *tx, e *Entry) (Claim, Decision, error) {
	cur, err := rowOf(t, e.Identity)
	if err != nil {
		return Claim{}, Decision{}, err
	}
	other, err := r.otherOwner(t, e, cur)
	if err != nil {
		return Claim{}, Decision{}, err
	}
	d := decide(e, cur, other, r.info.Policy)
	if d.Action != Send {
		return Claim{}, d, nil
	}
	c := Claim{entry: *e, Attempt: d.Attempts + 1}
	if cur != nil {
		c.SubmissionID, c.facts = cur.id, cur.facts()
	} else if c.SubmissionID, err = insertSubmission(t, e, r.id); err != nil {
		return Claim{}, d, err
	}
	if c.facts, err = Step(c.facts, ActClaim); err != nil {
		return Claim{}, d, err
	}
	c.entry.Leaves = nil
	if err := r.l.keepLeaves(t, c.SubmissionID, e); err != nil {
		return Claim{}, d, err
	}
	return c, d, r.openAttempt(t, &c, cur)
}

// rowOf returns the row of an identity, nil when there is none.
func rowOf(t *tx, identity Digest) (*row, error) {
	s, err := t.stmt(`SELECT ` + rowColumns + ` FROM submissions s WHERE s.identity = ?`)
	if err != nil {
		return nil, err
	}
	_, r, err := scanRow(s.QueryRowContext(context.Background(), identity[:]))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return r, err
}

// otherOwner looks for another identity with the entry's key, but not among what
// this very run sent: keys are per file, and a run may read several.
func (r *Run) otherOwner(t *tx, e *Entry, cur *row) (*keyRow, error) {
	if e.RowKey || (cur != nil && cur.facts().mayHold()) {
		return nil, nil
	}
	var owners []keyOwner
	err := t.query(keyQuery+`?) AND s.institution = ?`, []any{r.id, e.Key, e.Institution}, func(rs *sql.Rows) error {
		_, o, err := scanKeyOwner(rs)
		owners = append(owners, o)
		return err
	})
	return otherOwner(e, owners), err
}

// insertSubmission adds a new identity. The unique key lets only one through.
func insertSubmission(t *tx, e *Entry, run int64) (int64, error) {
	return t.insert(`INSERT INTO submissions (identity, institution, name, exam_key, row_key, file, state, content, run_id, created, updated)
 VALUES (?, ?, ?, ?, ?, ?, 'undelivered', ?, ?, ?, ?)`,
		e.Identity[:], e.Institution, e.Name[:], e.Key, e.RowKey, e.File, e.Content[:], run, t.at, t.at)
}

// openAttempt writes the attempt and hangs it into the submission, if that is
// still as it was read (it is: the transaction holds the write lock).
func (r *Run) openAttempt(t *tx, c *Claim, cur *row) error {
	e := &c.entry
	id, err := t.insert(`INSERT INTO attempts (submission_id, run_id, exam_key, row_key, file, name, content, started) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		c.SubmissionID, r.id, e.Key, e.RowKey, e.File, e.Name[:], e.Content[:], t.at)
	if err != nil {
		return err
	}
	last := int64(0)
	if cur != nil {
		last = cur.attemptID
	}
	n, err := t.exec(`UPDATE submissions SET state = 'claimed', prior = ?, attempt_id = ?, attempts = attempts + 1, run_id = ?, updated = ?
 WHERE id = ? AND state <> 'claimed' AND attempt_id = ?`, c.facts.Prior, id, r.id, t.at, c.SubmissionID, last)
	if err != nil {
		return err
	}
	if n != 1 {
		return refuse(Facts{State: StateClaimed}, ActClaim, "该记录正由另一次上传发送。")
	}
	c.AttemptID = id
	return nil
}

// keepLeaves stores the leaves of a content once, and the paths not yet known.
func (l *Ledger) keepLeaves(t *tx, submission int64, e *Entry) error {
	if len(e.Leaves) == 0 {
		return nil
	}
	if err := l.keepPaths(t, e.Leaves); err != nil {
		return err
	}
	_, err := t.exec(`INSERT INTO leaves (submission_id, content, packed) VALUES (?, ?, ?) ON CONFLICT (submission_id, content) DO NOTHING`,
		submission, e.Content[:], e.Leaves)
	return err
}

// Retry claims the same content anew after its attempt was settled as not
// processed: a further attempt, durable when it returns. It is refused while the
// attempt is open, and when something else happened to the record.
func (r *Run) Retry(ctx context.Context, c Claim) (Claim, error) {
	if err := r.Err(); err != nil {
		return Claim{}, err
	}
	var again Claim
	err := r.l.w.do(ctx, func(t *tx) error {
		cur, err := rowOf(t, c.entry.Identity)
		if err != nil {
			return err
		}
		if cur == nil || cur.attemptID != c.AttemptID || cur.state != c.After(ClassNotProcessed) {
			return refuse(Facts{State: StateClaimed}, ActClaim, "该记录不能重试：它的上一次发送尚未了结，或已另有结果。")
		}
		again = c
		again.Attempt = cur.attempts + 1
		return r.openAttempt(t, &again, cur)
	})
	if err != nil {
		return Claim{}, storageError("登记重试", err)
	}
	return again, nil
}

// Unclaim gives back a claim of which no byte was sent.
func (r *Run) Unclaim(ctx context.Context, c Claim) error {
	return r.Settle(ctx, c, Settlement{Class: ClassNotSent})
}
