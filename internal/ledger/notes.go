package ledger

import (
	"context"
	"database/sql"
	"errors"
)

// The kinds of notes: what concerns the ledger as a whole. They are appended and
// never changed, and the last one of a kind is in force.
const (
	notePlatform = "platform"     // value: the address of the platform
	noteGap      = "gap"          // value: Gap as JSON
	noteAccepted = "gap-accepted" // value: ""
)

// wholeNote is a note as it is stored.
type wholeNote struct {
	id    int64
	value string
}

// lastNote returns the note of a kind that is in force; its id is 0 when there is none.
func lastNote(ctx context.Context, q queryer, kind string) (n wholeNote, err error) {
	err = q.QueryRowContext(ctx, `SELECT id, value FROM notes WHERE kind = ? ORDER BY id DESC LIMIT 1`, kind).Scan(&n.id, &n.value)
	if errors.Is(err, sql.ErrNoRows) {
		return wholeNote{}, nil
	}
	return n, err
}

// noteWhole appends a note.
func noteWhole(t *tx, kind, value string, who Options) error {
	_, err := t.insert(`INSERT INTO notes (at, os_user, host, kind, value) VALUES (?, ?, ?, ?, ?)`, t.at, who.User, who.Host, kind, value)
	return err
}

// reader reads within the transaction.
func (t *tx) reader() queryer {
	if t.w.d.reader == nil {
		return t.w.conn
	}
	return t.w.d.reader(t.w.conn)
}
