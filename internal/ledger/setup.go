package ledger

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"hbupload/internal/fault"
	"hbupload/internal/ledger/shared"
)

// Setup says what Init found and made.
type Setup struct {
	Place   string // file, or database without password
	Schema  string // of a shared ledger
	KeyPath string
	Created bool     // the tables are new
	NewKey  bool     // the key is new: the other machines need a copy
	Grants  []string // SQL that gives a role what pushing needs and no more
}

// Init makes the ledger and its key where they are missing, and brings the tables
// up to date. A shared ledger is made once, by a database user who may create a
// schema; role is the user that the machines push with, for Grants.
func Init(ctx context.Context, opt Options, role string) (Setup, error) {
	if !opt.shared() {
		_, missing := os.Stat(opt.Path)
		l, err := Open(ctx, opt)
		if err != nil {
			return Setup{}, err
		}
		return Setup{Place: opt.Path, KeyPath: opt.keyPath(), Created: missing != nil, NewKey: missing != nil}, l.Close()
	}
	db, schema, err := shared.Dial(opt.URL)
	if err != nil {
		return Setup{}, err
	}
	defer func() { _ = db.Close() }()
	s := Setup{Place: Place(opt.URL), Schema: schema, KeyPath: opt.keyPath(), Grants: shared.Grants(schema, role)}
	tables, err := sharedTables(opt, schema)
	if err != nil {
		return Setup{}, err
	}
	err = shared.InTx(ctx, db, func(tx *sql.Tx) (err error) {
		if s.Created, err = tables.Create(ctx, tx); err != nil {
			return newer(err)
		}
		s.NewKey, err = initKey(ctx, tx, opt)
		return err
	})
	return s, storageError("建立", err)
}

// initKey settles the key of a shared ledger: the database knows its check value,
// never the key. The first Init makes it (or takes the file that is there); from
// then on it must be there and fit.
func initKey(ctx context.Context, tx *sql.Tx, opt Options) (fresh bool, err error) {
	check, err := metaValue(ctx, shared.Numbered{Queryer: tx}, checkName)
	if err != nil {
		return false, err
	}
	if check != "" {
		_, err := sharedKey(ctx, shared.Numbered{Queryer: tx}, opt)
		return false, err
	}
	key, err := readKey(opt.keyPath())
	if errors.Is(err, fs.ErrNotExist) {
		key, err = createKey(opt.files(), opt.keyPath())
		fresh = true
	}
	if err != nil {
		return false, keyFailure(opt, err)
	}
	return fresh, setCheck(ctx, tx, key)
}

