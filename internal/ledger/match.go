package ledger

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"slices"
)

// known is what the ledger holds about some entries and about the other
// examinations of their persons on the same day.
type known struct {
	byIdentity map[Digest]*row
	byBase     map[Digest][]*row
}

// lookUp reads what is known about entries: the rows of their bases, and those that
// have none, of older versions or of examinations without careTypeCode. Nearly all
// ledgers hold none of the latter, and are not searched for a hundred of them.
func lookUp(ctx context.Context, q queryer, entries []Entry) (known, error) {
	k := known{byIdentity: make(map[Digest]*row, len(entries)), byBase: map[Digest][]*row{}}
	bases := make([]any, planChunk)
	older := make([]any, planChunk)
	for i := range bases {
		e := &entries[min(i, len(entries)-1)]
		bases[i] = e.Base[:]
		older[i] = e.olderIdentity()
	}
	if err := k.read(ctx, q, `s.base`, bases); err != nil {
		return k, err
	}
	var found bool
	if err := q.QueryRowContext(ctx, anyOlderQuery).Scan(&found); err != nil || !found {
		return k, err
	}
	return k, k.read(ctx, q, `s.identity`, older)
}

// anyOlderQuery asks whether there are rows without a base.
const anyOlderQuery = `SELECT EXISTS (SELECT 1 FROM submissions WHERE base IS NULL)`

// olderIdentity is the identity by which an older ledger knows the entry.
func (e *Entry) olderIdentity() []byte {
	if e.Base == (Digest{}) {
		return e.Identity[:]
	}
	return e.Base[:]
}

func (k known) read(ctx context.Context, q queryer, column string, digests []any) error {
	rows, err := q.QueryContext(ctx, `SELECT `+rowColumns+` FROM submissions s WHERE `+column+` IN (`+placeholders(planChunk)+`)`, digests...)
	return eachRow(rows, err, func(rs *sql.Rows) error {
		r, err := scanRow(rs)
		if err == nil {
			k.byIdentity[r.identity] = r
			k.byBase[r.base] = append(k.byBase[r.base], r)
			slices.SortFunc(k.byBase[r.base], func(a, b *row) int { return cmp.Compare(a.id, b.id) }) // nearly always it is one
		}
		return err
	})
}

// of returns the row of an entry, nil when there is none.
func (k known) of(ctx context.Context, q queryer, e *Entry) (*row, error) {
	if r := k.byIdentity[e.Identity]; r != nil {
		return r, nil
	}
	return olderRow(ctx, q, k.byIdentity[e.Base], e)
}

// sameDay is the key of another examination of the person on this day that the
// platform may hold, "" when there is none. r is the entry's own row or nil.
func (k known) sameDay(e *Entry, r *row) string {
	if e.Base == (Digest{}) {
		return ""
	}
	others := k.byBase[e.Base]
	if old := k.byIdentity[e.Base]; old != nil {
		others = append(others[:len(others):len(others)], old)
	}
	for _, o := range others {
		own := o.identity == e.Identity || r != nil && !r.apart && r.id == o.id
		if !own && o.facts().mayHold() {
			return o.key
		}
	}
	return ""
}

// olderRow says what a row of an older version, found under an entry's base,
// means for the entry. Its identity had no careTypeCode: it is the entry's when
// its content is, or when its leaves have the entry's careTypeCode, or when they
// say nothing about that. Else it is another examination of that day, and the
// entry's only as far as it was accepted before with this very content: in older
// versions two such examinations took each other's place.
func olderRow(ctx context.Context, q queryer, r *row, e *Entry) (*row, error) {
	if r == nil || !r.older {
		return nil, nil
	}
	if r.content == e.Content || r.hasAccepted && r.accepted == e.Content || r.hasDoubt && r.doubt == e.Content {
		return r, nil
	}
	same, err := sameCare(ctx, q, r.id, e.Care)
	switch {
	case err != nil:
		return nil, err
	case same:
		return r, nil
	}
	return acceptedBefore(ctx, q, r, e)
}

// sameCare reports whether the leaves of a record have this careTypeCode, or none.
func sameCare(ctx context.Context, q queryer, submission int64, care []byte) (bool, error) {
	var said, same bool
	rows, err := q.QueryContext(ctx, `SELECT packed FROM leaves WHERE submission_id = ?`, submission)
	err = eachRow(rows, err, func(rs *sql.Rows) error {
		var packed []byte
		err := rs.Scan(&packed)
		for path, sum := range unpack(care) {
			kept, ok := unpack(packed)[path]
			said = said || ok
			same = same || ok && kept == sum
		}
		return err
	})
	return same || !said, err
}

// acceptedBefore returns the row of an examination that an older version knew
// and whose place another one has taken since; nil when the content was never
// accepted.
func acceptedBefore(ctx context.Context, q queryer, r *row, e *Entry) (*row, error) {
	found := &row{id: r.id, identity: r.identity, older: true, apart: true, state: StateAccepted, content: e.Content, accepted: e.Content, hasAccepted: true, attempts: r.attempts}
	var name []byte
	var at sql.NullInt64
	err := q.QueryRowContext(ctx, `SELECT name, exam_key, file, settled FROM attempts WHERE submission_id = ? AND content = ? AND outcome = 'accepted' ORDER BY id DESC LIMIT 1`,
		r.id, e.Content[:]).Scan(&name, &found.key, &found.file, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	copy(found.name[:], name)
	found.updated = fromNullMicro(at)
	return found, err
}

// base is the base of an entry as a row keeps it; NULL is an identity without
// careTypeCode.
func (t *tx) base(e *Entry) any {
	if e.Base == (Digest{}) {
		t.w.noOlder = false
		return nil
	}
	return e.Base[:]
}

// anyOlder reports whether the ledger has rows of an older version. It asks until
// there are none: this version makes no more of them.
func (t *tx) anyOlder() (bool, error) {
	if t.w.noOlder {
		return false, nil
	}
	var found bool
	err := t.QueryRow(anyOlderQuery, nil, &found)
	t.w.noOlder = err == nil && !found
	return found, err
}

// rowFor returns the row of an entry inside a transaction, nil when there is none.
func rowFor(t *tx, e *Entry) (*row, error) {
	r, err := rowOf(t, e.Identity)
	if err != nil || r != nil || e.Base == (Digest{}) {
		return r, err
	}
	older, err := t.anyOlder()
	if err != nil || !older {
		return nil, err
	}
	if r, err = rowOf(t, e.Base); err != nil {
		return nil, err
	}
	return olderRow(t.ctx, t.reader(), r, e)
}
