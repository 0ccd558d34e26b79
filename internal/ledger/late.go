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
func (j settleJob) late(t *tx, after Facts) error {
	c, s := j.claim, j.answer
	var at int64
	var outcome Class
	var note string
	err := t.queryRow(`SELECT settled, outcome, note FROM attempts WHERE id = ? AND submission_id = ? AND started = ?`,
		[]any{c.AttemptID, c.SubmissionID, c.started}, &at, &outcome, &note)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return j.forgotten(t, after)
	case err != nil:
		return err
	case at == s.At.UnixMicro() && outcome == s.Class:
		return nil
	case note != noAnswer && s.Class == ClassNotSent:
		return nil
	case note != noAnswer:
		return refuse(c.facts, s.Class.Action(), "该记录的发送已经了结过。")
	case s.Class.Action() == ActSettleUnknown:
		return nil // no answer is what is written there
	}
	cur, err := rowOf(t, c.entry.Identity)
	if err != nil {
		return err
	}
	if cur == nil || cur.state != StateInDoubt || cur.attemptID != c.AttemptID {
		switch {
		case s.Class == ClassNotSent:
			return nil // no byte of it left: there is nothing to say
		case !j.outweighs(cur):
			return refuse(c.facts, s.Class.Action(), "该记录在答复到来之前已另有结论。")
		}
		if err := s.late(t, c.AttemptID); err != nil {
			return err
		}
		c.AttemptID = cur.attemptID // the record's, of which this answer is none
		return c.apply(t, s.Class.Action(), after, cur.state)
	}
	if after.State != StateAccepted && after.State != StateRejected && after.State != StateUndelivered {
		return nil // it was in doubt before this attempt, and still is
	}
	if after.State == StateAccepted && s.Class != ClassAccepted {
		return nil // a change of what was accepted: what it was before the change is not known here
	}
	if err = s.late(t, c.AttemptID); err != nil {
		return err
	}
	if err = c.apply(t, s.Class.Action(), after, StateInDoubt); err != nil || s.Class == ClassAccepted {
		return err
	}
	_, err = t.exec(`UPDATE submissions SET doubt = NULL WHERE id = ?`, c.SubmissionID)
	return err
}

// late writes an answer over the placeholder of the attempt.
func (s Settlement) late(t *tx, attempt int64) error {
	_, err := t.exec(`UPDATE attempts SET settled = ?, outcome = ?, http_status = ?, message = ?, note = ?, duration = ? WHERE id = ? AND note = '`+noAnswer+`'`,
		s.At.UnixMicro(), string(s.Class), s.HTTPStatus, s.Message, strings.TrimSpace(lateNote+" "+s.Note), int64(s.Duration/time.Microsecond), attempt)
	return err
}

// outweighs tells whether an answer says more than what the ledger came to
// without it: what may be there is more than what was not taken, and a later
// attempt that was refused (often because it is there) takes nothing away. What
// is being sent, or is accepted, or was left in doubt with another content, stands.
func (j settleJob) outweighs(cur *row) bool {
	if cur == nil {
		return false
	}
	switch j.answer.Class.Action() {
	case ActSettleAccepted:
		return cur.state == StateUndelivered || cur.state == StateRejected || cur.state == StateInDoubt && cur.content == j.claim.entry.Content
	case ActSettleUnknown:
		return cur.state == StateUndelivered || cur.state == StateRejected
	}
	return false
}

// forgotten is an answer to an attempt that the database does not know. Either
// its claim was never committed, and then nothing was sent; or the database fell
// back to an older state, and then what the platform may hold is written anew.
func (j settleJob) forgotten(t *tx, after Facts) error {
	c, a := j.claim, j.answer.Class.Action()
	if a != ActSettleAccepted && a != ActSettleUnknown {
		return nil
	}
	cur, _, err := ensure(t, &c.entry, 0)
	switch {
	case err != nil:
		return err
	case !j.outweighs(cur):
		if cur.state == after.State && cur.content == c.entry.Content {
			return nil // as it is, or written anew by an earlier try
		}
		return refuse(c.facts, a, "台账里没有这次发送的登记。")
	}
	c.SubmissionID, c.AttemptID = cur.id, cur.attemptID
	if err := c.apply(t, a, after, cur.state); err != nil {
		return err
	}
	return note(t, c.SubmissionID, ActLateAnswer, t.w.who)
}
