package shared

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"hbupload/internal/fault"
)

// LedgerID is the row of meta that names a shared ledger's database.
const LedgerID = "ledger_id"

func newLedgerID() (string, error) {
	id := make([]byte, 8)
	_, err := rand.Read(id)
	return hex.EncodeToString(id), err
}

// InTx runs a transaction of a command that has the database to itself.
func InTx(ctx context.Context, db *sql.DB, run func(tx *sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if err := Unlimited(ctx, tx); err != nil {
		return err
	}
	if err := run(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// Unlimited lets a transaction's statements take their time: a copy is no claim.
func Unlimited(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, `SET LOCAL statement_timeout = 0`)
	if err == nil {
		_, err = tx.ExecContext(ctx, `SET LOCAL idle_in_transaction_session_timeout = 0`)
	}
	return err
}

// setupLock lets one machine set up at a time, and none while a run begins.
const (
	setupNumber = `hashtextextended('hbupload setup', 0)`
	setupLock   = `SELECT pg_advisory_xact_lock(` + setupNumber + `)`
)

// SetUp lets nobody set up until the end of the transaction.
const SetUp = `SELECT pg_advisory_xact_lock_shared(` + setupNumber + `)`

// Step is one step of the schema.
type Step struct {
	Version int
	SQL     string
}

// Tables are what a shared ledger's tables are made of.
type Tables struct {
	Schema string
	Steps  []Step // in order, from an empty schema to the newest version
	At     time.Time
	Tool   string // the program's version
}

func (m Tables) newest() int { return m.Steps[len(m.Steps)-1].Version }

// TooNew is a schema of a newer program than this one.
type TooNew int

// Error implements error.
func (v TooNew) Error() string { return "schema version " + strconv.Itoa(int(v)) }

// Create makes schema and tables, or brings older ones up to date.
func (m Tables) Create(ctx context.Context, tx *sql.Tx) (created bool, err error) {
	if _, err := tx.ExecContext(ctx, setupLock); err != nil {
		return false, err
	}
	version, err := Version(ctx, tx)
	switch {
	case err != nil:
		return false, err
	case version > m.newest():
		return false, TooNew(version)
	case version == m.newest():
		return false, nil
	}
	name := pgx.Identifier{m.Schema}.Sanitize()
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
	for _, step := range m.Steps {
		if step.Version <= version {
			continue
		}
		if _, err := tx.ExecContext(ctx, step.SQL); err != nil {
			return false, err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO schema_version (version, applied, tool) VALUES ($1, $2, $3)`, step.Version, m.At.UnixMicro(), m.Tool); err != nil {
			return false, err
		}
	}
	return version == 0, nameLedger(ctx, tx)
}

// nameLedger gives a database its name, once.
func nameLedger(ctx context.Context, tx *sql.Tx) error {
	id, err := newLedgerID()
	if err == nil {
		_, err = tx.ExecContext(ctx, `INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING`, LedgerID, id)
	}
	return err
}

// Grants is what a pushing user needs: to read all, to add, to settle; never to
// delete a record or an attempt, and nothing that changes the tables.
func Grants(schema, role string) []string {
	if role == "" {
		return nil
	}
	s := pgx.Identifier{schema}.Sanitize()
	r := pgx.Identifier{role}.Sanitize()
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

// MakeRoom leaves a ledger without any row. One that holds records is replaced
// only with force, and kept as a schema beside. While a run has been heard of
// within deadAfter, nothing is done.
func (m Tables) MakeRoom(ctx context.Context, tx *sql.Tx, deadAfter time.Duration, force bool) (kept string, err error) {
	created, err := m.Create(ctx, tx)
	if err != nil {
		return "", err
	}
	var records, live int
	var now int64
	if err := tx.QueryRowContext(ctx, Clock).Scan(&now); err != nil {
		return "", err
	}
	err = tx.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM submissions), (SELECT count(*) FROM runs WHERE finished IS NULL AND alive >= $1)`,
		now-deadAfter.Microseconds()).Scan(&records, &live)
	switch {
	case err != nil:
		return "", err
	case live > 0:
		return "", fault.New(fault.Locked, "有电脑正在用这个台账上传。").Next("等它结束后再试；用 hbupload status 查看。")
	case records > 0 && !force:
		return "", fault.New(fault.Usage, fmt.Sprintf("共用的台账里已有 %d 条记录，没有改动。", records)).Next("几台电脑的旧台账密钥不同，不能合并：以后的电脑请用 hbupload adopt 登记传过的文件。确认要用备份替换时，用 ledger restore --force，原来的内容会保留在旁边。")
	case created:
		return "", clearMeta(ctx, tx)
	}
	kept = m.Schema + "_before_" + m.At.Format("20060102_150405")
	if records == 0 {
		kept = ""
	}
	if kept != "" {
		if _, err := tx.ExecContext(ctx, `ALTER SCHEMA `+pgx.Identifier{m.Schema}.Sanitize()+` RENAME TO `+pgx.Identifier{kept}.Sanitize()); err != nil {
			return "", err
		}
		if _, err := m.Create(ctx, tx); err != nil {
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
	_, err := tx.ExecContext(ctx, `DELETE FROM meta WHERE name <> $1`, LedgerID)
	return err
}
