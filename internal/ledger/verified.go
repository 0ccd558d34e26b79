package ledger

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"
	"slices"
	"time"
)

// Verification is a warning that a person has looked into and found right
// (已核实): for one examination of one person, one rule and the values that the
// rule looked at. Nothing of the values is kept but Digest.
type Verification struct {
	Digest   Digest // Digester.Verification
	Identity Digest // Entry.Identity
	Key      string // 体检编号, as the ledger keeps it (Entry.Key)
	Rule     string // the rule's id
}

// VerifiedView is a verification as History lists it.
type VerifiedView struct {
	Rule       string
	At         time.Time
	User, Host string
	Source     string // SHA-256 of the annotated file with the answer, in hex
}

// Verify keeps verifications that stand in the annotated file whose SHA-256 is
// source, as the ledger's user (Options.User, Host), and returns how many are new.
// One that is kept already stays as it is. Call it in a push, never in a dry run.
func (l *Ledger) Verify(ctx context.Context, source [32]byte, verifications []Verification) (added int, err error) {
	if l.w == nil {
		return 0, readOnlyError()
	}
	// In ascending order, so that two machines do not wait for each other in a circle.
	ordered := slices.SortedFunc(slices.Values(verifications), func(a, b Verification) int { return bytes.Compare(a.Digest[:], b.Digest[:]) })
	for chunk := range slices.Chunk(ordered, planChunk) {
		var n int64
		err := l.w.do(ctx, func(t *tx) error {
			n = 0
			for i := range chunk {
				v := &chunk[i]
				one, err := t.Exec(`INSERT INTO verified (digest, identity, rule, exam_key, at, os_user, host, source) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (digest) DO NOTHING`,
					v.Digest[:], v.Identity[:], v.Rule, v.Key, t.at, l.opt.User, l.opt.Host, hex.EncodeToString(source[:]))
				if err != nil {
					return err
				}
				n += one
			}
			return nil
		})
		if err != nil {
			return added, storageError("保存已核实的提醒", err)
		}
		added += int(n)
	}
	return added, nil
}

// Verified are all verifications of a ledger at one moment: 16 bytes each, and a
// person has made each by hand. The zero value has none.
type Verified struct{ digests []Digest } // ascending

// Has reports whether a warning is verified.
func (v *Verified) Has(d Digest) bool {
	if v == nil {
		return false
	}
	_, found := slices.BinarySearchFunc(v.digests, d, func(a, b Digest) int { return bytes.Compare(a[:], b[:]) })
	return found
}

// Empty reports whether nothing is verified.
func (v *Verified) Empty() bool { return v == nil || len(v.digests) == 0 }

// Verified reads all verifications, once for a run.
func (l *Ledger) Verified(ctx context.Context) (*Verified, error) {
	out := &Verified{}
	if !l.read.exists() {
		return out, nil
	}
	err := l.read.query(ctx, func(q queryer) error {
		out.digests = out.digests[:0]
		rows, err := q.QueryContext(ctx, `SELECT digest FROM verified ORDER BY digest`)
		return eachRow(rows, err, func(rs *sql.Rows) error {
			var d sql.RawBytes
			err := rs.Scan(&d)
			if len(d) == len(Digest{}) {
				out.digests = append(out.digests, Digest(d))
			}
			return err
		})
	})
	return out, storageError("查询", err)
}

// Verification digests a warning: the entry's identity, the rule's id and every
// value that the rule looked at, in a fixed order (each as its path in data.json
// and its text, so that a value that moved is another).
func (d *Digester) Verification(identity Digest, rule string, values ...string) Digest {
	m := d.pool.Get().(*mac)
	defer d.pool.Put(m)
	m.buf = append(m.buf[:0], 'v')
	m.buf = append(m.buf, identity[:]...)
	m.buf = appendPart(m.buf, rule)
	for _, v := range values {
		m.buf = appendPart(m.buf, v)
	}
	return Digest(m.digest()[:16])
}

// verifiedOf adds the verifications of some records.
func verifiedOf(ctx context.Context, q queryer, among string, ids []any, at map[int64]*SubmissionView) error {
	rows, err := q.QueryContext(ctx, `SELECT v.rule, v.at, v.os_user, v.host, v.source, s.id FROM verified v JOIN submissions s ON s.identity = v.identity WHERE s.id `+among+` ORDER BY v.id`, ids...)
	return eachRow(rows, err, func(rs *sql.Rows) error {
		var id int64
		one, err := scanVerified(rs, &id)
		if err != nil {
			return err
		}
		at[id].Verified = append(at[id].Verified, one)
		return nil
	})
}

// verifiedAlone are the verifications under some keys whose examinations were
// never sent: a view for each, in no state.
func verifiedAlone(ctx context.Context, q queryer, keys []string) ([]SubmissionView, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	args := make([]any, len(keys))
	for i := range keys {
		args[i] = keys[i]
	}
	var out []SubmissionView
	var last []byte
	rows, err := q.QueryContext(ctx, `SELECT v.rule, v.at, v.os_user, v.host, v.source, v.exam_key, v.identity FROM verified v WHERE v.exam_key IN (`+placeholders(len(args))+`)
 AND NOT EXISTS (SELECT 1 FROM submissions s WHERE s.identity = v.identity) ORDER BY v.identity, v.id`, args...)
	err = eachRow(rows, err, func(rs *sql.Rows) error {
		var key string
		var identity []byte
		one, err := scanVerified(rs, &key, &identity)
		if err != nil {
			return err
		}
		if !bytes.Equal(identity, last) {
			last = identity
			out = append(out, SubmissionView{Key: key})
		}
		v := &out[len(out)-1]
		v.Updated = one.At
		v.Verified = append(v.Verified, one)
		return nil
	})
	return out, err
}

func scanVerified(rs *sql.Rows, more ...any) (VerifiedView, error) {
	var v VerifiedView
	var at int64
	err := rs.Scan(append([]any{&v.Rule, &at, &v.User, &v.Host, &v.Source}, more...)...)
	v.At = fromMicro(at)
	return v, err
}
