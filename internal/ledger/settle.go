package ledger

import (
	"context"
	"errors"
	"time"
)

// settleJob is a settle that is queued or has failed.
type settleJob struct {
	claim  Claim
	answer Settlement
	noted  bool // in the journal
}

// Settle records the answer to an attempt. It returns as soon as the answer is
// queued (it waits while too many are open); the commit follows in a group with
// others. A failed write is reported by Err, the next Claim, and Flush.
func (r *Run) Settle(ctx context.Context, c Claim, s Settlement) error {
	if !c.OK() {
		return refuse(Facts{}, s.Class.Action(), "没有登记过的发送不能了结。")
	}
	if s.At.IsZero() {
		s.At = r.l.opt.Now()
	}
	// An answer must not be lost to a cancelled context, so the wait is not
	// cancellable; a commit bounds it.
	r.slots <- struct{}{}
	r.begin()
	j := settleJob{claim: c, answer: s}
	err := r.l.w.submit(context.WithoutCancel(ctx), job{run: j.write, order: c.entry.Identity, done: func(err error) { r.settled(j, err) }})
	if err != nil {
		r.settled(j, err)
	}
	return err
}

func (r *Run) begin() {
	r.mu.Lock()
	r.open++
	r.mu.Unlock()
}

// settled is called in the writer's goroutine after the commit.
func (r *Run) settled(j settleJob, err error) {
	<-r.slots
	if err != nil {
		r.keep(j, err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.open--
	if r.open == 0 && r.idle != nil {
		close(r.idle)
		r.idle = nil
	}
}

// keep remembers a settle for Flush, and on this machine's disk when it is the
// database of several machines that did not take it.
func (r *Run) keep(j settleJob, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.l.opt.shared() && !isRefusal(err) && !j.noted {
		// Where neither takes it, the claim stays without an answer: a doubt.
		full := r.l.journal().append(j)
		j.noted = full == nil
		err = errors.Join(err, full)
	}
	r.failed = append(r.failed, j)
	if r.firstErr == nil {
		r.firstErr = storageError("保存上传结果", err)
	}
}

// unsure gives back claims of which nobody knows whether they were committed:
// no byte of them was sent.
func (r *Run) unsure(claims []Claim, err error) {
	if !r.l.opt.shared() {
		return
	}
	for _, c := range claims { // where the last try failed for good, an earlier one may have been committed
		if c.OK() {
			r.keep(settleJob{claim: c, answer: Settlement{Class: ClassNotSent, At: r.l.opt.Now()}}, err)
		}
	}
}

// Err is the first failure to write an answer. Once there is one, Claim refuses:
// what cannot be recorded must not be sent.
func (r *Run) Err() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.firstErr
}

// ready is Err, after another try where a lost database may be back.
func (r *Run) ready(ctx context.Context) error {
	err := r.Err()
	if err == nil || !lost(err) {
		return err
	}
	return r.Flush(ctx)
}

// Flush waits until every settle is on disk, and tries the failed ones again. What
// the ledger refuses is told once.
func (r *Run) Flush(ctx context.Context) error {
	if err := r.wait(ctx); err != nil {
		return err
	}
	return r.tell(ctx)
}

// tell tries the failed settles again.
func (r *Run) tell(ctx context.Context) error {
	if err := r.patiently(ctx, func(bool) error { return r.retell(context.WithoutCancel(ctx)) }); err != nil {
		return storageError("保存上传结果", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	refused := r.refused
	r.refused = nil
	return refused
}

// retell tries the failed settles once more, until one fails again.
func (r *Run) retell(ctx context.Context) error {
	r.telling.Lock()
	defer r.telling.Unlock()
	r.mu.Lock()
	again := r.failed
	r.failed, r.firstErr = nil, nil
	r.mu.Unlock()
	for i, j := range again {
		err := r.l.w.doFor(ctx, j.claim.entry.Identity, j.write)
		switch {
		case err == nil:
		case isRefusal(err): // no try would change that
			r.mu.Lock()
			r.refused = errors.Join(r.refused, err)
			r.mu.Unlock()
		default:
			for _, rest := range again[i:] {
				r.keep(rest, err)
			}
			return err
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(again) > 0 && len(r.failed) == 0 && r.l.opt.shared() { // what failed meanwhile is in the journal too
		return r.l.journal().clear()
	}
	return nil
}

func isRefusal(err error) bool {
	var no *Refusal
	return errors.As(err, &no)
}

// persist runs a job about one identity. Where a shared ledger's database is lost
// it waits for it and runs the job anew, behind the answers that were lost before
// it; again tells the job that its last try may have been committed.
func (r *Run) persist(ctx context.Context, identity Digest, job func(t *tx, again bool) error) error {
	return r.patiently(ctx, func(again bool) error {
		if again {
			if err := r.retell(ctx); err != nil {
				return err
			}
		}
		queue := ctx
		if again { // once it may have happened, it must be known
			queue = context.WithoutCancel(ctx)
		}
		return r.l.w.doFor(queue, identity, func(t *tx) error { return job(t, again) })
	})
}

// Waits for a database that has gone away.
const (
	firstWait = 100 * time.Millisecond
	longWait  = 2 * time.Second
)

// patiently tries something until the database is not lost, as long as
// Options.Patience allows. A run is patient once: where the database has been
// waited for in vain, each further thing is tried and no more.
func (r *Run) patiently(ctx context.Context, try func(again bool) error) error {
	err := try(false)
	if !lost(err) || r.tired() {
		return err
	}
	patience, cancel := context.WithTimeout(ctx, r.l.opt.patience())
	defer cancel()
	for wait := firstWait; ; wait = min(2*wait, longWait) {
		select {
		case <-time.After(wait):
		case <-patience.Done():
			if ctx.Err() == nil {
				r.mu.Lock()
				r.weary = true
				r.mu.Unlock()
			}
			return err
		}
		if err = try(true); !lost(err) {
			return err
		}
	}
}

// tired tells whether the database was waited for in vain already.
func (r *Run) tired() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.weary
}

// wait returns when no settle is under way.
func (r *Run) wait(ctx context.Context) error {
	r.mu.Lock()
	if r.open == 0 {
		r.mu.Unlock()
		return nil
	}
	if r.idle == nil {
		r.idle = make(chan struct{})
	}
	idle := r.idle
	r.mu.Unlock()
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// write settles attempt and submission; both are conditional on being open. A
// database that fell back to an older state hands out numbers anew: the time at
// which it started tells this attempt from another.
func (j settleJob) write(t *tx) error {
	c, s := j.claim, j.answer
	n, err := t.exec(`UPDATE attempts SET settled = ?, outcome = ?, http_status = ?, message = ?, note = ?, duration = ?
 WHERE id = ? AND submission_id = ? AND started = ? AND settled IS NULL`,
		s.At.UnixMicro(), string(s.Class), s.HTTPStatus, s.Message, s.Note, int64(s.Duration/time.Microsecond), c.AttemptID, c.SubmissionID, c.started)
	if err != nil {
		return err
	}
	after, err := Step(c.facts, s.Class.Action())
	switch {
	case err != nil:
		return err
	case n != 1:
		return j.late(t, after)
	}
	return c.apply(t, s.Class.Action(), after, StateClaimed)
}

// apply writes the state after an answer. What it says about content, name, key
// and file follows the rule that a row describes what the platform may hold, or
// else the last try. from is the state it must be in.
func (c Claim) apply(t *tx, a Action, f Facts, from State) error {
	e := &c.entry
	const guard = ` WHERE id = ? AND attempt_id = ? AND state = ?`
	var n int64
	var err error
	switch {
	case a == ActSettleAccepted:
		n, err = t.exec(`UPDATE submissions SET state = 'accepted', prior = '', content = ?, accepted = ?, doubt = NULL, resend = FALSE, same_person = FALSE, adopted = FALSE,
 name = ?, exam_key = ?, row_key = ?, file = ?, updated = ?`+guard,
			e.Content[:], e.Content[:], e.Name[:], e.Key, e.RowKey, e.File, t.at, c.SubmissionID, c.AttemptID, from)
		if err == nil && c.Attempt > 1 {
			err = dropLeaves(t, c.SubmissionID, e.Content)
		}
	case a == ActSettleUnknown:
		n, err = t.exec(`UPDATE submissions SET state = 'in_doubt', prior = '', content = ?, doubt = ?, resend = FALSE,
 name = ?, exam_key = ?, row_key = ?, file = ?, updated = ?`+guard,
			e.Content[:], e.Content[:], e.Name[:], e.Key, e.RowKey, e.File, t.at, c.SubmissionID, c.AttemptID, from)
	case f.State == StateRejected, f.State == StateUndelivered:
		n, err = t.exec(`UPDATE submissions SET state = ?, prior = '', content = ?, resend = ?, name = ?, exam_key = ?, row_key = ?, file = ?, updated = ?`+guard,
			f.State, e.Content[:], f.Resend, e.Name[:], e.Key, e.RowKey, e.File, t.at, c.SubmissionID, c.AttemptID, from)
	case f.State == StateAccepted && a == ActSettleRejected: // a refused change: what was accepted stands
		n, err = t.exec(`UPDATE submissions SET state = 'accepted', prior = '', content = accepted, resend = FALSE, updated = ?`+guard,
			t.at, c.SubmissionID, c.AttemptID, from)
	default: // not processed, and doubtful or accepted before: as if nothing had been
		n, err = t.exec(`UPDATE submissions SET state = ?, prior = '', updated = ?`+guard, f.State, t.at, c.SubmissionID, c.AttemptID, from)
	}
	if err == nil && n != 1 {
		err = refuse(c.facts, a, "该记录的发送已经了结过。")
	}
	return err
}

// dropLeaves forgets the leaves of contents that are no longer in force.
func dropLeaves(t *tx, submission int64, keep [32]byte) error {
	_, err := t.exec(`DELETE FROM leaves WHERE submission_id = ? AND content <> ?`, submission, keep[:])
	return err
}
