package ledger

import (
	"database/sql"
	"time"
)

// rowColumns are the columns scanRow reads, in its order.
const rowColumns = `s.identity, s.base, s.id, s.state, s.prior, s.name, s.exam_key, s.row_key, s.file, s.content, s.accepted, s.doubt,
 s.resend, s.same_person, s.attempts, s.attempt_id, s.updated`

// scanner is *sql.Row or *sql.Rows.
type scanner interface{ Scan(dest ...any) error }

// scanRow reads rowColumns.
func scanRow(sc scanner) (*row, error) {
	var (
		r                        row
		identity, base, name     []byte
		content, accepted, doubt []byte
		updated                  int64
	)
	err := sc.Scan(&identity, &base, &r.id, &r.state, &r.prior, &name, &r.key, &r.rowKey, &r.file, &content, &accepted, &doubt,
		&r.resend, &r.samePerson, &r.attempts, &r.attemptID, &updated)
	if err != nil {
		return nil, err
	}
	r.older = base == nil
	copy(r.identity[:], identity)
	copy(r.base[:], base)
	copy(r.name[:], name)
	copy(r.content[:], content)
	r.hasAccepted = accepted != nil
	r.hasDoubt = doubt != nil
	copy(r.accepted[:], accepted)
	copy(r.doubt[:], doubt)
	r.updated = fromMicro(updated)
	return &r, nil
}

// fromMicro is the time of a stored microsecond count.
func fromMicro(us int64) time.Time { return time.UnixMicro(us) }

// fromNullMicro is the zero time for NULL.
func fromNullMicro(us sql.NullInt64) time.Time {
	if !us.Valid {
		return time.Time{}
	}
	return time.UnixMicro(us.Int64)
}
