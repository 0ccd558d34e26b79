package ledger

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"time"
)

// groupMax bounds the jobs of one commit.
const groupMax = 256

// job is a piece of a write transaction. It may run more than once (its
// transaction was rolled back), so it must set its results anew each time.
type job struct {
	run  func(t *tx) error
	done func(error) // called once, after the commit or the failure
}

// writer owns the one write connection. What is queued while a commit is under
// way becomes the next commit: that is the whole group commit.
type writer struct {
	db   *sql.DB
	conn *sql.Conn
	now  func() time.Time

	jobs    chan job
	mu      sync.RWMutex // guards closed against submit
	closed  bool
	stopped chan struct{}
	stmts   map[string]*sql.Stmt // used by the writer's goroutine alone
	paths   map[uint32]struct{}  // the same; path hashes known to be stored
}

// newWriter starts the writer's goroutine; close ends it.
func newWriter(ctx context.Context, db *sql.DB, now func() time.Time) (*writer, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	w := &writer{db: db, conn: conn, now: now, jobs: make(chan job, groupMax), stopped: make(chan struct{}), stmts: map[string]*sql.Stmt{}, paths: map[uint32]struct{}{}}
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
	answer := make(chan error, 1)
	if err := w.submit(ctx, job{run: run, done: func(err error) { answer <- err }}); err != nil {
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
	for _, s := range w.stmts {
		_ = s.Close()
	}
	return errors.Join(w.conn.Close(), w.db.Close())
}

func (w *writer) loop() {
	defer close(w.stopped)
	group := make([]job, 0, groupMax)
	for j := range w.jobs {
		group = append(group[:0], j)
	more:
		for len(group) < groupMax {
			select {
			case next, ok := <-w.jobs:
				if !ok {
					break more
				}
				group = append(group, next)
			default:
				break more
			}
		}
		w.commit(group)
	}
}

// commit runs a group in one transaction. When it fails, each job is tried
// alone, so that one bad job takes nobody with it.
func (w *writer) commit(group []job) {
	err := w.transaction(group)
	if err == nil || len(group) == 1 {
		for _, j := range group {
			j.done(err)
		}
		return
	}
	for i := range group {
		group[i].done(w.transaction(group[i : i+1]))
	}
}

func (w *writer) transaction(group []job) error {
	ctx := context.Background()
	if _, err := w.conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	t := &tx{w: w, at: w.now().UnixMicro(), paths: map[uint32]struct{}{}}
	for _, j := range group {
		if err := j.run(t); err != nil {
			return w.rollback(ctx, err)
		}
	}
	if _, err := w.conn.ExecContext(ctx, "COMMIT"); err != nil {
		return w.rollback(ctx, err)
	}
	for h := range t.paths {
		w.paths[h] = struct{}{}
	}
	return nil
}

// rollback keeps the first error: SQLite may have rolled back by itself already.
func (w *writer) rollback(ctx context.Context, err error) error {
	_, _ = w.conn.ExecContext(ctx, "ROLLBACK")
	return err
}

// tx is a write transaction in the writer's goroutine.
type tx struct {
	w  *writer
	at int64 // microseconds; one time for the whole transaction

	paths map[uint32]struct{} // stored by this transaction
}

func (t *tx) stmt(query string) (*sql.Stmt, error) {
	if s, ok := t.w.stmts[query]; ok {
		return s, nil
	}
	s, err := t.w.conn.PrepareContext(context.Background(), query)
	if err != nil {
		return nil, err
	}
	t.w.stmts[query] = s
	return s, nil
}

// exec runs a statement and returns the number of rows it changed.
func (t *tx) exec(query string, args ...any) (int64, error) {
	s, err := t.stmt(query)
	if err != nil {
		return 0, err
	}
	res, err := s.ExecContext(context.Background(), args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// insert runs an INSERT and returns the new row's id.
func (t *tx) insert(query string, args ...any) (int64, error) {
	s, err := t.stmt(query)
	if err != nil {
		return 0, err
	}
	res, err := s.ExecContext(context.Background(), args...)
	if err != nil {
		return 0, err
	}
	return res.LastInsertId()
}

// queryRow runs a query for one row.
func (t *tx) queryRow(query string, args []any, dest ...any) error {
	s, err := t.stmt(query)
	if err != nil {
		return err
	}
	return s.QueryRowContext(context.Background(), args...).Scan(dest...)
}

// query runs a query and hands each row to scan.
func (t *tx) query(query string, args []any, scan func(*sql.Rows) error) error {
	s, err := t.stmt(query)
	if err != nil {
		return err
	}
	rows, err := s.QueryContext(context.Background(), args...)
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
