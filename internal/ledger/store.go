package ledger

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// store is the database under a ledger. The queries are the same text for both;
// what the two do in ways of their own stands here and in dialect.
type store interface {
	// exists tells whether there is anything to read.
	exists() bool
	// query runs a read, which may run again: it must set its results anew.
	query(ctx context.Context, read func(q queryer) error) error
	// snapshot is query whose reads all see one moment.
	snapshot(ctx context.Context, read func(q queryer) error) error
	// integrity asks the database about itself: Chinese sentences, none when it
	// is sound.
	integrity(ctx context.Context) ([]string, error)
	// export writes the whole ledger, as it is at one moment, into a new SQLite
	// file, the form of every backup.
	export(ctx context.Context, path string) error
	close() error
}

var (
	_ store = (*sqliteStore)(nil)
	_ store = (*postgresStore)(nil)
)

// queryer is a database, a connection or a transaction.
type queryer interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// dialect is what differs in the text of a write transaction.
type dialect struct {
	begin   string        // how it begins
	hold    string        // after a SELECT of submissions s: nobody else changes these rows until the end
	holdRun string        // the same of submissions s and runs r
	keyLock string        // selects until the end of the transaction what nobody else may claim under; "" where only one writes
	setUp   string        // until the end of the transaction nobody sets the ledger up anew; "" where the run lock says so
	clock   string        // selects the database's clock in microseconds; "" where one machine's clock will do
	dollars bool          // placeholders are $1, $2 …, and texts must be UTF-8 without NUL
	limit   time.Duration // after which a transaction is given up as lost; 0 for none
}

// bind brings a statement and its arguments into the dialect.
func (d dialect) bind(query string, args []any) (string, []any) {
	if !d.dollars {
		return query, args
	}
	return numbered(query), clean(args)
}

// dollarQueryer reads from a database whose placeholders are numbered.
type dollarQueryer struct{ queryer }

// QueryRowContext implements queryer.
func (n dollarQueryer) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	return n.queryer.QueryRowContext(ctx, numbered(query), clean(args)...)
}

// QueryContext implements queryer.
func (n dollarQueryer) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return n.queryer.QueryContext(ctx, numbered(query), clean(args)...)
}

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
			args[i] = storable(s)
		}
	}
	return args
}

// storable is a text as a shared ledger keeps it.
func storable(s string) string {
	if strings.IndexByte(s, 0) < 0 && utf8.ValidString(s) {
		return s
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\ufffd"), "\x00", "")
}
