package ledger

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// Claim is the right to send one record once. The zero Claim grants nothing.
type Claim struct {
	SubmissionID int64
	AttemptID    int64
	Attempt      int // 1 for the first attempt ever of this record
	entry        Entry
	facts        facts // while claimed
	doubted      bool  // this very content was in doubt before
	inDoubt      bool  // Decision.WasInDoubt
	byPolicy     bool  // Decision.ByPolicy
	described    bool  // name, key and file stand in the record already

	started int64     // the attempt's, in microseconds
	granted time.Time // when the transaction began that granted it; of a shared ledger's claims
}

// OK reports whether the claim was granted.
func (c Claim) OK() bool { return c.AttemptID != 0 }

// holds reports whether a row is claimed by this very claim.
func (c Claim) holds(r *row) bool {
	return c.OK() && r != nil && r.state == StateClaimed && r.attemptID == c.AttemptID && r.updated.UnixMicro() == c.started
}

// Key is the exam key of the claimed record.
func (c Claim) Key() string { return c.entry.Key }

// After is the state the ledger will keep once the claim is settled so: a record
// that was in doubt or accepted before stays so when an attempt was not processed.
func (c Claim) After(class Class) State {
	f, err := step(c.facts, class.Action())
	if err != nil {
		return StateInDoubt
	}
	return f.State
}

// Claim claims entries for sending, each with its first attempt, in one
// transaction that is on disk when it returns; claims made at the same time by
// other goroutines share the commit. Both results have one element per entry:
// where the decision is not Send (someone else claimed or settled the record
// meanwhile), the claim is the zero Claim. It waits while RunInfo.Unsettled
// records are claimed and not settled; of more entries than that it would wait for
// itself.
func (r *Run) Claim(ctx context.Context, entries []Entry) (claims []Claim, decisions []Decision, err error) {
	granted := 0
	if err := r.reserve(ctx, len(entries)); err != nil {
		return nil, nil, err
	}
	defer func() { r.release(len(entries) - granted) }()
	claims = make([]Claim, len(entries))
	decisions = make([]Decision, len(entries))
	err = r.grant(ctx, orderOf(entries), func(t *tx, again bool) error {
		if err := r.bind(t); err != nil {
			return err
		}
		for i := range entries {
			c, d, err := r.claim(t, &entries[i], claims[i], again)
			if err != nil {
				return err
			}
			claims[i] = c
			decisions[i] = d
		}
		return nil
	})
	if err != nil {
		r.company.unsure(claims, err)
		return nil, nil, storageError("登记待发送的记录", err)
	}
	r.bound.Store(true)
	for i := range claims {
		if claims[i].OK() {
			granted++
		}
	}
	return claims, decisions, nil
}

// bind makes the ledger the platform's to which its first record goes.
func (r *Run) bind(t *tx) error {
	if r.bound.Load() {
		return nil
	}
	return r.l.bind(t)
}

// orderOf is the identity of a single entry; several have no order.
func orderOf(entries []Entry) Digest {
	if len(entries) == 1 {
		return entries[0].Identity
	}
	return Digest{}
}

// ClaimOne is Claim for a single entry.
func (r *Run) ClaimOne(ctx context.Context, e Entry) (Claim, Decision, error) {
	claims, decisions, err := r.Claim(ctx, []Entry{e})
	if err != nil {
		return Claim{}, Decision{}, err
	}
	return claims[0], decisions[0], nil
}

// claim decides again inside the transaction, then writes. before is the claim
// of an earlier try; when nobody knows whether that was committed (again), and
// it is there, it stands.
func (r *Run) claim(t *tx, e *Entry, before Claim, again bool) (Claim, Decision, error) {
	if err := t.lockKey(e); err != nil {
		return Claim{}, Decision{}, err
	}
	if c, fresh, err := r.claimFresh(t, e); err != nil || fresh {
		return c, Decision{Action: Send}, err
	}
	cur, err := rowFor(t, e)
	if err != nil {
		return Claim{}, Decision{}, err
	}
	other, err := r.otherOwner(t, e, cur)
	if err != nil {
		return Claim{}, Decision{}, err
	}
	if again && before.holds(cur) {
		return before, Decision{Action: Send, SubmissionID: cur.id, PriorState: before.facts.Prior, Attempts: before.Attempt - 1, WasInDoubtSameContent: before.doubted,
			WasInDoubt: before.inDoubt, ByPolicy: before.byPolicy}, nil
	}
	d := decide(e, cur, other, r.info.Policy)
	if d.Action != Send {
		return Claim{}, d, nil
	}
	c := Claim{entry: *e, Attempt: d.Attempts + 1, doubted: d.WasInDoubtSameContent, inDoubt: d.WasInDoubt, byPolicy: d.ByPolicy}
	c.entry.Leaves = nil
	if cur == nil || cur.apart {
		c.Attempt = 1
		c.described = true
		cur, fresh, err := ensure(t, e, r.id)
		if err != nil {
			return Claim{}, Decision{}, err
		}
		if !fresh { // another machine was faster by a hair: decide upon what it did
			return r.claim(t, e, before, again)
		}
		return c, d, r.claimRow(t, &c, e, cur)
	}
	c.facts = cur.facts()
	c.described = cur.describes(e)
	c.entry.Identity = cur.identity // an older row keeps its own
	c.entry.Base = cur.base
	return c, d, r.claimRow(t, &c, e, cur)
}

