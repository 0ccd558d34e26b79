package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// sqliteStore is the embedded database. It hands out read connections that leave no trace. While a writer lives
// there is a write-ahead log, and an ordinary read-only connection shares it.
// Without one, an ordinary connection would create -wal and -shm files in the
// data folder, so the file is opened as immutable until a log appears.
type sqliteStore struct {
	path   string
	vacant bool // the file exists but holds no schema yet

	mu     sync.Mutex
	db     *sql.DB
	kept   *prepared   // of db
	frozen bool        // db is immutable
	still  bool        // db leaves the -shm file of a killed writer as it is
	as     os.FileInfo // what the file was when db was opened; for frozen
}

func newSQLite(path string) *sqliteStore { return &sqliteStore{path: path} }

// exists reports whether there is anything to read.
func (r *sqliteStore) exists() bool {
	if r.vacant {
		return false
	}
	fi, err := os.Stat(r.path)
	return err == nil && fi.Size() > 0
}

// logged reports whether a write-ahead log holds something or a writer is alive.
func (r *sqliteStore) logged() bool {
	_, err := os.Stat(r.path + "-wal")
	return err == nil
}

// stale reports whether an immutable connection may no longer be trusted: a writer
// is at work, or was there and has gone again.
func (r *sqliteStore) stale(logged bool) bool {
	if !r.frozen {
		return false
	}
	now, err := os.Stat(r.path)
	return logged || err != nil || r.as == nil || now.Size() != r.as.Size() || !now.ModTime().Equal(r.as.ModTime())
}

// pool returns the connections to use now; failed is one that did not work.
func (r *sqliteStore) pool(failed *sql.DB) (*sql.DB, error) {
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
	address := dsn(r.path, "ro", !logged)
	// A log without a writer is what a kill left. Whoever only reads it builds the
	// index of the log in memory; where that does not work, in the file as usual.
	still := logged && (failed == nil || !r.still)
	if still {
		address += "&readonly_shm=1"
	}
	db, err := sql.Open("sqlite", address)
	if err != nil {
		return nil, err
	}
	r.still = still
	db.SetMaxOpenConns(4)
	r.db = db
	r.kept = &prepared{DB: db, stmts: map[string]*sql.Stmt{}}
	r.frozen = !logged
	r.as, _ = os.Stat(r.path) // nil only makes it stale
	return db, nil
}

// replaced reports whether a pool was closed by another reader's retry.
func (r *sqliteStore) replaced(db *sql.DB) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.db != db
}

// do runs a read; one that met a log appearing or vanishing under it runs again.
func (r *sqliteStore) do(ctx context.Context, read func(db *sql.DB) error) error {
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

// query implements store.
func (r *sqliteStore) query(ctx context.Context, read func(q queryer) error) error {
	return r.do(ctx, func(db *sql.DB) error { return read(r.keeping(db)) })
}

// keeping is a pool with what it has prepared; one that another reader has closed
// meanwhile says so by itself.
func (r *sqliteStore) keeping(db *sql.DB) queryer {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.db != db {
		return db
	}
	return r.kept
}

// prepared is a pool that prepares a query once: a plan asks the same of each
// hundred records, and a sixth of its time was parsing. They end with the pool.
type prepared struct {
	*sql.DB
	mu    sync.Mutex
	stmts map[string]*sql.Stmt
}

// preparedMax bounds what is kept: queries of a list have a text for each length.
const preparedMax = 16

// QueryContext implements queryer.
func (p *prepared) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	s, err := p.stmt(ctx, query)
	if s == nil || err != nil {
		return p.DB.QueryContext(ctx, query, args...)
	}
	return s.QueryContext(ctx, args...)
}

// stmt returns a query's statement, nil where no more are kept.
func (p *prepared) stmt(ctx context.Context, query string) (*sql.Stmt, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.stmts[query]
	if s != nil || len(p.stmts) >= preparedMax {
		return s, nil
	}
	s, err := p.PrepareContext(ctx, query)
	if err == nil {
		p.stmts[query] = s
	}
	return s, err
}

// snapshot implements store.
func (r *sqliteStore) snapshot(ctx context.Context, read func(q queryer) error) error {
	return r.do(ctx, func(db *sql.DB) error { return snapshot(ctx, db, &sql.TxOptions{ReadOnly: true}, read) })
}

// snapshot runs reads in one transaction.
func snapshot(ctx context.Context, db *sql.DB, opt *sql.TxOptions, read func(q queryer) error) error {
	tx, err := db.BeginTx(ctx, opt)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	return read(tx)
}

// export implements store. VACUUM INTO is one read transaction: a push goes on
// meanwhile.
func (r *sqliteStore) export(ctx context.Context, path string) error {
	return r.do(ctx, func(db *sql.DB) error {
		if err := removeFile(path); err != nil {
			return err
		}
		if err := touch(path); err != nil {
			return err
		}
		_, err := db.ExecContext(ctx, `VACUUM INTO ?`, path)
		return err
	})
}

// integrity implements store.
func (r *sqliteStore) integrity(ctx context.Context) (out []string, err error) {
	err = r.do(ctx, func(db *sql.DB) (err error) {
		out, err = integrityCheck(ctx, db)
		return err
	})
	return out, err
}

// integrityCheck asks a database file about itself.
func integrityCheck(ctx context.Context, q queryer) (out []string, err error) {
	rows, err := q.QueryContext(ctx, `PRAGMA integrity_check(5)`)
	err = eachRow(rows, err, func(rs *sql.Rows) error {
		var s string
		err := rs.Scan(&s)
		if err == nil && s != "ok" {
			out = append(out, "台账文件损坏："+s)
		}
		return err
	})
	return out, err
}

func (r *sqliteStore) close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.db == nil {
		return nil
	}
	err := r.db.Close()
	r.db = nil
	return err
}

// touch creates the database file 0600 before SQLite would with the umask's mode;
// SQLite gives -wal and -shm the same mode.
func touch(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	// One that was copied here by hand may be open to others; where modes mean
	// nothing this fails, and does not matter.
	_ = f.Chmod(0o600)
	return f.Close()
}

// busyTimeout is how long a connection waits for another process, and busyPause how
// long one does that was refused at once.
const (
	busyTimeout = 15 * time.Second
	busyPause   = 5 * time.Millisecond
)

// dsn builds the data source name; pragmas stand in it so that every
// connection of a pool gets them.
func dsn(path, mode string, immutable bool) string {
	q := url.Values{}
	q.Set("mode", mode)
	q.Add("_pragma", fmt.Sprintf("busy_timeout(%d)", busyTimeout.Milliseconds()))
	q.Add("_pragma", "foreign_keys(1)")
	if mode == "rwc" {
		q.Add("_pragma", "cache_size(-16000)") // KiB: a large batch must not spill
		q.Add("_pragma", "journal_mode(WAL)")
		q.Add("_pragma", "synchronous(FULL)")
		q.Add("_pragma", "wal_autocheckpoint(4000)") // pages; hot ones are copied less often
		q.Set("_txlock", "immediate")
	}
	if mode != "rwc" {
		q.Add("_pragma", "cache_size(-2000)") // each reader has its own, and the system keeps the file's pages once for all
	}
	if immutable {
		q.Set("immutable", "1")
	}
	p := filepath.ToSlash(path)
	if filepath.VolumeName(path) != "" && !strings.HasPrefix(p, "/") {
		p = "/" + p // file:/C:/…
	}
	if strings.HasPrefix(p, "//") {
		p = "//" + p // a share: else its server would be read as the URI's authority
	}
	return "file:" + (&url.URL{Path: p}).EscapedPath() + "?" + q.Encode()
}
