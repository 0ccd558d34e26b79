package ledger

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"runtime"
	"slices"
	"sync"
	"time"

	"hbupload/internal/crash"
	"hbupload/internal/ledger/shared"
)

// groupMax bounds the jobs of one commit.
const groupMax = 256

// job is a piece of a write transaction. It may run more than once (its
// transaction was rolled back, or nobody knows whether it was committed), so it
// must reset its results each time.
type job struct {
	run   func(t *tx) error
	order Digest      // of the identity it is about: groups take rows in one order, so that machines do not wait for each other in a circle
	lazy  bool        // its commit is not waited for and may be shared with another job's
	done  func(error) // called once, after the commit or the failure
}

// writer owns the one write connection. What is queued while a commit is under
// way becomes the next commit: that is the whole group commit.
type writer struct {
	db   *sql.DB
	conn *sql.Conn // nil after it was lost, until the next transaction
	d    dialect
	now  func() time.Time
	who  Options // whose marks are made where no run says so

	jobs    chan job
	urged   chan struct{} // a lazy job is waited for after all
	mu      sync.RWMutex  // guards closed against submit
	closed  bool
	stopped chan struct{}
	stmts   map[string]*sql.Stmt // used by the writer's goroutine alone
	noOlder bool                 // the same; no row is of an older version
	paths   map[uint32]struct{}  // the same; path hashes known to be stored
}

// newWriter starts the writer's goroutine; close ends it.
func newWriter(ctx context.Context, db *sql.DB, d dialect, who Options) (*writer, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	w := &writer{db: db, conn: conn, d: d, now: who.Now, who: who, jobs: make(chan job, groupMax), urged: make(chan struct{}, 1), stopped: make(chan struct{}), stmts: map[string]*sql.Stmt{}, paths: map[uint32]struct{}{}}
	go w.loop()
	return w, nil
}

