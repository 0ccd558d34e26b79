package ledger

import (
	"context"
	"database/sql"
	"time"
)

// The notes of an attempt that concern answers which did not come in time.
const (
	noAnswer = "no-answer" // given up when a later run began
	lateNote = "late"      // and answered after all
)

// recoverClaims turns the claims of dead runs into doubt: those of this machine,
// whose lock the caller holds, and those of machines that have been silent for
// too long. In an embedded ledger all runs are this machine's. The runs are held
// too: one that wakes up and beats at this very moment is asked again whether it
// is silent, or finds out before it sends (Confirm).
func (l *Ledger) recoverClaims(t *tx, user, host string) (Recovered, error) {
	now, err := t.clock()
	if err != nil {
		return Recovered{}, err
	}
	var rec Recovered
	var ids []int64
	err = t.query(`SELECT s.id, a.exam_key FROM submissions s JOIN attempts a ON a.id = s.attempt_id JOIN runs r ON r.id = s.run_id
 WHERE s.state = 'claimed' AND (r.machine = ? OR r.alive < ? OR r.finished IS NOT NULL) ORDER BY s.id`+t.w.d.holdRun,
		[]any{l.machine, now - l.opt.deadAfter().Microseconds()}, func(rs *sql.Rows) error {
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
	_, err := t.exec(`UPDATE attempts SET settled = ?, outcome = 'unknown', note = '`+noAnswer+`'
 WHERE id = (SELECT attempt_id FROM submissions WHERE id = ?) AND settled IS NULL`, t.at, id)
	if err != nil {
		return err
	}
	_, err = t.exec(`UPDATE submissions SET state = 'in_doubt', prior = '', content = a.content, doubt = a.content, name = a.name, exam_key = a.exam_key,
 row_key = a.row_key, file = a.file, resend = FALSE, updated = ? FROM attempts a WHERE submissions.id = ? AND a.id = submissions.attempt_id`, t.at, id)
	if err != nil {
		return err
	}
	return note(t, id, ActRecover, Options{User: user, Host: host})
}

// pulse tells the other machines that the run is alive, until it ends. A beat
// that fails is only late: the run's answers settle all the same.
func (r *Run) pulse(ctx context.Context) {
	every := time.NewTicker(r.l.opt.lease() / beats)
	defer every.Stop()
	for {
		select {
		case <-every.C:
		case <-r.ended:
			return
		case <-r.l.w.stopped:
			return
		}
		var began time.Time
		if r.l.w.do(ctx, func(t *tx) error { began = t.began; return r.beat(t) }) == nil {
			r.lived(began)
		}
	}
}

// silence ends the pulse.
func (r *Run) silence() {
	r.mu.Lock()
	defer r.mu.Unlock()
	select {
	case <-r.ended:
	default:
		close(r.ended)
	}
}

// liveRuns are the runs that may be sending right now, of those that have claims:
// this machine's when its lock is held, another's while it says that it is alive.
func (l *Ledger) liveRuns(ctx context.Context, q queryer, lockHeld bool) (map[int64]bool, error) {
	now, err := l.sharedClock(ctx, q)
	if err != nil {
		return nil, err
	}
	out := map[int64]bool{}
	rows, err := q.QueryContext(ctx, `SELECT DISTINCT r.id, r.machine, r.alive FROM submissions s JOIN runs r ON r.id = s.run_id WHERE s.state = 'claimed' AND r.finished IS NULL`)
	err = eachRow(rows, err, func(rs *sql.Rows) error {
		var id, alive int64
		var machine string
		err := rs.Scan(&id, &machine, &alive)
		if machine == l.machine {
			out[id] = lockHeld
		} else {
			out[id] = alive >= now-l.opt.deadAfter().Microseconds()
		}
		return err
	})
	return out, err
}

// elsewhere lists the runs of other machines that are alive.
func (l *Ledger) elsewhere(ctx context.Context, q queryer) ([]RunView, error) {
	if !l.opt.shared() {
		return nil, nil
	}
	now, err := l.sharedClock(ctx, q)
	if err != nil {
		return nil, err
	}
	return listRuns(ctx, q, runColumns+`WHERE finished IS NULL AND machine <> ? AND alive >= ? ORDER BY id`, l.machine, now-l.opt.deadAfter().Microseconds())
}

// sharedClock is tx.clock for readers; an embedded ledger's readers need none.
func (l *Ledger) sharedClock(ctx context.Context, q queryer) (now int64, err error) {
	if !l.opt.shared() {
		return 0, nil
	}
	return now, q.QueryRowContext(ctx, postgresClock).Scan(&now)
}
