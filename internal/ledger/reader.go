package ledger

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"sync"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// reader hands out read connections that leave no trace. While a writer lives
// there is a write-ahead log, and an ordinary read-only connection shares it.
// Without one, an ordinary connection would create -wal and -shm files in the
// data folder, so the file is opened as immutable until a log appears.
type reader struct {
	path   string
	vacant bool // the file exists but holds no schema yet

	mu     sync.Mutex
	db     *sql.DB
	frozen bool        // db is immutable
	as     os.FileInfo // what the file was when db was opened; for frozen
}

func newReader(path string) *reader { return &reader{path: path} }

// exists tells whether there is anything to read.
func (r *reader) exists() bool {
	if r.vacant {
		return false
	}
	fi, err := os.Stat(r.path)
	return err == nil && fi.Size() > 0
}

// logged tells whether a write-ahead log holds something or a writer is alive.
func (r *reader) logged() bool {
	_, err := os.Stat(r.path + "-wal")
	return err == nil
}

// stale tells whether an immutable connection may no longer be trusted: a writer
// is at work, or was there and has gone again.
func (r *reader) stale(logged bool) bool {
	if !r.frozen {
		return false
	}
	now, err := os.Stat(r.path)
	return logged || err != nil || r.as == nil || now.Size() != r.as.Size() || !now.ModTime().Equal(r.as.ModTime())
}

// pool returns the connections to use now; failed is one that did not work.
func (r *reader) pool(failed *sql.DB) (*sql.DB, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	logged := r.logged()
	if r.db != nil && r.db != failed && !r.stale(logged) {
		return r.db, nil
	}
	if r.db != nil {
		_ = r.db.Close()
		r.db = nil
	}
	db, err := sql.Open("sqlite", dsn(r.path, "ro", !logged))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(4)
	r.db, r.frozen = db, !logged
	r.as, _ = os.Stat(r.path) // nil only makes it stale
	return db, nil
}

// replaced tells whether a pool was closed by another reader's retry.
func (r *reader) replaced(db *sql.DB) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.db != db
}

// do runs a read; one that met a log appearing or vanishing under it runs again.
func (r *reader) do(ctx context.Context, read func(db *sql.DB) error) error {
	var db *sql.DB
	var err error
	for try := 0; try < 4; try++ {
		if db, err = r.pool(db); err != nil {
			return err
		}
		if err = read(db); err == nil || ctx.Err() != nil || !transient(err) && !r.replaced(db) {
			return err
		}
	}
	return err
}

// transient errors are those a log that came or went in between can cause.
func transient(err error) bool {
	var se *sqlite.Error
	if !errors.As(err, &se) {
		return errors.Is(err, sql.ErrConnDone)
	}
	switch se.Code() & 0xff {
	case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_BUSY:
		return true
	}
	return false
}

func (r *reader) close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.db == nil {
		return nil
	}
	err := r.db.Close()
	r.db = nil
	return err
}
