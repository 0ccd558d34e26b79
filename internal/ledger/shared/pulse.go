package shared

import (
	"context"
	"errors"
	"sync"
	"time"

	"hbupload/internal/crash"
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

// beats is how often a run says that it is alive in the time of a lease. A claim
// is young for leaseYoung beats, and made only while the last beat is: together
// that is less than a lease.
const (
	beats      = 5
	leaseYoung = 2
)

// Lease is the time for which a beat keeps a run alive with every machine.
type Lease time.Duration

// NewLease is the lease of a machine that gives up others after deadAfter.
func NewLease(deadAfter time.Duration) Lease { return Lease(min(deadAfter, leaseMax)) }

// Beat is how often a run beats.
func (l Lease) Beat() time.Duration { return time.Duration(l) / beats }

// Young reports whether less than leaseYoung beats have passed. A computer that
// slept shows it only on the wall clock, and one whose clock was set back only on
// the other.
func (l Lease) Young(from, now time.Time) bool {
	passed := max(now.Sub(from), now.Round(0).Sub(from.Round(0)))
	return passed < time.Duration(l)*leaseYoung/beats
}

// Tx is a write transaction of the ledger.
type Tx interface {
	Exec(query string, args ...any) (int64, error)
	QueryRow(query string, args []any, dest ...any) error
	Began() time.Time
}

// Now is the time that all machines share, in microseconds.
func Now(t Tx) (at int64, err error) { return at, t.QueryRow(Clock, nil, &at) }

// Pulse is how one run tells the other machines that it is alive, and how long it
// waits for a database that is gone.
type Pulse struct {
	Run      func() int64 // the run's number; it has one before the first beat
	Lease    Lease
	Patience time.Duration

	mu    sync.Mutex
	alive time.Time     // when the last beat began that was certainly committed
	weary bool          // the database was waited for in vain: once is enough
	ended chan struct{} // closed by End
}

// NewPulse begins a run that is alive since the transaction that made it.
func NewPulse(run func() int64, lease Lease, patience time.Duration) *Pulse {
	return &Pulse{Run: run, Lease: lease, Patience: patience, ended: make(chan struct{})}
}

// Beat says that the run is alive.
func (p *Pulse) Beat(t Tx) error {
	now, err := Now(t)
	if err == nil {
		_, err = t.Exec(`UPDATE runs SET alive = ? WHERE id = ?`, now, p.Run())
	}
	return err
}

// Lived remembers a beat that was committed; the zero time is none.
func (p *Pulse) Lived(began time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !began.IsZero() {
		p.alive = began
	}
}

// StayAlive beats where the last beat is not young, so that what is claimed in
// this transaction is claimed by a run that counts as alive. It returns the beat.
func (p *Pulse) StayAlive(t Tx) (began time.Time, err error) {
	p.mu.Lock()
	fresh := p.Lease.Young(p.alive, t.Began())
	p.mu.Unlock()
	if fresh {
		return time.Time{}, nil
	}
	return t.Began(), p.Beat(t)
}

// Keep beats until the run ends or stopped is closed. A beat that fails is only
// late: the run's answers settle all the same. A panic is silence, which is safe:
// the claims become doubts.
func (p *Pulse) Keep(do func(job func(t Tx) error) error, stopped <-chan struct{}) {
	go func() { _ = crash.Run(func() error { p.keep(do, stopped); return nil }) }()
}

func (p *Pulse) keep(do func(job func(t Tx) error) error, stopped <-chan struct{}) {
	every := time.NewTicker(p.Lease.Beat())
	defer every.Stop()
	for {
		select {
		case <-every.C:
		case <-p.ended:
			return
		case <-stopped:
			return
		}
		var began time.Time
		err := do(func(t Tx) error {
			began = t.Began()
			return p.Beat(t)
		})
		if err == nil {
			p.Lived(began)
		}
	}
}

// End ends the pulse.
func (p *Pulse) End() {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-p.ended:
	default:
		close(p.ended)
	}
}

// ErrSlow is the answer of a database that says too late that a claim stands.
var ErrSlow = errors.New("the database took longer than a lease is young")

// Confirm asks the database whether a claim that was granted at some time still
// stands, unless the claim is young. do runs a job in a transaction.
func (p *Pulse) Confirm(granted time.Time, now func() time.Time, do func(job func(t Tx) error) error) error {
	if p.Lease.Young(granted, now()) {
		return nil
	}
	var began time.Time
	err := do(func(t Tx) error {
		began = t.Began()
		return p.Beat(t) // first: whoever gives the run up at this moment holds its row
	})
	if err != nil {
		return err
	}
	p.Lived(began)
	if !p.Lease.Young(began, now()) {
		return ErrSlow
	}
	return nil
}

// Waits for a database that has gone away.
const (
	firstWait = 100 * time.Millisecond
	longWait  = 2 * time.Second
)

// Patiently tries something until the database is not lost, as long as Patience
// allows. A run is patient once: where the database has been waited for in vain,
// each further thing is tried and no more. again tells that the last try may have
// been committed.
func (p *Pulse) Patiently(ctx context.Context, try func(again bool) error) error {
	err := try(false)
	if !Lost(err) || p.tired() {
		return err
	}
	patience, cancel := context.WithTimeout(ctx, p.Patience)
	defer cancel()
	for wait := firstWait; ; wait = min(2*wait, longWait) {
		select {
		case <-time.After(wait):
		case <-patience.Done():
			if ctx.Err() == nil {
				p.mu.Lock()
				p.weary = true
				p.mu.Unlock()
			}
			return err
		}
		if err = try(true); !Lost(err) {
			return err
		}
	}
}

// tired reports whether the database was waited for in vain already.
func (p *Pulse) tired() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.weary
}
