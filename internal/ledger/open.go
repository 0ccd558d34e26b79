package ledger

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"time"

	"modernc.org/sqlite"

	"hbupload/internal/fault"
)

// The files in an installation's data folder; the last two are there with a
// shared ledger only.
const (
	FileName    = "ledger.db"
	KeyName     = "ledger.key"
	LockName    = "push.lock"
	MachineName = "machine.id"
	JournalName = "ledger-journal.jsonl"
)

// Options say where the ledger is and who is asking.
type Options struct {
	Path        string           // the embedded database, usually <data folder>/ledger.db; its folder holds what is this machine's own
	URL         string           // postgres://…: the ledger of several machines; "" is the embedded one at Path
	Platform    string           // Address of the configured platform; "" where none is configured
	KeyPath     string           // the key; default: ledger.key beside Path
	Now         func() time.Time // the caller's clock
	ToolVersion string
	User, Host  string // who marks records (resolve, adopt)

	// With URL: a run of another machine that has been silent for DeadAfter is
	// dead, and its claims become doubts (0: defaultDeadAfter); a database that
	// goes away in a run is waited for as long as Patience (0: 30 s).
	DeadAfter, Patience time.Duration

	disk disk // nil is the real one
}

// defaultDeadAfter is how long a run of another machine may be silent.
const defaultDeadAfter = 10 * time.Minute

// files is the disk for the ledger's own files.
func (o Options) files() disk {
	if o.disk == nil {
		return osDisk{}
	}
	return o.disk
}

// dir is the folder of what is this machine's own.
func (o Options) dir() string { return filepath.Dir(o.Path) }

// shared reports whether other machines write this ledger too.
func (o Options) shared() bool { return o.URL != "" }

// keyPath is KeyPath or its default.
func (o Options) keyPath() string {
	if o.KeyPath != "" {
		return o.KeyPath
	}
	return filepath.Join(o.dir(), KeyName)
}

// deadAfter is DeadAfter or its default.
func (o Options) deadAfter() time.Duration {
	if o.DeadAfter > 0 {
		return o.DeadAfter
	}
	return defaultDeadAfter
}

// Ledger is an open ledger. It is safe for concurrent use.
type Ledger struct {
	opt      Options
	digester *Digester
	read     store
	w        *writer // nil when read-only
	machines machines
	id       string // of a shared ledger's database; "" for the embedded one
	closing  sync.Once
	closeErr error
}

// Open opens the ledger for writing. The embedded one, its folder and the
// installation's key are created when they are missing; a shared one and its
// key must have been made by Init. Errors are of kind config or unreachable.
func Open(ctx context.Context, opt Options) (*Ledger, error) {
	if err := os.MkdirAll(opt.dir(), 0o700); err != nil {
		return nil, fail(fault.Config, err, "无法创建数据文件夹 "+opt.dir()+"。", "检查权限，或用 --data-dir 指定别处。")
	}
	if opt.shared() {
		return openShared(ctx, opt)
	}
	if err := touch(opt.Path); err != nil {
		return nil, fail(fault.Config, err, "数据文件夹 "+opt.dir()+" 不可写，无法打开台账。", "检查权限，或用 --data-dir 指定别处。")
	}
	// As durable as fsync, and without a write of the file's times to wait for;
	// where a system has none, fsync stays.
	_, _ = sqlite.Fdatasync(true)
	db, err := sql.Open("sqlite", dsn(opt.Path, "rwc", false))
	if err != nil {
		return nil, storageError("打开", err)
	}
	db.SetMaxOpenConns(1)
	l, err := openWith(ctx, opt, db)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return l, nil
}

// openWith migrates, settles the key and starts the writer.
func openWith(ctx context.Context, opt Options, db *sql.DB) (*Ledger, error) {
	if err := migrate(ctx, db, opt); err != nil {
		return nil, err
	}
	key, err := settleKey(ctx, db, opt)
	if err != nil {
		return nil, err
	}
	w, err := newWriter(ctx, db, dialect{begin: "BEGIN IMMEDIATE", lastID: true}, opt)
	if err != nil {
		return nil, storageError("打开", err)
	}
	return &Ledger{opt: opt, digester: NewDigester(key), read: newSQLite(opt.Path), w: w, machines: alone{}}, nil
}

// OpenReadOnly opens the ledger for reading, also while a push is running. It
// creates and changes nothing: a missing embedded ledger reads as an empty one.
func OpenReadOnly(ctx context.Context, opt Options) (*Ledger, error) {
	if opt.shared() {
		return readShared(ctx, opt)
	}
	s := newSQLite(opt.Path)
	l := &Ledger{opt: opt, read: s, machines: alone{}}
	if !s.exists() {
		// An identity can match nothing here, so a passing key does.
		key, err := readKey(opt.keyPath())
		if err != nil {
			key = make([]byte, KeySize)
		}
		l.digester = NewDigester(key)
		return l, nil
	}
	key, err := verify(ctx, s, opt)
	if err != nil {
		return nil, errors.Join(err, s.close())
	}
	l.digester = NewDigester(key)
	return l, nil
}

// verify checks version and key of an existing embedded ledger without writing.
func verify(ctx context.Context, s *sqliteStore, opt Options) ([]byte, error) {
	var key []byte
	err := s.query(ctx, func(q queryer) error {
		version, err := schemaVersion(ctx, q)
		switch {
		case err != nil:
			return err
		case version == 0: // created, never migrated: as good as empty
			s.vacant = true
			key = make([]byte, KeySize)
			return nil
		case version > newestSchema("sqlite"):
			return tooNew(version)
		case version < newestSchema("sqlite"):
			return fail(fault.Config, nil, "台账由旧版程序创建，需先升级。", "运行任一会写台账的命令（如 hbupload push）即会自动升级。")
		}
		key, err = checkedKey(ctx, q, opt)
		return err
	})
	return key, storageError("读取", err)
}

// Digester returns the digester of this installation's key.
func (l *Ledger) Digester() *Digester { return l.digester }

// Close waits for what is queued and closes the ledger.
func (l *Ledger) Close() error {
	l.closing.Do(func() {
		// The readers go first: the last connection tidies the log away, and only
		// a writing one may.
		l.closeErr = l.read.close()
		if l.w != nil {
			l.closeErr = errors.Join(l.closeErr, l.w.close())
		}
	})
	return l.closeErr
}
