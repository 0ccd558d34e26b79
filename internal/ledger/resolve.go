package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"hbupload/internal/fault"
)

// How says what an operator decided about a record.
type How string

// The decisions of resolve.
const (
	AsSent       How = "sent"        // the platform has it
	AsResend     How = "resend"      // the platform does not have it; the next push sends
	AsSamePerson How = "same-person" // the corrected name is the same person's; the next push sends
)

// Action is the step of the state machine.
func (h How) Action() Action {
	switch h {
	case AsSent:
		return ActMarkSent
	case AsResend:
		return ActMarkResend
	}
	return ActMarkSamePerson
}

// Candidate is a record that a key may mean.
type Candidate struct {
	SubmissionID int64
	Institution  string
	Key, File    string
	State        State
	Updated      time.Time // the last attempt or mark
}

// ambiguousKey is the error of a key that several records have.
type ambiguousKey struct {
	Key        string
	Candidates []Candidate
}

// Error lists the candidates.
func (a *ambiguousKey) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "体检编号 %s 在台账中有 %d 条记录：", a.Key, len(a.Candidates))
	for i, c := range a.Candidates {
		if i > 0 {
			b.WriteString("；")
		}
		fmt.Fprintf(&b, "编号 #%d，文件 %s，%s，%s", c.SubmissionID, c.File, c.Updated.Local().Format("2006-01-02 15:04"), c.State.Label())
	}
	return b.String() + "。"
}

// Kind is usage: nothing was changed.
func (a *ambiguousKey) Kind() fault.Kind { return fault.Usage }

// Hint says how to name one of them.
func (a *ambiguousKey) Hint() string {
	return "用“#编号”指明其中一条，例如 hbupload resolve '#12' --sent。"
}

// Resolve marks the record that a key (or "#" and a record's number) means.
func (l *Ledger) Resolve(ctx context.Context, key string, how How) (Candidate, error) {
	all, err := l.ResolveAll(ctx, []string{key}, how)
	if err != nil {
		return Candidate{}, err
	}
	return all[0], nil
}

// ResolveAll marks the records that keys (or "#" and a record's number) mean, all
// of them or none. It only marks: the next push acts. Errors are *ambiguousKey or
// *Refusal. A claim that a killed run left behind counts as doubt when no run is
// alive. A record named twice is marked, and returned, once.
func (l *Ledger) ResolveAll(ctx context.Context, keys []string, how How) ([]Candidate, error) {
	if l.w == nil {
		return nil, readOnlyError()
	}
	var all []Candidate
	for _, key := range keys {
		c, err := l.meant(ctx, key, how)
		if err != nil {
			return nil, noneMarked(keys, err)
		}
		if !slices.ContainsFunc(all, func(o Candidate) bool { return o.SubmissionID == c.SubmissionID }) {
			all = append(all, c)
		}
	}
	err := l.w.do(ctx, func(t *tx) error {
		for i := range all {
			after, err := mark(t, all[i].SubmissionID, how.Action(), l.opt, "")
			if err != nil {
				return noneMarked(keys, about(all[i].Key, err))
			}
			all[i].State = after.State
		}
		return nil
	})
	if err != nil {
		return nil, storageError("保存标记", err)
	}
	l.remember(ctx)
	return all, nil
}

// about names the record that a refusal is about.
func about(key string, err error) error {
	var no *Refusal
	if !errors.As(err, &no) {
		return err
	}
	return refuse(facts{State: no.From}, no.Action, "体检编号 "+key+"："+no.Reason)
}

// noneMarked says of several keys that the refusal of one is that of all.
func noneMarked(keys []string, err error) error {
	var no *Refusal
	if len(keys) < 2 || !errors.As(err, &no) {
		return err
	}
	return refuse(facts{State: no.From}, no.Action, strings.TrimSuffix(no.Reason, "。")+"；其余的也没有标记。")
}

// meant is the one record that a key means.
func (l *Ledger) meant(ctx context.Context, key string, how How) (Candidate, error) {
	found, err := l.Candidates(ctx, key)
	if err == nil && hasClaim(found) {
		if err = l.recoverAlone(ctx); err == nil {
			found, err = l.Candidates(ctx, key)
		}
	}
	if err != nil {
		return Candidate{}, err
	}
	return choose(key, found, how.Action())
}

func hasClaim(cs []Candidate) bool {
	for _, c := range cs {
		if c.State == StateClaimed {
			return true
		}
	}
	return false
}