// setCheck stores the check value of a key.
func setCheck(ctx context.Context, tx *sql.Tx, key []byte) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value`, checkName, checkValue(key))
	return err
}

// Moved says what a move into a shared ledger did.
type Moved struct {
	Records int
	KeptOld string // where the embedded ledger is now, or the schema that was replaced
	KeptKey string // where a key file that did not fit is now
}

// Migrate moves the embedded ledger of dir into the shared, still empty one of
// opt, which is made where it is missing. Its key becomes the key of all: what
// was hashed under it can be hashed under no other. The embedded files are put
// aside, so that they are not used any more.
func Migrate(ctx context.Context, opt Options, dir string) (out Moved, err error) {
	if !opt.shared() {
		return out, fail(fault.Config, nil, "没有配置共用的台账数据库。", "先在配置里写 ledger: postgres://… 和 ledger_key_file。")
	}
	old := opt
	old.URL = ""
	old.Path = filepath.Join(dir, FileName)
	old.KeyPath = filepath.Join(dir, KeyName)
	if _, err := os.Stat(old.Path); err != nil {
		return out, fail(fault.Usage, err, "这里没有本机台账："+old.Path+"。", "用 --from 指明原来的数据文件夹。")
	}
	l, err := Open(ctx, old)
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	lock, err := l.Lock(ctx, Holder{Host: opt.Host, User: opt.User, Command: "ledger migrate"})
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, lock.Unlock()) }()
	if _, err := l.Recover(ctx); err != nil {
		return out, err
	}
	if err := l.Close(); err != nil {
		return out, storageError("读取", err)
	}
	if out, err = fillShared(ctx, opt, old, false); err != nil {
		return out, err
	}
	out.KeptOld, err = putAside(old)
	return out, err
}

// putAside moves an embedded ledger out of the way.
func putAside(opt Options) (string, error) {
	aside := filepath.Join(opt.dir(), "ledger-moved-"+opt.Now().Format("20060102-150405"))
	if err := os.Mkdir(aside, 0o700); err != nil {
		return "", restoreFailure(opt, err)
	}
	for _, path := range []string{opt.Path, opt.Path + "-wal", opt.Path + "-shm"} {
		if err := opt.files().Rename(path, filepath.Join(aside, filepath.Base(path))); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", restoreFailure(opt, err)
		}
	}
	return aside, nil
}

// fillShared copies an embedded ledger that nobody uses into the shared one of opt, in
// one transaction. One that holds records is replaced only with force, and kept
// as a schema beside.
func fillShared(ctx context.Context, opt, from Options, force bool) (out Moved, err error) {
	key, err := readKey(from.keyPath())
	if err != nil {
		return out, keyFailure(from, err)
	}
	src, err := sql.Open("sqlite", dsn(from.Path, "ro", true))
	if err != nil {
		return out, storageError("读取", err)
	}
	defer func() { _ = src.Close() }()
	db, schema, err := shared.Dial(opt.URL)
	if err != nil {
		return out, err
	}
	defer func() { _ = db.Close() }()
	target, err := sharedTables(opt, schema)
	if err != nil {
		return out, err
	}
	err = shared.InTx(ctx, db, func(tx *sql.Tx) error {
		if out.KeptOld, err = target.MakeRoom(ctx, tx, opt.deadAfter(), force); err != nil {
			return newer(err)
		}
		if err := copyLedger(ctx, src, tx, postgresDialect()); err != nil {
			return err
		}
		for _, t := range tables() {
			if !t.serial {
				continue
			}
			//nolint:gosec // the names are tables()'
			if _, err := tx.ExecContext(ctx, `SELECT setval(pg_get_serial_sequence('`+t.name+`', 'id'), COALESCE((SELECT max(id) FROM `+t.name+`), 0) + 1, false)`); err != nil {
				return err
			}
		}
		return tx.QueryRowContext(ctx, `SELECT count(*) FROM submissions`).Scan(&out.Records)
	})
	if err != nil {
		return out, storageError("写入", err)
	}
	out.KeptKey, err = adoptKey(opt, key)
	return out, err
}

// adoptKey puts a key where all machines expect it; another one there is kept.
func adoptKey(opt Options, key []byte) (kept string, err error) {
	d := opt.files()
	path := opt.keyPath()
	old, err := readKey(path)
	switch {
	case err == nil && string(old) == string(key):
		return "", nil
	case err == nil || !errors.Is(err, fs.ErrNotExist):
		kept = path + ".old-" + opt.Now().Format("20060102-150405")
		if err := d.Rename(path, kept); err != nil {
			return "", keyFailure(opt, err)
		}
	}
	if err := createOnce(d, path, key); err != nil {
		return kept, keyFailure(opt, err)
	}
	return kept, nil
}

// sharedTables are the tables of a shared ledger as this program makes them.
func sharedTables(opt Options, schema string) (shared.Tables, error) {
	out := shared.Tables{Schema: schema, At: opt.Now(), Tool: opt.ToolVersion}
	all, err := steps("postgres")
	if err != nil {
		return out, fail(fault.Internal, err, "程序内的台账格式定义有误。", "")
	}
	for _, m := range all {
		out.Steps = append(out.Steps, shared.Step{Version: m.version, SQL: m.sql})
	}
	return out, nil
}

// newer words the refusal of an older program.
func newer(err error) error {
	var version shared.TooNew
	if errors.As(err, &version) {
		return tooNew(int(version))
	}
	return err
}
