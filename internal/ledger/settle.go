package ledger

import (
	"context"
	"time"
)

// settleJob is a settle that is queued or has failed.
type settleJob struct {
	claim  Claim
	answer Settlement
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
	j := settleJob{c, s}
	err := r.l.w.submit(context.WithoutCancel(ctx), job{run: j.write, done: func(err error) { r.settled(j, err) }})
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

// keep remembers a settle for Flush.
func (r *Run) keep(j settleJob, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failed = append(r.failed, j)
	if r.firstErr == nil && err != nil {
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

// Flush waits until every settle is on disk, and tries the failed ones again.
func (r *Run) Flush(ctx context.Context) error {
	if err := r.wait(ctx); err != nil {
		return err
	}
	r.mu.Lock()
	again := r.failed
	r.failed, r.firstErr = nil, nil
	r.mu.Unlock()
	for i, j := range again {
		if err := r.l.w.do(ctx, j.write); err != nil {
			for _, rest := range again[i:] {
				r.keep(rest, err)
			}
			return r.Err()
		}
	}
	return nil
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

// write settles attempt and submission; both are conditional on being open.
func (j settleJob) write(t *tx) error {
	c, s := j.claim, j.answer
	n, err := t.exec(`UPDATE attempts SET settled = ?, outcome = ?, http_status = ?, message = ?, note = ?, duration = ? WHERE id = ? AND settled IS NULL`,
		s.At.UnixMicro(), string(s.Class), s.HTTPStatus, s.Message, s.Note, int64(s.Duration/time.Microsecond), c.AttemptID)
	if err != nil {
		return err
	}
	after, err := Step(c.facts, s.Class.Action())
	if n != 1 || err != nil {
		return refuse(c.facts, s.Class.Action(), "该记录的发送已经了结过。")
	}
	return j.claim.apply(t, s.Class.Action(), after)
}

// apply writes the state after an answer. What it says about content, name, key
// and file follows the rule that a row describes what the platform may hold, or
// else the last try.
func (c Claim) apply(t *tx, a Action, f Facts) error {
	e := &c.entry
	const guard = ` WHERE id = ? AND state = 'claimed' AND attempt_id = ?`
	var n int64
	var err error
	switch {
	case a == ActSettleAccepted:
		n, err = t.exec(`UPDATE submissions SET state = 'accepted', prior = '', content = ?, accepted = ?, doubt = NULL, resend = 0, same_person = 0, adopted = 0,
 name = ?, exam_key = ?, row_key = ?, file = ?, updated = ?`+guard,
			e.Content[:], e.Content[:], e.Name[:], e.Key, e.RowKey, e.File, t.at, c.SubmissionID, c.AttemptID)
		if err == nil && c.Attempt > 1 {
			err = dropLeaves(t, c.SubmissionID, e.Content)
		}
	case a == ActSettleUnknown:
		n, err = t.exec(`UPDATE submissions SET state = 'in_doubt', prior = '', content = ?, doubt = ?, resend = 0,
 name = ?, exam_key = ?, row_key = ?, file = ?, updated = ?`+guard,
			e.Content[:], e.Content[:], e.Name[:], e.Key, e.RowKey, e.File, t.at, c.SubmissionID, c.AttemptID)
	case f.State == StateRejected, f.State == StateUndelivered:
		n, err = t.exec(`UPDATE submissions SET state = ?, prior = '', content = ?, resend = ?, name = ?, exam_key = ?, row_key = ?, file = ?, updated = ?`+guard,
			f.State, e.Content[:], f.Resend, e.Name[:], e.Key, e.RowKey, e.File, t.at, c.SubmissionID, c.AttemptID)
	case f.State == StateAccepted && a == ActSettleRejected: // a refused change: what was accepted stands
		n, err = t.exec(`UPDATE submissions SET state = 'accepted', prior = '', content = accepted, resend = 0, updated = ?`+guard,
			t.at, c.SubmissionID, c.AttemptID)
	default: // not processed, and doubtful or accepted before: as if nothing had been
		n, err = t.exec(`UPDATE submissions SET state = ?, prior = '', updated = ?`+guard, f.State, t.at, c.SubmissionID, c.AttemptID)
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

// recoverClaims turns claims without an answer into doubt, set-wise.
func recoverClaims(t *tx, user, host string) (Recovered, error) {
	var rec Recovered
	err := t.query(`SELECT a.exam_key FROM submissions s JOIN attempts a ON a.id = s.attempt_id WHERE s.state = 'claimed' ORDER BY s.id`, nil, collectKeys(&rec))
	if err != nil || rec.Count == 0 {
		return rec, err
	}
	for _, step := range []struct {
		sql  string
		args []any
	}{
		{`INSERT INTO marks (submission_id, at, os_user, host, action) SELECT id, ?, ?, ?, 'recover' FROM submissions WHERE state = 'claimed'`, []any{t.at, user, host}},
		{`UPDATE submissions SET state = 'in_doubt', prior = '', content = a.content, doubt = a.content, name = a.name, exam_key = a.exam_key,
 row_key = a.row_key, file = a.file, resend = 0, updated = ? FROM attempts a WHERE submissions.state = 'claimed' AND a.id = submissions.attempt_id`, []any{t.at}},
		{`UPDATE attempts SET settled = ?, outcome = 'unknown', note = 'no-answer' WHERE settled IS NULL`, []any{t.at}},
	} {
		if _, err := t.exec(step.sql, step.args...); err != nil {
			return rec, err
		}
	}
	return rec, nil
}