// claimFresh claims a record of which nothing in the ledger has the identity or the
// key, as of most, and reports whether it is one. Its row is written once, as it
// stands while the record is sent. Where others write too it does nothing: rows
// have to be held before it is known what to do.
func (r *Run) claimFresh(t *tx, e *Entry) (c Claim, fresh bool, err error) {
	if t.w.d.hold != "" {
		return c, false, nil
	}
	if older, err := t.anyOlder(); err != nil || older {
		return c, false, err
	}
	c = Claim{entry: *e, Attempt: 1, described: true}
	c.entry.Leaves = nil
	if c.facts, err = step(facts{}, ActClaim); err != nil {
		return c, false, err
	}
	// A key that somebody has becomes NULL, which no row may have: IGNORE passes
	// over that as it does over the identity's.
	c.SubmissionID, err = t.insert(`INSERT OR IGNORE INTO submissions (identity, base, institution, name, exam_key, row_key, file, state, content, attempts, attempt_id, run_id, created, updated)
 VALUES (?, ?, ?, ?, CASE WHEN ? AND EXISTS (SELECT 1 FROM submissions WHERE exam_key = ? AND institution = ?) THEN NULL ELSE ? END, ?, ?, 'claimed', ?, 1,
 (SELECT COALESCE(max(id), 0) + 1 FROM attempts), ?, ?, ?)`,
		e.Identity[:], t.base(e), e.Institution, e.Name[:], !e.RowKey, e.Key, e.Institution, e.Key, e.RowKey, e.File, e.Content[:], r.id, t.at, t.at)
	if errors.Is(err, sql.ErrNoRows) {
		return Claim{}, false, nil
	}
	if err != nil {
		return c, false, err
	}
	if err := r.l.keepLeaves(t, c.SubmissionID, e); err != nil {
		return c, false, err
	}
	c.started = t.at
	c.granted = t.began
	c.AttemptID, err = r.insertAttempt(t, &c, e)
	return c, true, err
}

// claimRow claims a record that has a row.
func (r *Run) claimRow(t *tx, c *Claim, e *Entry, cur *row) (err error) {
	c.SubmissionID = cur.id
	if c.facts, err = step(c.facts, ActClaim); err != nil {
		return err
	}
	if err := r.l.keepLeaves(t, c.SubmissionID, e); err != nil {
		return err
	}
	return r.openAttempt(t, c, cur.attemptID)
}

// lockKey lets machines that claim under one exam key go one after the other:
// two identities under one key are no conflict that the unique key would see.
func (t *tx) lockKey(e *Entry) error {
	if t.w.d.keyLock == "" || e.RowKey {
		return nil
	}
	var done any
	return t.QueryRow(t.w.d.keyLock, []any{e.Institution + "\x1f" + e.Key}, &done)
}

// rowOf returns the row of an identity, nil when there is none. Until the
// transaction ends no other writer changes it.
func rowOf(t *tx, identity Digest) (*row, error) {
	query, args := t.w.d.bind(`SELECT `+rowColumns+` FROM submissions s WHERE s.identity = ?`+t.w.d.hold, []any{identity[:]})
	s, err := t.stmt(query)
	if err != nil {
		return nil, err
	}
	r, err := scanRow(s.QueryRowContext(t.ctx, args...))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return r, err
}

