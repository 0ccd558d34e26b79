package ledger

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"sort"
	"strconv"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"hbupload/internal/fault"
	"hbupload/internal/host"
)

// migrations are ordered by their four-digit number, which is the schema version.
// It means the same tables in both databases; what concerns only how one of them
// works has a number in that one.
//
//go:embed migrations/*/*.sql
var migrations embed.FS

// migration is one step of the schema.
type migration struct {
	version int
	sql     string
}

// steps returns the migrations of a database ("sqlite", "postgres") in order.
func steps(database string) ([]migration, error) {
	dir := "migrations/" + database
	names, err := migrations.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var out []migration
	for _, n := range names {
		number, _, _ := strings.Cut(n.Name(), "_")
		v, err := strconv.Atoi(number)
		if err != nil {
			return nil, fmt.Errorf("migration %s: %w", n.Name(), err)
		}
		text, err := migrations.ReadFile(dir + "/" + n.Name())
		if err != nil {
			return nil, err
		}
		out = append(out, migration{v, string(text)})
	}
	sort.Slice(out, func(i, j int) bool { return out[i].version < out[j].version })
	return out, nil
}

// newestSchema is the version of a database that this program writes.
func newestSchema(database string) int {
	all, err := steps(database)
	if err != nil || len(all) == 0 {
		return 0
	}
	return all[len(all)-1].version
}

// schemaVersion is 0 for an empty file.
func schemaVersion(ctx context.Context, q queryer) (int, error) {
	var n int
	err := q.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema_version'`).Scan(&n)
	if err != nil || n == 0 {
		return 0, err
	}
	var version sql.NullInt64
	err = q.QueryRowContext(ctx, `SELECT max(version) FROM schema_version`).Scan(&version)
	return int(version.Int64), err
}

// tooNew is the refusal of an older program.
func tooNew(version int) error {
	return fail(fault.Config, nil,
		fmt.Sprintf("台账由更新版本的程序写成（格式 %d，本程序只认到 %d），为避免损坏已拒绝打开。", version, newestSchema("sqlite")),
		"请升级 hbupload 后再用。")
}

// migrate brings the schema up to date, each step in one transaction. Two
// processes may try at once: the version is read inside the write transaction.
func migrate(ctx context.Context, db *sql.DB, opt Options) error {
	version, err := firstLook(ctx, db)
	switch {
	case err != nil:
		return storageError("打开", err)
	case version > newestSchema("sqlite"):
		return tooNew(version)
	case version == newestSchema("sqlite"):
		return nil
	}
	all, err := steps("sqlite")
	if err != nil {
		return fail(fault.Internal, err, "程序内的台账格式定义有误。", "")
	}
	for _, m := range all {
		if err := migrateStep(ctx, db, m, opt); err != nil {
			return storageError("升级", err)
		}
	}
	return nil
}

// firstLook reads the version over the first connection. Where several processes
// make one new ledger, SQLite refuses all but one the switch to its log at once,
// without the wait that it was told (busy_timeout): they try again for as long.
func firstLook(ctx context.Context, db *sql.DB) (int, error) {
	patience, cancel := context.WithTimeout(ctx, busyTimeout)
	defer cancel()
	for {
		version, err := schemaVersion(ctx, db)
		var se *sqlite.Error
		if !errors.As(err, &se) || se.Code()&0xff != sqlite3.SQLITE_BUSY || host.Pause(patience, busyPause) != nil {
			return version, err
		}
	}
}

func migrateStep(ctx context.Context, db *sql.DB, m migration, opt Options) (err error) {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, tx.Rollback())
		}
	}()
	const table = `CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY, applied BIGINT NOT NULL, tool TEXT NOT NULL)`
	if _, err = tx.ExecContext(ctx, table); err != nil {
		return err
	}
	version, err := schemaVersion(ctx, tx)
	if err != nil {
		return err
	}
	if version < m.version {
		if _, err = tx.ExecContext(ctx, m.sql); err != nil {
			return err
		}
		const insert = `INSERT INTO schema_version (version, applied, tool) VALUES (?, ?, ?)`
		if _, err = tx.ExecContext(ctx, insert, m.version, opt.Now().UnixMicro(), opt.ToolVersion); err != nil {
			return err
		}
	}
	return tx.Commit()
}
