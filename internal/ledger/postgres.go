package ledger

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"hbupload/internal/fault"
	"hbupload/internal/host"
)

// DefaultSchema holds the tables of a shared ledger, unless the address says
// otherwise (?search_path=…).
const DefaultSchema = "hbupload"

// postgresClock selects the time that all machines share, in microseconds.
const postgresClock = `SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint`

// Limits of a shared ledger's connections.
const (
	dialLimit        = 5 * time.Second
	transactionLimit = 30 * time.Second // a commit takes milliseconds; after this nobody is there
	silenceLimit     = 10 * time.Second // within a transaction; its statements follow each other at once
	patience         = 30 * time.Second
	readers          = 4
)

// patience is Patience or its default.
func (o Options) patience() time.Duration {
	if o.Patience > 0 {
		return o.Patience
	}
	return patience
}

// postgresStore is the ledger of several machines.
type postgresStore struct {
	db  *sql.DB
	opt Options
}

func postgresDialect() dialect {
	return dialect{begin: "BEGIN", hold: " FOR NO KEY UPDATE OF s", holdRun: " FOR NO KEY UPDATE OF s, r", keyLock: `SELECT pg_advisory_xact_lock(hashtextextended(?, 0))`,
		setUp: `SELECT pg_advisory_xact_lock_shared(` + setupNumber + `)`, clock: postgresClock, dollars: true, limit: transactionLimit}
}

// exists implements store: what was not there was refused when it was opened.
func (s *postgresStore) exists() bool { return true }

// query implements store.
func (s *postgresStore) query(ctx context.Context, read func(q queryer) error) error {
	return s.do(ctx, func() error { return read(dollarQueryer{s.db}) })
}

// do runs a read, and again on another connection while one turns out to have
// died in the pool: the server was restarted, or something on the way forgot it.
func (s *postgresStore) do(ctx context.Context, read func() error) error {
	for try := 0; ; try++ {
		err := read()
		var down *pgconn.ConnectError
		if !lost(err) || errors.As(err, &down) || try == readers+1 || ctx.Err() != nil {
			return err
		}
	}
}

// snapshot implements store.
func (s *postgresStore) snapshot(ctx context.Context, read func(q queryer) error) error {
	opt := &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
	return s.do(ctx, func() error {
		return snapshot(ctx, s.db, opt, func(q queryer) error { return read(dollarQueryer{q}) })
	})
}

// integrity implements store: the server looks after its own files.
func (s *postgresStore) integrity(context.Context) ([]string, error) { return nil, nil }

// close implements store.
func (s *postgresStore) close() error { return s.db.Close() }

// dial makes the pool of a shared ledger; nothing is connected yet.
func dial(opt Options) (*sql.DB, string, error) {
	cfg, err := pgx.ParseConfig(secured(opt.URL))
	if ca := authorityFile(opt.URL); err != nil && ca != "" {
		if _, serr := os.Stat(ca); serr != nil {
			return nil, "", fail(fault.Config, serr, "ledger 里的证书文件（sslrootcert）"+ca+" 无法读取。", "检查路径和权限。")
		}
	}
	if err != nil { // its text may quote the password
		return nil, "", fail(fault.Config, nil, "配置项 ledger 不是可用的 PostgreSQL 地址。", "例如 postgres://用户名@主机:5432/数据库名")
	}
	schema := cfg.RuntimeParams["search_path"]
	if schema == "" {
		schema = DefaultSchema
	}
	cfg.RuntimeParams["search_path"] = pgx.Identifier{schema}.Sanitize()
	cfg.RuntimeParams["application_name"] = "hbupload"
	limit := strconv.FormatInt(transactionLimit.Milliseconds(), 10)
	cfg.RuntimeParams["statement_timeout"] = limit
	// A machine that falls silent in the middle must let go of its rows before
	// those who wait for them give up.
	cfg.RuntimeParams["idle_in_transaction_session_timeout"] = strconv.FormatInt(silenceLimit.Milliseconds(), 10)
	if cfg.ConnectTimeout == 0 || cfg.ConnectTimeout > dialLimit {
		cfg.ConnectTimeout = dialLimit
	}
	db := stdlib.OpenDB(*cfg)
	db.SetMaxOpenConns(readers + 1) // and the writer
	db.SetMaxIdleConns(readers + 1)
	db.SetConnMaxIdleTime(5 * time.Minute)
	return db, schema, nil
}

// authorityFile is the address's sslrootcert, "" for none.
func authorityFile(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Query().Get("sslrootcert")
}

// secured asks for a verified certificate from any database but this machine's,
// where the address does not say what it wants.
func secured(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Query().Get("sslmode") != "" || local(u) {
		return address
	}
	q := u.Query()
	q.Set("sslmode", "verify-full")
	u.RawQuery = q.Encode()
	return u.String()
}

