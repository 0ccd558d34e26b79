package shared

import (
	"database/sql"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"hbupload/internal/fault"
)

// defaultSchema holds the tables of a shared ledger, unless the address says
// otherwise (?search_path=…).
const defaultSchema = "hbupload"

// Clock selects the time that all machines share, in microseconds.
const Clock = `SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint`

// Limits of a shared ledger's connections.
const (
	dialLimit        = 5 * time.Second
	TransactionLimit = 30 * time.Second // a commit takes milliseconds; after this nobody is there
	silenceLimit     = 10 * time.Second // within a transaction; its statements follow each other at once
	Patience         = 30 * time.Second // for a database that is gone
	Readers          = 4
)

// Dial makes the pool of a shared ledger; nothing is connected yet.
func Dial(address string) (*sql.DB, string, error) {
	cfg, err := pgx.ParseConfig(secured(address))
	if ca := authorityFile(address); err != nil && ca != "" {
		if _, serr := os.Stat(ca); serr != nil {
			return nil, "", fault.New(fault.Config, "ledger 里的证书文件（sslrootcert）"+ca+" 无法读取。").Next("检查路径和权限。").By(serr)
		}
	}
	if err != nil { // its text may quote the password
		return nil, "", fault.New(fault.Config, "配置项 ledger 不是可用的 PostgreSQL 地址。").Next("例如 postgres://用户名@主机:5432/数据库名")
	}
	schema := cfg.RuntimeParams["search_path"]
	if schema == "" {
		schema = defaultSchema
	}
	cfg.RuntimeParams["search_path"] = pgx.Identifier{schema}.Sanitize()
	cfg.RuntimeParams["application_name"] = "hbupload"
	limit := strconv.FormatInt(TransactionLimit.Milliseconds(), 10)
	cfg.RuntimeParams["statement_timeout"] = limit
	// A machine that falls silent in the middle must let go of its rows before
	// those who wait for them give up.
	cfg.RuntimeParams["idle_in_transaction_session_timeout"] = strconv.FormatInt(silenceLimit.Milliseconds(), 10)
	if cfg.ConnectTimeout == 0 || cfg.ConnectTimeout > dialLimit {
		cfg.ConnectTimeout = dialLimit
	}
	db := stdlib.OpenDB(*cfg)
	db.SetMaxOpenConns(Readers + 1) // and the writer
	db.SetMaxIdleConns(Readers + 1)
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

// local reports whether an address is on this machine.
func local(u *url.URL) bool {
	host := u.Hostname()
	if h := u.Query().Get("host"); h != "" {
		host = h
	}
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasPrefix(host, "/") || ip != nil && ip.IsLoopback()
}

// Unverified reports whether the way to a shared ledger is open to others: another
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