// submit queues a job; it waits while the queue is full.
func (w *writer) submit(ctx context.Context, j job) error {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if w.closed {
		return errClosed
	}
	select {
	case w.jobs <- j:
		return nil
	default:
	}
	select {
	case w.jobs <- j:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// do queues a job and waits for its commit. Once queued it is not abandoned:
// the caller must know whether it happened, and a commit is short.
func (w *writer) do(ctx context.Context, run func(t *tx) error) error {
	return w.doFor(ctx, Digest{}, run)
}

// doFor is do for a job about one identity.
func (w *writer) doFor(ctx context.Context, identity Digest, run func(t *tx) error) error {
	answer := make(chan error, 1)
	if err := w.submit(ctx, job{run: run, order: identity, done: func(err error) { answer <- err }}); err != nil {
		return err
	}
	return <-answer
}

// close lets the queue drain, then closes the connection.
func (w *writer) close() error {
	w.mu.Lock()
	if !w.closed {
		w.closed = true
		close(w.jobs)
	}
	w.mu.Unlock()
	<-w.stopped
	w.unprepare()
	var err error
	if w.conn != nil {
		err = w.conn.Close()
	}
	return errors.Join(err, w.db.Close())
}

func (w *writer) loop() {
	defer close(w.stopped)
	group := make([]job, 0, groupMax)
	for j := range w.jobs {
		group = w.linger(w.gather(append(group[:0], j)))
		// Stable, because an answer and the next attempt of one record may meet here.
		slices.SortStableFunc(group, func(a, b job) int { return bytes.Compare(a.order[:], b.order[:]) })
		w.commit(group)
	}
}

// gather adds what is queued to a group, and what those add who are about to:
// whoever is ready to run gets a turn first, as long as that brings more. With
// nobody else at work it costs nothing, and a commit costs as much as its jobs.
func (w *writer) gather(group []job) []job {
	for before := 0; len(group) > before && len(group) < groupMax; {
		before = len(group)
		group = w.drain(group)
		runtime.Gosched()
	}
	return w.drain(group)
}

// lingerMax is how long answers wait for a claim.
const lingerMax = 5 * time.Millisecond

// linger delays answers, whose commit is not waited for, a moment for a job that
// is waited for: a commit costs the disk as much for one job as for twenty.
func (w *writer) linger(group []job) []job {
	if slices.ContainsFunc(group, func(j job) bool { return !j.lazy }) {
		return group
	}
	timer := time.NewTimer(lingerMax)
	defer timer.Stop()
	for len(group) < groupMax {
		select {
		case next, ok := <-w.jobs:
			if !ok {
				return group
			}
			group = append(group, next)
			if !next.lazy {
				return w.gather(group)
			}
		case <-w.urged:
			return group
		case <-timer.C:
			return group
		}
	}
	return group
}

// urge ends a linger.
func (w *writer) urge() {
	select {
	case w.urged <- struct{}{}:
	default:
	}
}

// drain adds what is queued now.
func (w *writer) drain(group []job) []job {
	for len(group) < groupMax {
		select {
		case next, ok := <-w.jobs:
			if !ok {
				return group
			}
			group = append(group, next)
		default:
			return group
		}
	}
	return group
}

// commit runs a group in one transaction. When it fails, each job is tried
// alone, so that one bad job takes nobody with it; without a connection nobody
// is tried again.
func (w *writer) commit(group []job) {
	err := w.persist(group)
	if err == nil || len(group) == 1 || is(w.d.lost, err) {
		for _, j := range group {
			j.done(err)
		}
		return
	}
	for i := range group {
		group[i].done(w.persist(group[i : i+1]))
	}
}

// races is how often a transaction that lost a race with another machine's is
// run again.
const races = 5

// persist runs a group in a transaction, and repeats it where another machine's was in
// the way.
func (w *writer) persist(group []job) error {
	for try := 1; ; try++ {
		err := w.guarded(group)
		if err == nil || try == races || !is(w.d.raced, err) {
			return err
		}
	}
}

// guarded turns a panic of a job into an error for whoever waits: it would end
// the process past everybody, and leave the transaction open.
func (w *writer) guarded(group []job) error {
	finished := false
	err := crash.Run(func() error {
		err := w.transaction(group)
		finished = true
		return err
	})
	if !finished {
		w.discard() // and the open transaction with it
	}
	return err
}

func (w *writer) transaction(group []job) error {
	ctx := context.Background()
	cancel := context.CancelFunc(func() {})
	if w.d.limit > 0 {
		ctx, cancel = context.WithTimeout(ctx, w.d.limit)
	}
	defer cancel()
	began := w.now()
	t := &tx{w: w, ctx: ctx, began: began, at: began.UnixMicro()}
	err := w.attempt(t, group)
	if err == nil {
		// What is committed is committed: a path that cannot be learned now
		// is met again.
		if w.learn(t) != nil {
			w.discard()
		}
		return nil
	}
	if ctx.Err() != nil {
		err = errors.Join(shared.ErrStalled, err)
	}
	if is(w.d.lost, err) {
		w.discard()
	}
	return err
}

// attempt is one transaction from its beginning to its end.
func (w *writer) attempt(t *tx, group []job) (err error) {
	idle := w.conn != nil
	err = w.start(t.ctx)
	for try := 0; idle && try <= w.d.connections && is(w.d.died, err) && t.ctx.Err() == nil; try++ {
		// The connection died while nothing was asked of it, and so may those
		// have that wait in the pool. Nothing has begun.
		w.discard()
		err = w.start(t.ctx)
	}
	if err != nil {
		return err
	}
	for _, j := range group {
		if err := j.run(t); err != nil {
			return w.rollback(t.ctx, err)
		}
	}
	if _, err := w.conn.ExecContext(t.ctx, "COMMIT"); err != nil {
		return w.rollback(t.ctx, err)
	}
	return nil
}

// start begins a transaction, on a new connection where there is none.
func (w *writer) start(ctx context.Context) (err error) {
	if w.conn == nil {
		if w.conn, err = w.db.Conn(ctx); err != nil {
			return err
		}
	}
	_, err = w.conn.ExecContext(ctx, w.d.begin)
	return err
}

// rollback keeps the first error: the database may have rolled back by itself.
func (w *writer) rollback(ctx context.Context, err error) error {
	_, _ = w.conn.ExecContext(ctx, "ROLLBACK")
	return err
}

// discard gives up a connection of which nobody knows what stands on it; the
// next transaction opens another.
func (w *writer) discard() {
	w.unprepare()
	if w.conn != nil {
		_ = w.conn.Raw(func(any) error { return driver.ErrBadConn }) // so that the pool does not take it back
		_ = w.conn.Close()
		w.conn = nil
	}
}

func (w *writer) unprepare() {
	for _, s := range w.stmts {
		_ = s.Close()
	}
	clear(w.stmts)
}

// tx is a write transaction in the writer's goroutine.
type tx struct {
	w   *writer
	ctx context.Context //nolint:containedctx // the transaction's own limit; it lives no longer
	at  int64           // microseconds; one time for the whole transaction

	began time.Time // at, with the monotonic clock's reading

	paths map[uint32]string // met in this transaction and not known to be stored
}

func (t *tx) stmt(query string) (*sql.Stmt, error) {
	if s, ok := t.w.stmts[query]; ok {
		return s, nil
	}
	s, err := t.w.conn.PrepareContext(t.ctx, query)
	if err != nil {
		return nil, err
	}
	t.w.stmts[query] = s
	return s, nil
}

// Exec runs a statement and returns the number of rows it changed.
func (t *tx) Exec(query string, args ...any) (int64, error) {
	res, err := t.run(query, args)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

func (t *tx) run(query string, args []any) (sql.Result, error) {
	query, args = t.w.d.bind(query, args)
	s, err := t.stmt(query)
	if err != nil {
		return nil, err
	}
	return s.ExecContext(t.ctx, args...)
}

// insert runs an INSERT of one row and returns its id, or sql.ErrNoRows where the
// row was there already.
func (t *tx) insert(query string, args ...any) (id int64, err error) {
	if !t.w.d.lastID {
		return id, t.QueryRow(query+` RETURNING id`, args, &id)
	}
	res, err := t.run(query, args)
	if err != nil {
		return 0, err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return 0, cmp.Or(err, sql.ErrNoRows)
	}
	return res.LastInsertId()
}

// QueryRow runs a query for one row.
func (t *tx) QueryRow(query string, args []any, dest ...any) error {
	query, args = t.w.d.bind(query, args)
	s, err := t.stmt(query)
	if err != nil {
		return err
	}
	return s.QueryRowContext(t.ctx, args...).Scan(dest...)
}

// Began is when the transaction began, by this machine's clock.
func (t *tx) Began() time.Time { return t.began }

// query runs a query and hands each row to scan.
func (t *tx) query(query string, args []any, scan func(*sql.Rows) error) error {
	query, args = t.w.d.bind(query, args)
	s, err := t.stmt(query)
	if err != nil {
		return err
	}
	rows, err := s.QueryContext(t.ctx, args...)
	return eachRow(rows, err, scan)
}

// eachRow drains rows and closes them.
func eachRow(rows *sql.Rows, err error, scan func(*sql.Rows) error) error {
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
