package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"hbupload/internal/ledger/shared"
)

// tableOf is a table as it is copied between the two databases.
type tableOf struct {
	name    string
	columns []string
	serial  bool // its id is handed out by the database
}

// tables lists all but schema_version, each after those it refers to.
func tables() []tableOf {
	return []tableOf{
		{"meta", []string{"name", "value"}, false},
		{"runs", []string{"id", "started", "finished", "os_user", "host", "pid", "tool", "dictionary", "files", "command", "counts", "exit_code", "machine", "alive"}, true},
		{"submissions", []string{"id", "identity", "base", "institution", "name", "exam_key", "row_key", "file", "state", "prior", "content", "accepted", "doubt",
			"resend", "same_person", "adopted", "attempts", "attempt_id", "run_id", "created", "updated"}, true},
		{"leaves", []string{"id", "submission_id", "content", "packed"}, true},
		{"paths", []string{"hash", "path"}, false},
		{"attempts", []string{"id", "submission_id", "run_id", "exam_key", "row_key", "file", "name", "content", "started", "settled", "outcome",
			"http_status", "message", "note", "duration"}, true},
		{"marks", []string{"id", "submission_id", "at", "os_user", "host", "action", "list"}, true},
		{"verified", []string{"id", "digest", "identity", "rule", "exam_key", "at", "os_user", "host", "source"}, true},
		{"notes", []string{"id", "at", "os_user", "host", "kind", "value"}, true},
	}
}

// flags are the columns that SQLite keeps as 0 and 1.
func flags() []string { return []string{"row_key", "resend", "same_person", "adopted"} }

// copyRows is the number of rows of one INSERT.
const copyRows = 100

// copyLedger copies every table. What names a database of its own stays.
func copyLedger(ctx context.Context, from queryer, to *sql.Tx, d dialect) error {
	for _, t := range tables() {
		if err := copyTable(ctx, from, to, d, t); err != nil {
			return fmt.Errorf("%s: %w", t.name, err)
		}
	}
	return nil
}

func copyTable(ctx context.Context, from queryer, to *sql.Tx, d dialect, t tableOf) error {
	columns := strings.Join(t.columns, ", ")
	query := `SELECT ` + columns + ` FROM ` + t.name
	var args []any
	if t.name == "meta" {
		query = query + ` WHERE name <> ?`
		args = []any{shared.LedgerID}
	}
	var pending []any
	put := func() error {
		n := len(pending) / len(t.columns)
		if n == 0 {
			return nil
		}
		row := "(" + placeholders(len(t.columns)) + "),"
		insert, values := d.bind(`INSERT INTO `+t.name+` (`+columns+`) VALUES `+strings.TrimSuffix(strings.Repeat(row, n), ","), pending)
		_, err := to.ExecContext(ctx, insert, values...)
		pending = pending[:0]
		return err
	}
	rows, err := from.QueryContext(ctx, query, args...)
	err = eachRow(rows, err, func(rs *sql.Rows) error {
		values, err := scanAny(rs, t.columns, d.rewrite != nil)
		if pending = append(pending, values...); err == nil && len(pending) >= copyRows*len(t.columns) {
			err = put()
		}
		return err
	})
	if err == nil {
		err = put()
	}
	return err
}

// scanAny reads a row as it is; booleans makes true and false of flags.
func scanAny(rs *sql.Rows, columns []string, booleans bool) ([]any, error) {
	values := make([]any, len(columns))
	places := make([]any, len(columns))
	for i := range values {
		places[i] = &values[i]
	}
	if err := rs.Scan(places...); err != nil {
		return nil, err
	}
	for i, v := range values {
		if n, ok := v.(int64); ok && booleans && slices.Contains(flags(), columns[i]) {
			values[i] = n != 0
		}
	}
	return values, nil
}

// export implements store.
func (s *postgresStore) export(ctx context.Context, path string) (err error) {
	if err := removeFile(path); err != nil {
		return err
	}
	if err := touch(path); err != nil {
		return err
	}
	db, err := sql.Open("sqlite", dsn(path, "rwc", false))
	if err != nil {
		return err
	}
	defer func() {
		if cerr := db.Close(); err == nil {
			err = cerr
		}
	}()
	if err := migrate(ctx, db, s.opt); err != nil {
		return err
	}
	to, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = to.Rollback() }()
	opt := &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
	err = snapshot(ctx, s.db, opt, func(q queryer) error {
		if err := shared.Unlimited(ctx, q.(*sql.Tx)); err != nil {
			return err
		}
		return copyLedger(ctx, shared.Numbered{Queryer: q}, to, dialect{})
	})
	if err != nil {
		return err
	}
	return to.Commit()
}
