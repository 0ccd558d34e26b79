package ledger

import (
	"context"
	"database/sql"
	"time"
)

// machines is what writing a ledger takes where several machines write it. The
// embedded ledger has one machine, which is alone; that of several is several,
// with package shared under it. Claiming, settling and resolving meet no more of
// the others than this.
type machines interface {
	// name is this machine's in the runs; "" where there is only one.
	name() string
	// now is the time that all of them share, in microseconds.
	now(t *tx) (int64, error)
	// same fails where the database holds another ledger than the one opened.
	same(t *tx) error
	// dead is a condition on runs r whose claims nobody will send or settle any
	// more. The caller holds this machine's run lock.
	dead(t *tx) (condition string, args []any, err error)
	// live are the runs that may be sending right now, of those that have claims.
	live(ctx context.Context, q queryer, lockHeld bool) (map[int64]bool, error)
	// elsewhere lists the runs of other machines that are alive.
	elsewhere(ctx context.Context, q queryer) ([]RunView, error)
	// catchUp tells the ledger the answers that this machine kept when the
	// database was away, and how many they were. The caller holds the run lock.
	catchUp(ctx context.Context) (int, error)
	// untold is how many answers wait for catchUp.
	untold() int
	// join begins a run.
	join(r *Run) company
}

// company is what a single run has of the other machines.
type company interface {
	// begun is called when the run's row is on disk, with the time at which its
	// transaction began.
	begun(ctx context.Context, at time.Time)
	// enter is called first in each transaction that claims, and its result goes
	// to entered after the commit: the claims are those of a run that is alive.
	enter(t *tx) (time.Time, error)
	entered(at time.Time)
	// confirm is Run.Confirm.
	confirm(ctx context.Context, c Claim) error
	// passes reports whether an error of the database may pass by itself.
	passes(err error) bool
	// patiently tries something again while the database is away, within reason;
	// again tells that the last try may have been committed.
	patiently(ctx context.Context, try func(again bool) error) error
	// unheard keeps an answer that the database did not take, and reports whether
	// it did. heard forgets all of them when they have been told.
	unheard(j settleJob) (kept bool, err error)
	heard() error
	// unsure gives back claims of which nobody knows whether they were committed.
	unsure(claims []Claim, err error)
	// leave ends the run.
	leave()
}

// alone is the one machine of an embedded ledger: whoever holds its run lock is
// the only one who claims, and the database is always there.
type alone struct{}

var (
	_ machines = alone{}
	_ company  = alone{}
)

func (alone) name() string                                          { return "" }
func (alone) now(t *tx) (int64, error)                              { return t.at, nil }
func (alone) same(*tx) error                                        { return nil }
func (alone) dead(*tx) (string, []any, error)                       { return `TRUE`, nil, nil }
func (alone) catchUp(context.Context) (int, error)                  { return 0, nil }
func (alone) untold() int                                           { return 0 }
func (alone) join(*Run) company                                     { return alone{} }
func (alone) begun(context.Context, time.Time)                      {}
func (alone) enter(*tx) (time.Time, error)                          { return time.Time{}, nil }
func (alone) entered(time.Time)                                     {}
func (alone) confirm(context.Context, Claim) error                  { return nil }
func (alone) passes(error) bool                                     { return false }
func (alone) unheard(settleJob) (bool, error)                       { return false, nil }
func (alone) heard() error                                          { return nil }
func (alone) unsure([]Claim, error)                                 {}
func (alone) leave()                                                {}
func (alone) elsewhere(context.Context, queryer) ([]RunView, error) { return nil, nil }

func (alone) patiently(_ context.Context, try func(again bool) error) error { return try(false) }

func (alone) live(ctx context.Context, q queryer, lockHeld bool) (map[int64]bool, error) {
	out := map[int64]bool{}
	if !lockHeld {
		return out, nil
	}
	rows, err := q.QueryContext(ctx, `SELECT DISTINCT r.id FROM submissions s JOIN runs r ON r.id = s.run_id WHERE s.state = 'claimed' AND r.finished IS NULL`)
	err = eachRow(rows, err, func(rs *sql.Rows) error {
		var id int64
		err := rs.Scan(&id)
		out[id] = true
		return err
	})
	return out, err
}
