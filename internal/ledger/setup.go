package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/jackc/pgx/v5"

	"hbupload/internal/fault"
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
	db, schema, err := dial(opt)
	if err != nil {
		return Setup{}, err
	}
	defer func() { _ = db.Close() }()
	s := Setup{Place: Place(opt.URL), Schema: schema, KeyPath: opt.keyPath(), Grants: grants(schema, role)}
	err = inTx(ctx, db, func(tx *sql.Tx) (err error) {
		if s.Created, err = createTables(ctx, tx, schema, opt); err != nil {
			return err
		}
		s.NewKey, err = initKey(ctx, tx, opt)
		return err
	})
	return s, storageError("建立", err)
}

// inTx runs a transaction of a command that has the database to itself.
func inTx(ctx context.Context, db *sql.DB, run func(tx *sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if err := unlimited(ctx, tx); err != nil {
		return err
	}
	if err := run(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// setupLock lets one machine set up at a time, and none while a run begins.
const (
	setupNumber = `hashtextextended('hbupload setup', 0)`
	setupLock   = `SELECT pg_advisory_xact_lock(` + setupNumber + `)`
)

// sameKey makes sure that a shared ledger is still the one that was opened: a
// move or a restore may have put another in its place, with another key, while
// this machine read its files. It would find nobody in it, and send everybody.
func (l *Ledger) sameKey(t *tx) error {
	if !l.opt.shared() {
		return nil
	}
	var done any
	if err := t.queryRow(t.w.d.setUp, nil, &done); err != nil {
		return err
	}
	var check string
	err := t.queryRow(`SELECT value FROM meta WHERE name = ?`, []any{checkName}, &check)
	if errors.Is(err, sql.ErrNoRows) || err == nil && check != l.check {
		return fail(fault.Config, err, "共用的台账刚被替换（ledger migrate 或 restore），密钥已不同，没有上传。", "把新的密钥文件复制到本机，再执行同一命令。")
	}
	return err
}

// createTables makes schema and tables, or brings older ones up to date.
func createTables(ctx context.Context, tx *sql.Tx, schema string, opt Options) (created bool, err error) {
	if _, err := tx.ExecContext(ctx, setupLock); err != nil {
		return false, err
	}
	version, err := postgresSchema(ctx, tx)
	switch {
	case err != nil:
		return false, err
	case version > newestSchema():
		return false, tooNew(version)
	case version == newestSchema():
		return false, nil
	}
	name := pgx.Identifier{schema}.Sanitize()
	all, err := steps("postgres")
	if err != nil {
		return false, fail(fault.Internal, err, "程序内的台账格式定义有误。", "")
	}
	if version == 0 {
		for _, query := range []string{
			`CREATE SCHEMA IF NOT EXISTS ` + name,
			`CREATE TABLE schema_version (version INTEGER PRIMARY KEY, applied BIGINT NOT NULL, tool TEXT NOT NULL)`,
		} {
			if _, err := tx.ExecContext(ctx, query); err != nil {
				return false, err
			}
		}
	}
	for _, m := range all {
		if m.version <= version {
			continue
		}
		if _, err := tx.ExecContext(ctx, m.sql); err != nil {
			return false, err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO schema_version (version, applied, tool) VALUES ($1, $2, $3)`, m.version, opt.Now().UnixMicro(), opt.ToolVersion); err != nil {
			return false, err
		}
	}
	return version == 0, nameLedger(ctx, tx)
}

// nameLedger gives a database its name, once.
func nameLedger(ctx context.Context, tx *sql.Tx) error {
	id, err := newLedgerID()
	if err == nil {
		_, err = tx.ExecContext(ctx, `INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING`, ledgerID, id)
	}
	return err
}

// initKey settles the key of a shared ledger: the database knows its check value,
// never the key. The first Init makes it (or takes the file that is there); from
// then on it must be there and fit.
func initKey(ctx context.Context, tx *sql.Tx, opt Options) (fresh bool, err error) {
	check, err := metaValue(ctx, dollarQueryer{tx}, checkName)
	if err != nil {
		return false, err
	}
	if check != "" {
		_, err := sharedKey(ctx, dollarQueryer{tx}, opt)
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

// grants is what a pushing user needs: to read all, to add, to settle; never to
// delete a record or an attempt, and nothing that changes the tables.
func grants(schema, role string) []string {
	if role == "" {
		return nil
	}
	s, r := pgx.Identifier{schema}.Sanitize(), pgx.Identifier{role}.Sanitize()
	on := func(rights string, tables ...string) string {
		text := "GRANT " + rights + " ON "
		for i, t := range tables {
			if i > 0 {
				text += ", "
			}
			text += s + "." + t
		}
		return text + " TO " + r + ";"
	}
	return []string{
		"GRANT USAGE ON SCHEMA " + s + " TO " + r + ";",
		on("SELECT", "meta", "schema_version"),
		on("SELECT, INSERT, UPDATE", "runs", "submissions", "attempts"),
		on("SELECT, INSERT, DELETE", "leaves"),
		on("SELECT, INSERT", "paths", "marks", "notes", "verified"),
	}
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
// aside, so that nobody goes on with them.
func Migrate(ctx context.Context, opt Options, dir string) (out Moved, err error) {
	if !opt.shared() {
		return out, fail(fault.Config, nil, "没有配置共用的台账数据库。", "先在配置里写 ledger: postgres://… 和 ledger_key_file。")
	}
	old := opt
	old.URL, old.Path, old.KeyPath = "", filepath.Join(dir, FileName), filepath.Join(dir, KeyName)
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
	db, schema, err := dial(opt)
	if err != nil {
		return out, err
	}
	defer func() { _ = db.Close() }()
	err = inTx(ctx, db, func(tx *sql.Tx) error {
		if out.KeptOld, err = makeRoom(ctx, tx, schema, opt, force); err != nil {
			return err
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

// makeRoom leaves a ledger without any row.
func makeRoom(ctx context.Context, tx *sql.Tx, schema string, opt Options, force bool) (kept string, err error) {
	created, err := createTables(ctx, tx, schema, opt)
	if err != nil {
		return "", err
	}
	var records, live int
	now := opt.Now().UnixMicro()
	if err := tx.QueryRowContext(ctx, postgresClock).Scan(&now); err != nil {
		return "", err
	}
	err = tx.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM submissions), (SELECT count(*) FROM runs WHERE finished IS NULL AND alive >= $1)`,
		now-opt.deadAfter().Microseconds()).Scan(&records, &live)
	switch {
	case err != nil:
		return "", err
	case live > 0:
		return "", fail(fault.Locked, nil, "有电脑正在用这个台账上传。", "等它结束后再试；用 hbupload status 查看。")
	case records > 0 && !force:
		return "", fail(fault.Usage, nil, fmt.Sprintf("共用的台账里已有 %d 条记录，没有改动。", records),
			"几台电脑的旧台账密钥不同，不能合并：以后的电脑请用 hbupload adopt 登记传过的文件。确认要用备份替换时，用 ledger restore --force，原来的内容会保留在旁边。")
	case created:
		return "", clearMeta(ctx, tx)
	}
	kept = schema + "_before_" + opt.Now().Format("20060102_150405")
	if records == 0 {
		kept = ""
	}
	if kept != "" {
		if _, err := tx.ExecContext(ctx, `ALTER SCHEMA `+pgx.Identifier{schema}.Sanitize()+` RENAME TO `+pgx.Identifier{kept}.Sanitize()); err != nil {
			return "", err
		}
		if _, err := createTables(ctx, tx, schema, opt); err != nil {
			return "", err
		}
		return kept, clearMeta(ctx, tx)
	}
	for _, t := range []string{"marks", "leaves", "paths", "runs", "notes", "verified"} { // what a ledger without records may hold
		if _, err := tx.ExecContext(ctx, `DELETE FROM `+t); err != nil { //nolint:gosec // one of those above
			return "", err
		}
	}
	return "", clearMeta(ctx, tx)
}

// clearMeta makes room for the check value that is copied.
func clearMeta(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM meta WHERE name <> $1`, ledgerID)
	return err
}

// adoptKey puts a key where all machines expect it; another one there is kept.
func adoptKey(opt Options, key []byte) (kept string, err error) {
	d, path := opt.files(), opt.keyPath()
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
