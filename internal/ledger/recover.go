package ledger

import (
	"database/sql"
)

// The notes of an attempt that concern answers which did not come in time.
const (
	noAnswer = "no-answer" // given up when a later run began
	lateNote = "late"      // and answered after all
)

// recoverClaims turns the claims of dead runs into doubt. The runs are held too:
// one of another machine that wakes up at this very moment is asked again whether
// it is silent, or finds out before it sends (Confirm).
func (l *Ledger) recoverClaims(t *tx, user, host string) (Recovered, error) {
	dead, args, err := l.machines.dead(t)
	if err != nil {
		return Recovered{}, err
	}
	var rec Recovered
	var ids []int64
	err = t.query(`SELECT s.id, a.exam_key FROM submissions s JOIN attempts a ON a.id = s.attempt_id JOIN runs r ON r.id = s.run_id
 WHERE s.state = 'claimed' AND `+dead+` ORDER BY s.id`+t.w.d.holdRun, args,
		func(rs *sql.Rows) error {
			var id int64
			var key string
			err := rs.Scan(&id, &key)
			ids = append(ids, id)
			if rec.Count++; len(rec.Keys) < recoveredKeys {
				rec.Keys = append(rec.Keys, key)
			}
			return err
		})
	for i := 0; i < len(ids) && err == nil; i++ {
		err = giveUp(t, ids[i], user, host)
	}
	return rec, err
}

// recoveredKeys bounds the keys a recovery names.
const recoveredKeys = 100

// giveUp makes a doubt of one claim.
func giveUp(t *tx, id int64, user, host string) error {
	_, err := t.Exec(`UPDATE attempts SET settled = ?, outcome = 'unknown', note = '`+noAnswer+`'
 WHERE id = (SELECT attempt_id FROM submissions WHERE id = ?) AND settled IS NULL`, t.at, id)
	if err != nil {
		return err
	}
	_, err = t.Exec(`UPDATE submissions SET state = 'in_doubt', prior = '', content = a.content, doubt = a.content, name = a.name, exam_key = a.exam_key,
 row_key = a.row_key, file = a.file, resend = FALSE, updated = ? FROM attempts a WHERE submissions.id = ? AND a.id = submissions.attempt_id`, t.at, id)
	if err != nil {
		return err
	}
	return note(t, id, ActRecover, Options{User: user, Host: host})
}
