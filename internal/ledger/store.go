package ledger

import (
	"context"
	"database/sql"
	"time"
)

// store is the database under a ledger. The queries are the same text for both;
// what the two do in ways of their own stands here and in dialect.
type store interface {
	// exists reports whether there is anything to read.
	exists() bool
	// query runs a read, which may run again: it must reset its results first.
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

// dialect is what differs between the two in a write transaction.
type dialect struct {
	begin       string        // how it begins
	hold        string        // after a SELECT of submissions s: nobody else changes these rows until the end
	holdRun     string        // the same of submissions s and runs r
	keyLock     string        // selects until the end of the transaction what nobody else may claim under; "" where only one writes
	lastID      bool          // an INSERT tells the id of its row by itself
	limit       time.Duration // after which a transaction is given up as lost; 0 for none
	connections int           // how many idle ones the pool may hold besides

	rewrite           func(query string, args []any) (string, []any) // into the database's form; nil where that is ours
	reader            func(q queryer) queryer                        // rewrites what it reads with; nil as above
	lost, died, raced func(err error) bool                           // what its errors mean (package shared); nil: none of them
}

// bind brings a statement and its arguments into the dialect.
func (d dialect) bind(query string, args []any) (string, []any) {
	if d.rewrite == nil {
		return query, args
	}
	return d.rewrite(query, args)
}

// is applies lost, died or raced.
func is(meaning func(error) bool, err error) bool { return meaning != nil && meaning(err) }