// local tells an address on this machine.
func local(u *url.URL) bool {
	host := u.Hostname()
	if h := u.Query().Get("host"); h != "" {
		host = h
	}
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasPrefix(host, "/") || ip != nil && ip.IsLoopback()
}

// Unverified tells whether the way to a shared ledger is open to others: another
// machine's database, without a verified certificate.
func Unverified(address string) bool {
	u, err := url.Parse(secured(address))
	return err == nil && !local(u) && u.Query().Get("sslmode") != "verify-full" && u.Query().Get("sslmode") != "verify-ca"
}

// Place names a shared ledger's database without the password.
func Place(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "postgres"
	}
	return "postgres://" + u.Host + u.Path
}

// openShared opens a shared ledger for writing.
func openShared(ctx context.Context, opt Options) (*Ledger, error) {
	l, err := readShared(ctx, opt)
	if err != nil {
		return nil, err
	}
	if l.machine, err = machineName(opt, true); err == nil {
		l.w, err = newWriter(ctx, l.read.(*postgresStore).db, postgresDialect(), opt)
	}
	if err != nil {
		return nil, errors.Join(storageError("打开", err), l.read.close())
	}
	return l, nil
}

// readShared opens a shared ledger for reading.
func readShared(ctx context.Context, opt Options) (*Ledger, error) {
	db, _, err := dial(opt)
	if err != nil {
		return nil, err
	}
	l := &Ledger{opt: opt, read: &postgresStore{db, opt}}
	if l.machine, err = machineName(opt, false); err == nil {
		err = l.verifyShared(ctx)
	}
	if err != nil {
		return nil, errors.Join(storageError("打开", err), db.Close())
	}
	return l, nil
}

// verifyShared checks version and key.
func (l *Ledger) verifyShared(ctx context.Context) error {
	return l.read.query(ctx, func(q queryer) error {
		version, err := postgresSchema(ctx, q)
		switch {
		case err != nil:
			return err
		case version == 0:
			return fail(fault.Config, nil, "台账数据库里还没有台账，或这个用户没有权限。", "由数据库的所有者执行一次 hbupload ledger init，再执行它打印的授权语句。")
		case version > newestSchema():
			return tooNew(version)
		case version < newestSchema():
			return fail(fault.Config, nil, "台账数据库由旧版程序建立，需先升级。", "由数据库的所有者再执行一次 hbupload ledger init。")
		}
		key, err := sharedKey(ctx, q, l.opt)
		if err != nil {
			return err
		}
		l.digester, l.check = NewDigester(key), checkValue(key)
		l.id, err = metaValue(ctx, q, ledgerID)
		return err
	})
}

// sharedKey reads the key that all machines have, and holds it against the
// database's check value.
func sharedKey(ctx context.Context, q queryer, opt Options) ([]byte, error) {
	path := opt.keyPath()
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, fail(fault.Config, err, "共用台账的密钥文件 "+path+" 不存在。", "从建立台账的那台电脑复制 ledger_key_file 指定的文件到这里（权限 0600），不要另建。")
	case err == nil && info.Mode().Perm()&0o077 != 0 && filepath.Separator == '/':
		return nil, fail(fault.Config, nil, "其他用户可以读取共用台账的密钥文件 "+path+"。", "请执行 chmod 600 "+host.ShellQuote(path))
	}
	key, err := readKey(path)
	if err != nil {
		return nil, keyFailure(opt, err)
	}
	check, err := metaValue(ctx, q, checkName)
	switch {
	case err != nil:
		return nil, err
	case check != checkValue(key):
		return nil, fail(fault.Config, nil, "密钥文件 "+path+" 不是这个台账的密钥，无法核对台账里的记录。", "从建立台账的那台电脑重新复制 ledger_key_file 指定的文件。")
	}
	return key, nil
}

// postgresSchema is the version of the schema, 0 where there is none.
func postgresSchema(ctx context.Context, q queryer) (int, error) {
	var there bool
	if err := q.QueryRowContext(ctx, `SELECT to_regclass('schema_version') IS NOT NULL`).Scan(&there); err != nil || !there {
		return 0, err
	}
	var version sql.NullInt64
	err := q.QueryRowContext(ctx, `SELECT max(version) FROM schema_version`).Scan(&version)
	return int(version.Int64), err
}

// ledgerID is the row of meta that names a shared ledger's database.
const ledgerID = "ledger_id"

func newLedgerID() (string, error) {
	id := make([]byte, 8)
	_, err := rand.Read(id)
	return hex.EncodeToString(id), err
}
