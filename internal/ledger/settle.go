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
	noted  bool // kept outside the ledger too (company.unheard)
}

// Settle records the answer to an attempt. It returns as soon as the answer is
// queued; the commit follows in a group with others. A failed write is reported by Err, the next Claim, and Flush.
func (r *Run) Settle(ctx context.Context, c Claim, s Settlement) error {
	if !c.OK() {
		return refuse(facts{}, s.Class.Action(), "没有登记过的发送不能了结。")
	}
	if s.At.IsZero() {
		s.At = r.l.opt.Now()
	}
	r.begin()
	j := settleJob{claim: c, answer: s}
	// An answer must not be lost to a cancelled context.
	err := r.l.w.submit(context.WithoutCancel(ctx), job{run: j.write, order: c.entry.Identity, lazy: true, done: func(err error) { r.settled(j, err) }})
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

// settled is called in the writer's goroutine after the commit. A failure is known
// before the claim's slot is free: a waiting worker must not claim once more.
func (r *Run) settled(j settleJob, err error) {
	if err != nil {
		r.keep(j, err)
	}
	r.release(1)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.open--
	if r.open == 0 && r.idle != nil {
		close(r.idle)
		r.idle = nil
	}
}

// keep remembers a settle that failed for Flush.
func (r *Run) keep(j settleJob, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !isRefusal(err) && !j.noted {
		kept, full := r.company.unheard(j)
		j.noted = kept
		err = errors.Join(err, full)
	}
	r.failed = append(r.failed, j)
	if r.firstErr == nil {
		r.firstErr = storageError("保存上传结果", err)
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
	if err == nil || !r.company.passes(err) {
		return err
	}
	return r.Flush(ctx)
}

// Flush waits until every settle is on disk, and tries the failed ones again. What
// the ledger refuses is reported once.
func (r *Run) Flush(ctx context.Context) error {
	if err := r.wait(ctx); err != nil {
		return err
	}
	return r.tell(ctx)
}

// tell tries the failed settles again.
func (r *Run) tell(ctx context.Context) error {
	if err := r.company.patiently(ctx, func(bool) error { return r.retell(context.WithoutCancel(ctx)) }); err != nil {
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
	r.failed = nil
	r.firstErr = nil
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
	if len(again) > 0 && len(r.failed) == 0 { // else what failed meanwhile would be forgotten too
		return r.company.heard()
	}
	return nil
}

func isRefusal(err error) bool {
	var no *Refusal
	return errors.As(err, &no)
}

// persist runs a job about one identity. Where a shared ledger's database is lost
// it waits for it and runs the job again, behind the answers that were lost before
// it; again tells the job that its last try may have been committed.
func (r *Run) persist(ctx context.Context, identity Digest, job func(t *tx, again bool) error) error {
	return r.company.patiently(ctx, func(again bool) error {
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
	r.l.w.urge()
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// write settles attempt and submission; both are conditional on being open. A
// database that fell back to an older state hands out numbers again: the time at
// which it started tells this attempt from another.
func (j settleJob) write(t *tx) error {
	c := &j.claim
	s := &j.answer
	n, err := t.Exec(`UPDATE attempts SET settled = ?, outcome = ?, http_status = ?, message = ?, note = ?, duration = ?
 WHERE id = ? AND submission_id = ? AND started = ? AND settled IS NULL`,
		s.At.UnixMicro(), string(s.Class), s.HTTPStatus, s.Message, s.Note, int64(s.Duration/time.Microsecond), c.AttemptID, c.SubmissionID, c.started)
	if err != nil {
		return err
	}
	after, err := step(c.facts, s.Class.Action())
	if err != nil {
		return err
	}
	if n != 1 {
		return j.late(t, after)
	}
	return c.apply(t, s.Class.Action(), after, StateClaimed)
}

// change is what an answer writes into a record besides its state.
type change struct {
	set       string // further columns
	contents  int    // how many of them are the content that was sent
	describes bool   // name, key and file are those of the content that was sent
}

// changeOf follows the rule that a row describes what the platform may hold, or
// else the last try.
func changeOf(a Action, after facts) change {
	switch {
	case a == ActSettleAccepted:
		return change{`, content = ?, accepted = ?, doubt = NULL, resend = FALSE, same_person = FALSE, adopted = FALSE`, 2, true}
	case a == ActSettleUnknown:
		return change{`, content = ?, doubt = ?, resend = FALSE`, 2, true}
	case after.State == StateRejected, after.State == StateUndelivered:
		return change{`, content = ?, resend = FALSE`, 1, true}
	case a == ActSettleRejected: // a refused change: what was accepted stands
		return change{`, content = accepted, resend = FALSE`, 0, false}
	}
	return change{} // not processed, and doubtful or accepted before: as if nothing had been
}

// apply writes the state after an answer; from is the state the record must be in.
func (c Claim) apply(t *tx, a Action, after facts, from State) error {
	e := &c.entry
	ch := changeOf(a, after)
	args := make([]any, 0, 12)
	args = append(args, after.State)
	for range ch.contents {
		args = append(args, e.Content[:])
	}
	set := ch.set
	if ch.describes && (from != StateClaimed || !c.described) {
		set += `, name = ?, exam_key = ?, row_key = ?, file = ?`
		args = append(args, e.Name[:], e.Key, e.RowKey, e.File)
	}
	n, err := t.Exec(`UPDATE submissions SET state = ?, prior = ''`+set+`, updated = ? WHERE id = ? AND attempt_id = ? AND state = ?`,
		append(args, t.at, c.SubmissionID, c.AttemptID, from)...)
	switch {
	case err != nil:
		return err
	case n != 1:
		return refuse(c.facts, a, "该记录的发送已经了结过。")
	case a == ActSettleAccepted && c.Attempt > 1:
		return dropLeaves(t, c.SubmissionID, e.Content)
	}
	return nil
}

// dropLeaves forgets the leaves of contents that are no longer in force.
func dropLeaves(t *tx, submission int64, keep [32]byte) error {
	_, err := t.Exec(`DELETE FROM leaves WHERE submission_id = ? AND content <> ?`, submission, keep[:])
	return err
}