// recoverAlone recovers when no run is alive; while one is, it leaves everything.
func (l *Ledger) recoverAlone(ctx context.Context) error {
	lock, err := l.Lock(ctx, Holder{Host: l.opt.Host, User: l.opt.User, Command: "resolve"})
	if err != nil {
		if fault.Is(err, fault.Locked) {
			return nil
		}
		return err
	}
	defer func() { _ = lock.Unlock() }()
	_, err = l.Recover(ctx)
	return err
}

// Candidates lists the records that a key, or "#" and a number, may mean.
func (l *Ledger) Candidates(ctx context.Context, key string) ([]Candidate, error) {
	var out []Candidate
	if !l.read.exists() {
		return nil, nil
	}
	where := `exam_key IN (?, ?)`
	args := []any{key, l.digester.Mask(key)}
	if id, ok := recordNumber(key); ok {
		where = `id = ?`
		args = []any{id}
	}
	err := l.read.query(ctx, func(q queryer) error {
		out = nil
		rows, err := q.QueryContext(ctx, `SELECT id, institution, exam_key, file, state, updated FROM submissions WHERE `+where+` ORDER BY updated, id`, args...)
		return eachRow(rows, err, func(rs *sql.Rows) error {
			var c Candidate
			var at int64
			err := rs.Scan(&c.SubmissionID, &c.Institution, &c.Key, &c.File, &c.State, &at)
			c.Updated = fromMicro(at)
			out = append(out, c)
			return err
		})
	})
	return out, storageError("查询", err)
}

// choose picks the one record that is meant. Several are ambiguous even when only
// one is in doubt: a person who misremembers must not settle the wrong one.
func choose(key string, found []Candidate, a Action) (Candidate, error) {
	switch len(found) {
	case 0:
		return Candidate{}, &Refusal{From: StateNone, Action: a, Reason: "台账里没有体检编号 " + key + " 的记录。"}
	case 1:
		return found[0], nil
	}
	return Candidate{}, &ambiguousKey{Key: key, Candidates: found}
}

// mark takes a step that only marks, and remembers who did it. list names the
// platform's own list that says so, "" where a person does.
func mark(t *tx, id int64, a Action, who Options, list string) (facts, error) {
	r, err := rowByID(t, id)
	if err != nil {
		return facts{}, err
	}
	return markRow(t, r, a, who, list)
}

// rowByID returns a row by its number. Until the transaction ends nobody else
// changes it.
func rowByID(t *tx, id int64) (*row, error) {
	var identity []byte
	if err := t.QueryRow(`SELECT identity FROM submissions WHERE id = ?`, []any{id}, &identity); err != nil {
		return nil, err
	}
	return rowOf(t, Digest(identity))
}

// markRow is mark of a row that the transaction holds.
func markRow(t *tx, r *row, a Action, who Options, list string) (facts, error) {
	f := r.facts()
	id := r.id
	if a == ActMarkResend && r.content == r.accepted {
		// Sent once more although accepted (--resend all), and now a person says
		// that it is not there: then nothing of it is.
		f.HasAccepted = false
	}
	f, err := step(f, a)
	if err != nil {
		return f, err
	}
	switch a {
	case ActMarkSent:
		_, err = t.Exec(`UPDATE submissions SET state = 'accepted', accepted = content, doubt = NULL, resend = FALSE, same_person = FALSE, updated = ? WHERE id = ?`, t.at, id)
		if err == nil {
			err = dropLeaves(t, id, r.content)
		}
	default:
		_, err = t.Exec(`UPDATE submissions SET state = ?, content = CASE WHEN ? = 'accepted' THEN accepted ELSE content END,
 accepted = CASE WHEN ? THEN accepted END, resend = ?, same_person = ?, updated = ? WHERE id = ?`, f.State, f.State, f.HasAccepted, f.Resend, f.SamePerson, t.at, id)
	}
	if err != nil {
		return f, err
	}
	return f, noteBy(t, id, a, who, list)
}

// note appends to the marks.
func note(t *tx, id int64, a Action, who Options) error { return noteBy(t, id, a, who, "") }

// noteBy is note of a mark that rests on the platform's own list.
func noteBy(t *tx, id int64, a Action, who Options, list string) error {
	_, err := t.insert(`INSERT INTO marks (submission_id, at, os_user, host, action, list) VALUES (?, ?, ?, ?, ?, ?)`,
		id, t.at, who.User, who.Host, string(a), list)
	return err
}
