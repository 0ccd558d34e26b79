package shared

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5/pgconn"
)

// Queryer is a database, a connection or a transaction.
type Queryer interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// Numbered reads with the ledger's statements, whose placeholders are "?", from a
// database whose placeholders are numbered.
type Numbered struct{ Queryer }

// QueryRowContext implements Queryer.
func (n Numbered) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	query, args = Bind(query, args)
	return n.Queryer.QueryRowContext(ctx, query, args...)
}

// QueryContext implements Queryer.
func (n Numbered) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	query, args = Bind(query, args)
	return n.Queryer.QueryContext(ctx, query, args...)
}

// Bind brings a statement and its arguments into PostgreSQL's form.
func Bind(query string, args []any) (string, []any) { return numbered(query), clean(args) }

// numbered replaces "?" by "$1", "$2" … None of our statements has a question
// mark in a text of its own.
func numbered(query string) string {
	if !strings.Contains(query, "?") {
		return query
	}
	var b strings.Builder
	b.Grow(len(query) + 32)
	for n := 1; ; n++ {
		before, after, found := strings.Cut(query, "?")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(n))
		query = after
	}
}

// clean makes texts storable that PostgreSQL refuses: file names may be any
// bytes, and a CSV's exam key may hold a NUL.
func clean(args []any) []any {
	for i, a := range args {
		if s, ok := a.(string); ok {
			args[i] = Storable(s)
		}
	}
	return args
}

// Storable is a text as a shared ledger keeps it.
func Storable(s string) string {
	if strings.IndexByte(s, 0) < 0 && utf8.ValidString(s) {
		return s
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\ufffd"), "\x00", "")
}

// Read runs a read, and again on another connection while one turns out to have
// died in the pool: the server was restarted, or something on the way forgot it.
func Read(ctx context.Context, read func() error) error {
	for try := 0; ; try++ {
		err := read()
		var down *pgconn.ConnectError
		if !Lost(err) || errors.As(err, &down) || try == Readers+1 || ctx.Err() != nil {
			return err
		}
	}
}

// Version is the version of the schema, 0 where there is none.
func Version(ctx context.Context, q Queryer) (int, error) {
	var there bool
	if err := q.QueryRowContext(ctx, `SELECT to_regclass('schema_version') IS NOT NULL`).Scan(&there); err != nil || !there {
		return 0, err
	}
	var version sql.NullInt64
	err := q.QueryRowContext(ctx, `SELECT max(version) FROM schema_version`).Scan(&version)
	return int(version.Int64), err
}
