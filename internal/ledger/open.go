package ledger

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// FileName, KeyName and LockName are the files in an installation's data folder.
const (
	FileName = "ledger.db"
	KeyName  = "ledger.key"
	LockName = "push.lock"
)

// Options say where the ledger is and who is asking.
type Options struct {
	Path        string           // the database, usually <data folder>/ledger.db
	KeyPath     string           // the installation's key; default: ledger.key beside Path
	Now         func() time.Time // the caller's clock
	ToolVersion string
	User, Host  string // who marks records (resolve, adopt)

	disk disk // nil is the real one
}

// files is the disk for the ledger's own files.
func (o Options) files() disk {
	if o.disk == nil {
		return osDisk{}
	}
	return o.disk
}

// keyPath is KeyPath or its default.
func (o Options) keyPath() string {
	if o.KeyPath != "" {
		return o.KeyPath
	}
	return filepath.Join(filepath.Dir(o.Path), KeyName)
}

// Ledger is an open ledger. It is safe for concurrent use.
type Ledger struct {
	opt      Options
	digester *Digester
	read     *reader
	w        *writer // nil when read-only
	closing  sync.Once
	closeErr error
}

// Open opens the ledger for writing, and creates it, its folder and the
// installation's key when they are missing. Errors are of kind config.
func Open(ctx context.Context, opt Options) (*Ledger, error) {
	if err := os.MkdirAll(filepath.Dir(opt.Path), 0o700); err != nil {
		return nil, fail("config", err, "无法创建数据文件夹 "+filepath.Dir(opt.Path)+"。", "检查权限，或用 --data-dir 指定别处。")
	}
	if err := touch(opt.Path); err != nil {
		return nil, fail("config", err, "数据文件夹 "+filepath.Dir(opt.Path)+" 不可写，无法打开台账。", "检查权限，或用 --data-dir 指定别处。")
	}
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
	w, err := newWriter(ctx, db, opt.Now)
	if err != nil {
		return nil, storageError("打开", err)
	}
	return &Ledger{opt: opt, digester: NewDigester(key), read: newReader(opt.Path), w: w}, nil
}

// OpenReadOnly opens the ledger for reading, also while a push is running. It
// creates and changes nothing: a missing ledger reads as an empty one.
func OpenReadOnly(ctx context.Context, opt Options) (*Ledger, error) {
	l := &Ledger{opt: opt, read: newReader(opt.Path)}
	if !l.read.exists() {
		// An identity can match nothing here, so a passing key does.
		key, err := readKey(opt.keyPath())
		if err != nil {
			key = make([]byte, KeySize)
		}
		l.digester = NewDigester(key)
		return l, nil
	}
	key, err := l.verify(ctx)
	if err != nil {
		return nil, errors.Join(err, l.read.close())
	}
	l.digester = NewDigester(key)
	return l, nil
}

// verify checks version and key of an existing ledger without writing.
func (l *Ledger) verify(ctx context.Context) ([]byte, error) {
	var key []byte
	err := l.read.do(ctx, func(db *sql.DB) error {
		version, err := schemaVersion(ctx, db)
		switch {
		case err != nil:
			return err
		case version == 0: // created, never migrated: as good as empty
			l.read.vacant = true
			key = make([]byte, KeySize)
			return nil
		case version > newestSchema():
			return tooNew(version)
		case version < newestSchema():
			return fail("config", nil, "台账由旧版程序创建，需先升级。", "运行任一会写台账的命令（如 hbupload push）即会自动升级。")
		}
		key, err = checkedKey(ctx, db, l.opt)
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

// dsn builds the data source name; pragmas stand in it so that every
// connection of a pool gets them.
func dsn(path, mode string, immutable bool) string {
	q := url.Values{}
	q.Set("mode", mode)
	q.Add("_pragma", "busy_timeout(15000)")
	q.Add("_pragma", "foreign_keys(1)")
	q.Add("_pragma", "cache_size(-16000)") // KiB: a large batch must not spill
	if mode == "rwc" {
		q.Add("_pragma", "journal_mode(WAL)")
		q.Add("_pragma", "synchronous(FULL)")
		q.Add("_pragma", "wal_autocheckpoint(4000)") // pages; hot ones are copied less often
		q.Set("_txlock", "immediate")
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
