package ledger

import (
	"context"
	"time"
)

// A claim of a shared ledger is a lease. Whoever has been silent for DeadAfter is
// given up, and what it had claimed may be sent by another after a person's word;
// so a machine that was asleep, paused or cut off must not wake up and send what
// it claimed before. A young claim of a run that beats cannot have been given up;
// an older one is sent only after the database has said that it still stands.
// What remains is a machine that falls asleep for DeadAfter between that moment
// and the first byte: no ledger can see that.

// leaseMax is the shortest DeadAfter that the configuration allows. Machines may
// be set differently, and the most impatient of them decides.
const leaseMax = time.Minute

// lease is the time for which a beat keeps a run alive with every machine.
func (o Options) lease() time.Duration { return min(o.deadAfter(), leaseMax) }

// beats is how often a run says that it is alive in the time of a lease. A claim
// is young for leaseYoung beats, and made only while the last beat is: together
// that is less than a lease.
const (
	beats      = 5
	leaseYoung = 2
)

// young tells whether less than leaseYoung beats have passed. A computer that
// slept shows it only on the wall clock, and one whose clock was set back only on
// the other.
func (o Options) young(from, now time.Time) bool {
	passed := max(now.Sub(from), now.Round(0).Sub(from.Round(0)))
	return passed < o.lease()*leaseYoung/beats
}

// beat says that the run is alive.
func (r *Run) beat(t *tx) error {
	now, err := t.clock()
	if err == nil {
		_, err = t.exec(`UPDATE runs SET alive = ? WHERE id = ?`, now, r.id)
	}
	return err
}

// lived remembers a beat that was committed; the zero time is none.
func (r *Run) lived(began time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !began.IsZero() {
		r.alive = began
	}
}

// stayAlive beats where the last beat is not young, so that what is claimed in
// this transaction is claimed by a run that counts as alive. It returns the beat.
func (r *Run) stayAlive(t *tx) (began time.Time, err error) {
	r.mu.Lock()
	fresh := !r.l.opt.shared() || r.l.opt.young(r.alive, t.began)
	r.mu.Unlock()
	if fresh {
		return time.Time{}, nil
	}
	return t.began, r.beat(t)
}

// Confirm says that a claim may be sent now, and must be called just before its
// first byte leaves. It asks nobody while the claim is young. A *Refusal means
// that the claim was given up meanwhile: nothing must be sent, and Unclaim is
// still due. Any other error: nobody knows, and nothing must be sent either.
func (r *Run) Confirm(ctx context.Context, c Claim) error {
	if !r.l.opt.shared() || r.l.opt.young(c.granted, r.l.opt.Now()) {
		return nil
	}
	var began time.Time
	err := r.persist(ctx, c.entry.Identity, func(t *tx, _ bool) error {
		began = t.began
		if err := r.beat(t); err != nil { // first: whoever gives the run up at this moment holds its row
			return err
		}
		cur, err := rowOf(t, c.entry.Identity)
		if err == nil && !c.holds(cur) {
			err = refuse(c.facts, ActClaim, "本机太久没有音讯，该记录的登记已被另一台电脑作废，没有发出。")
		}
		return err
	})
	if err != nil {
		return storageError("核对发送登记", err)
	}
	r.lived(began)
	if !r.l.opt.young(began, r.l.opt.Now()) {
		return refuse(c.facts, ActClaim, "台账数据库答复太慢，该记录没有发出。")
	}
	return nil
}
