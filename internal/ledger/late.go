package ledger

import (
	"database/sql"
	"errors"
	"strings"
	"time"
)

// late is an answer to an attempt that is settled already. It may be our own,
// told twice because nobody knew whether the first time was committed; or the
// attempt was given up without an answer, and the answer came after all: then it
// settles the doubt, unless something else has happened to the record since.
func (j settleJob) late(t *tx, after facts) error {
	c := &j.claim
	var at int64
	var outcome Class
	var note string
	err := t.QueryRow(`SELECT settled, outcome, note FROM attempts WHERE id = ? AND submission_id = ? AND started = ?`,
		[]any{c.AttemptID, c.SubmissionID, c.started}, &at, &outcome, &note)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return j.forgotten(t, after)
	case err != nil:
		return err
	case note != noAnswer:
		return j.repeated(at, outcome)
	case j.answer.Class.Action() == ActSettleUnknown:
		return nil // no answer is what is written there
	}
	cur, err := rowOf(t, c.entry.Identity)
	switch {
	case err != nil:
		return err
	case cur != nil && cur.state == StateInDoubt && cur.attemptID == c.AttemptID:
		return j.settleDoubt(t, after)
	case j.answer.Class == ClassNotSent:
		return nil // no byte of it left: there is nothing to say
	case !j.outweighs(cur):
		return refuse(c.facts, j.answer.Class.Action(), "该记录在答复到来之前已另有结论。")
	}
	return j.overrule(t, cur, after)
}

// repeated is an answer to an attempt that has one, given at a time: the same one
// told twice is fine, another one is refused.
func (j settleJob) repeated(at int64, outcome Class) error {
	s := &j.answer
	if s.Class == ClassNotSent || at == s.At.UnixMicro() && outcome == s.Class {
		return nil
	}
	return refuse(j.claim.facts, s.Class.Action(), "该记录的发送已经了结过。")
}

// settleDoubt settles the doubt that giving up the attempt left.
func (j settleJob) settleDoubt(t *tx, after facts) error {
	accepted := j.answer.Class == ClassAccepted
	switch {
	case after.State != StateAccepted && after.State != StateRejected && after.State != StateUndelivered:
		return nil // it was in doubt before this attempt, and still is
	case after.State == StateAccepted && !accepted:
		return nil // a change of what was accepted: what it was before the change is not known here
	}
	if err := j.answer.late(t, j.claim.AttemptID); err != nil {
		return err
	}
	err := j.claim.apply(t, j.answer.Class.Action(), after, StateInDoubt)
	if err != nil || accepted {
		return err
	}
	_, err = t.Exec(`UPDATE submissions SET doubt = NULL WHERE id = ?`, j.claim.SubmissionID)
	return err
}

// overrule puts an answer in the place of what the ledger came to without it.
func (j settleJob) overrule(t *tx, cur *row, after facts) error {
	if err := j.answer.late(t, j.claim.AttemptID); err != nil {
		return err
	}
	c := j.claim
	c.AttemptID = cur.attemptID // the record's, of which this answer is none
	return c.apply(t, j.answer.Class.Action(), after, cur.state)
}

// late writes an answer over the placeholder of the attempt.
func (s Settlement) late(t *tx, attempt int64) error {
	_, err := t.Exec(`UPDATE attempts SET settled = ?, outcome = ?, http_status = ?, message = ?, note = ?, duration = ? WHERE id = ? AND note = '`+noAnswer+`'`,
		s.At.UnixMicro(), string(s.Class), s.HTTPStatus, s.Message, strings.TrimSpace(lateNote+" "+s.Note), int64(s.Duration/time.Microsecond), attempt)
	return err
}

// outweighs reports whether an answer says more than what the ledger came to
// without it: what may be there is more than what was not taken, and a later
// attempt that was refused (often because it is there) takes nothing away. What
// is being sent, or is accepted, or was left in doubt with another content, stands.
func (j settleJob) outweighs(cur *row) bool {
	if cur == nil {
		return false
	}
	refused := cur.state == StateUndelivered || cur.state == StateRejected
	switch j.answer.Class.Action() {
	case ActSettleAccepted:
		return refused || cur.state == StateInDoubt && cur.content == j.claim.entry.Content
	case ActSettleUnknown:
		return refused
	}
	return false
}

// forgotten is an answer to an attempt that the database does not know. Either
// its claim was never committed, and then nothing was sent; or the database fell
// back to an older state, and then what the platform may hold is written again.
func (j settleJob) forgotten(t *tx, after facts) error {
	a := j.answer.Class.Action()
	if a != ActSettleAccepted && a != ActSettleUnknown {
		return nil
	}
	c := j.claim
	cur, _, err := ensure(t, &c.entry, 0)
	switch {
	case err != nil:
		return err
	case !j.outweighs(cur):
		if cur.state == after.State && cur.content == c.entry.Content {
			return nil // as it is, or written again by an earlier try
		}
		return refuse(c.facts, a, "台账里没有这次发送的登记。")
	}
	c.SubmissionID = cur.id
	c.AttemptID = cur.attemptID
	if err := c.apply(t, a, after, cur.state); err != nil {
		return err
	}
	return note(t, c.SubmissionID, ActLateAnswer, t.w.who)
}