// ensure returns the row of an identity, and whether it was made just now. The
// unique key lets only one through, and the second waits for it.
func ensure(t *tx, e *Entry, run int64) (r *row, fresh bool, err error) {
	id, err := t.insert(`INSERT INTO submissions (identity, base, institution, name, exam_key, row_key, file, state, content, run_id, created, updated)
 VALUES (?, ?, ?, ?, ?, ?, ?, 'undelivered', ?, ?, ?, ?) ON CONFLICT (identity) DO NOTHING`,
		e.Identity[:], t.base(e), e.Institution, e.Name[:], e.Key, e.RowKey, e.File, e.Content[:], run, t.at, t.at)
	if errors.Is(err, sql.ErrNoRows) {
		r, err = rowOf(t, e.Identity)
		return r, false, err
	}
	return &row{id: id, identity: e.Identity, base: e.Base, older: e.Base == Digest{}, state: StateUndelivered}, true, err
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

// openAttempt writes the attempt and hangs it into the submission, if that is
// still as it was read (it is: the transaction holds it). last is the attempt
// that it had.
func (r *Run) openAttempt(t *tx, c *Claim, last int64) error {
	e := &c.entry
	id, err := r.insertAttempt(t, c, e)
	if err != nil {
		return err
	}
	n, err := t.Exec(`UPDATE submissions SET state = 'claimed', prior = ?, attempt_id = ?, attempts = attempts + 1, run_id = ?, updated = ?
 WHERE id = ? AND state <> 'claimed' AND attempt_id = ?`, c.facts.Prior, id, r.id, t.at, c.SubmissionID, last)
	if err != nil {
		return err
	}
	if n != 1 {
		return refuse(facts{State: StateClaimed}, ActClaim, "该记录正由另一次上传发送。")
	}
	c.AttemptID = id
	c.started = t.at
	c.granted = t.began
	return nil
}

// insertAttempt writes the attempt of a claim and returns its number, the next one.
func (r *Run) insertAttempt(t *tx, c *Claim, e *Entry) (int64, error) {
	return t.insert(`INSERT INTO attempts (submission_id, run_id, exam_key, row_key, file, name, content, started) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		c.SubmissionID, r.id, e.Key, e.RowKey, e.File, e.Name[:], e.Content[:], t.at)
}

// keepLeaves stores the leaves of a content once, and the paths not yet known.
func (l *Ledger) keepLeaves(t *tx, submission int64, e *Entry) error {
	if len(e.Leaves) == 0 {
		return nil
	}
	l.keepPaths(t)
	_, err := t.Exec(`INSERT INTO leaves (submission_id, content, packed) VALUES (?, ?, ?) ON CONFLICT (submission_id, content) DO NOTHING`,
		submission, e.Content[:], e.Leaves)
	return err
}

// Retry claims the same content again after its attempt was settled as not
// processed: a further attempt, durable when it returns. It is refused while the
// attempt is open, and when something else happened to the record.
func (r *Run) Retry(ctx context.Context, c Claim) (Claim, error) {
	if err := r.reserve(ctx, 1); err != nil {
		return Claim{}, err
	}
	var again Claim
	err := r.grant(ctx, c.entry.Identity, func(t *tx, unsure bool) error {
		cur, err := rowOf(t, c.entry.Identity)
		if err != nil {
			return err
		}
		if unsure && again.holds(cur) {
			return nil
		}
		if cur == nil || cur.attemptID != c.AttemptID || cur.state != c.After(ClassNotProcessed) {
			return refuse(facts{State: StateClaimed}, ActClaim, "该记录不能重试：它的上一次发送尚未了结，或已另有结果。")
		}
		again = c
		again.Attempt = cur.attempts + 1
		return r.openAttempt(t, &again, cur.attemptID)
	})
	if err != nil {
		r.release(1)
		r.company.unsure([]Claim{again}, err)
		return Claim{}, storageError("登记重试", err)
	}
	return again, nil
}

// Confirm says that a claim may be sent now, and must be called just before its
// first byte leaves. A *Refusal means that the claim was given up meanwhile, by
// another machine: nothing must be sent, and Unclaim is still due. Any other
// error: nobody knows, or the answer could not be kept, and nothing must be sent
// either.
func (r *Run) Confirm(ctx context.Context, c Claim) error {
	if err := r.Err(); err != nil && !r.company.passes(err) {
		return err
	}
	return r.company.confirm(ctx, c)
}

// grant runs a job that claims, about one identity.
func (r *Run) grant(ctx context.Context, identity Digest, job func(t *tx, again bool) error) error {
	var at time.Time
	err := r.persist(ctx, identity, func(t *tx, again bool) (err error) {
		if at, err = r.company.enter(t); err != nil {
			return err
		}
		return job(t, again)
	})
	if err == nil {
		r.company.entered(at)
	}
	return err
}

// Unclaim gives back a claim of which no byte was sent.
func (r *Run) Unclaim(ctx context.Context, c Claim) error {
	return r.Settle(ctx, c, Settlement{Class: ClassNotSent})
}
