package ledger

import (
	"context"
	"database/sql"
	"strings"

	"hbupload/internal/ledger/shared"
)

// planChunk is the number of identities of one query; shorter chunks are padded
// so that the statement's text never changes.
const planChunk = 100

// Plan says for each entry what a push would do, in the order of the entries.
// It only reads, and works while another run is pushing.
func (l *Ledger) Plan(ctx context.Context, entries []Entry, p Policy) ([]Decision, error) {
	out := make([]Decision, len(entries))
	if !l.read.exists() {
		for i := range out {
			out[i] = Decision{Action: Send}
		}
		return out, nil
	}
	for start := 0; start < len(entries); start += planChunk {
		end := min(start+planChunk, len(entries))
		err := l.read.query(ctx, func(q queryer) error {
			return l.planChunk(ctx, q, entries[start:end], out[start:end], p)
		})
		if err != nil {
			return nil, storageError("查询", err)
		}
	}
	return out, nil
}

func (l *Ledger) planChunk(ctx context.Context, q queryer, entries []Entry, out []Decision, p Policy) error {
	known, err := lookUp(ctx, q, entries)
	if err != nil {
		return err
	}
	rows := make([]*row, len(entries))
	for i := range entries {
		if rows[i], err = known.of(ctx, q, &entries[i]); err != nil {
			return err
		}
	}
	keys, err := lookUpKeys(ctx, q, entries, rows)
	if err != nil {
		return err
	}
	for i := range entries {
		e := &entries[i]
		r := rows[i]
		out[i] = decide(e, r, keys[e.Identity], p)
		out[i].SameDay = known.sameDay(e, r)
		if err := l.explain(ctx, q, e, r, &out[i]); err != nil {
			return err
		}
	}
	return nil
}

// placeholders is "?,?,…" for n values.
func placeholders(n int) string { return strings.TrimSuffix(strings.Repeat("?,", n), ",") }

// keyQuery finds what the platform may hold under a key of an institution.
const keyQuery = `SELECT s.id, s.identity, s.institution, s.exam_key, s.file, s.state FROM submissions s
 WHERE NOT s.row_key AND (s.accepted IS NOT NULL OR s.state IN ('in_doubt','claimed')) AND s.run_id <> ? AND s.exam_key IN (`

// lookUpKeys finds, for the entries of which the platform holds nothing yet,
// another identity that it may hold under their key. Most re-pushes have none.
func lookUpKeys(ctx context.Context, q queryer, entries []Entry, rows []*row) (map[Digest]*keyRow, error) {
	var args []any
	for i := range entries {
		e := &entries[i]
		if r := rows[i]; !e.RowKey && (r == nil || !r.facts().mayHold()) {
			args = append(args, e.Key)
		}
	}
	if len(args) == 0 {
		return nil, nil
	}
	for len(args) < planChunk {
		args = append(args, args[0])
	}
	type place struct{ institution, key string }
	found := map[place][]keyOwner{}
	rs, err := q.QueryContext(ctx, keyQuery+placeholders(planChunk)+`)`, append([]any{int64(-1)}, args...)...)
	err = eachRow(rs, err, func(rs *sql.Rows) error {
		institution, o, err := scanKeyOwner(rs)
		at := place{institution, shared.Storable(o.key)}
		found[at] = append(found[at], o)
		return err
	})
	if err != nil {
		return nil, err
	}
	out := map[Digest]*keyRow{}
	for i := range entries {
		e := &entries[i]
		if !e.RowKey {
			out[e.Identity] = otherOwner(e, found[place{e.Institution, shared.Storable(e.Key)}])
		}
	}
	return out, nil
}

// keyOwner is an identity that has a key.
type keyOwner struct {
	keyRow
	identity Digest
}

func scanKeyOwner(sc scanner) (institution string, o keyOwner, err error) {
	var identity []byte
	err = sc.Scan(&o.id, &identity, &institution, &o.key, &o.file, &o.state)
	copy(o.identity[:], identity)
	return institution, o, err
}

// otherOwner returns the first owner that is not the entry itself.
func otherOwner(e *Entry, owners []keyOwner) *keyRow {
	for i := range owners {
		if owners[i].identity != e.Identity {
			return &owners[i].keyRow
		}
	}
	return nil
}

// explain adds what only a few decisions need: the changed fields, and the
// platform's last words.
func (l *Ledger) explain(ctx context.Context, q queryer, e *Entry, r *row, d *Decision) error {
	if r == nil {
		return nil
	}
	switch {
	case r.hasAccepted && r.accepted != e.Content && len(e.Leaves) > 0 && (d.Action == Changed || d.Action == Send):
		paths, err := l.changedPaths(ctx, q, e, r)
		d.ChangedPaths = paths
		return err
	case d.Action == Send && r.attempts > 0:
		return blocked(ctx, q, r, d)
	case d.Action == HoldRejected || d.Action == HoldInDoubt:
		err := q.QueryRowContext(ctx, `SELECT message FROM attempts WHERE id = ?`, r.attemptID).Scan(&d.PriorMessage)
		if err == sql.ErrNoRows {
			return nil
		}
		return err
	}
	return nil
}

// blocked looks whether the last attempt met a page in the place of an answer.
func blocked(ctx context.Context, q queryer, r *row, d *Decision) error {
	var outcome sql.NullString
	var status sql.NullInt64
	err := q.QueryRowContext(ctx, `SELECT outcome, http_status FROM attempts WHERE id = ?`, r.attemptID).Scan(&outcome, &status)
	if err == sql.ErrNoRows {
		return nil
	}
	c := Class(outcome.String)
	d.Blocked = status.Int64 != 0 && (c == ClassUnknown || c == ClassWrongAddress)
	return err
}

// EverAccepted reports whether the platform has accepted anything that this ledger
// sent, ever: then its address and paths are right.
func (l *Ledger) EverAccepted(ctx context.Context) (bool, error) {
	var found bool
	err := l.read.query(ctx, func(q queryer) error {
		return q.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM attempts WHERE outcome = 'accepted')`).Scan(&found)
	})
	return found, storageError("查询", err)
}

// changedPaths names the leaves that differ from what was accepted.
func (l *Ledger) changedPaths(ctx context.Context, q queryer, e *Entry, r *row) ([]string, error) {
	var packed []byte
	err := q.QueryRowContext(ctx, `SELECT packed FROM leaves WHERE submission_id = ? AND content = ?`, r.id, r.accepted[:]).Scan(&packed)
	switch {
	case err == sql.ErrNoRows: // adopted without leaves
		return nil, nil
	case err != nil:
		return nil, err
	}
	var out []string
	for _, h := range diffLeaves(packed, e.Leaves) {
		path, ok := l.digester.path(h)
		if !ok {
			err := q.QueryRowContext(ctx, `SELECT path FROM paths WHERE hash = ?`, int64(h)).Scan(&path)
			if err != nil && err != sql.ErrNoRows {
				return nil, err
			}
		}
		if path != "" {
			out = append(out, path)
		}
	}
	return out, nil
}
