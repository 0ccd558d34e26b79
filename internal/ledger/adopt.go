package ledger

import (
	"context"
)

// Adoption is what became of one entry of Adopt.
type Adoption struct {
	Adopted bool   // now accepted because of this call
	Already bool   // accepted before, with the same content
	Reason  string // otherwise: why not (one Chinese sentence)
}

// Adopt records entries as sent elsewhere (by hand, by an older tool): accepted
// with their content, without an attempt. What is being sent, was accepted with
// other content, or has another name is left alone, with the reason. Results
// are in the order of the entries; each chunk is one transaction. The caller
// holds Lock, so claims without an answer are those of a dead run: they become
// doubt first.
func (l *Ledger) Adopt(ctx context.Context, entries []Entry) ([]Adoption, error) {
	if l.w == nil {
		return nil, readOnlyError()
	}
	out := make([]Adoption, len(entries))
	for start := 0; start < len(entries); start += planChunk {
		end := min(start+planChunk, len(entries))
		err := l.w.do(ctx, func(t *tx) error {
			err := l.machines.same(t)
			if err == nil {
				err = l.bind(t)
			}
			if err == nil {
				_, err = l.recoverClaims(t, l.opt.User, l.opt.Host)
			}
			for i := start; i < end && err == nil; i++ {
				out[i], err = l.adopt(t, &entries[i])
			}
			return err
		})
		if err != nil {
			return out[:start], storageError("登记已上报的记录", err)
		}
	}
	l.remember(ctx)
	return out, nil
}

func (l *Ledger) adopt(t *tx, e *Entry) (Adoption, error) {
	cur, err := rowFor(t, e)
	if err != nil {
		return Adoption{}, err
	}
	fresh := false
	if cur == nil {
		if cur, fresh, err = ensure(t, e, 0); err != nil {
			return Adoption{}, err
		}
	}
	var f facts
	if !fresh {
		f = cur.facts()
		if no := notAdoptable(e, cur); no != nil {
			return *no, nil
		}
	}
	if _, err := step(f, ActAdopt); err != nil {
		return Adoption{Reason: err.Error()}, nil //nolint:nilerr // a refused step is the answer, not a failure
	}
	id := cur.id
	_, err = t.Exec(`UPDATE submissions SET state = 'accepted', content = ?, accepted = ?, doubt = NULL, resend = FALSE, same_person = FALSE, adopted = TRUE,
 name = ?, exam_key = ?, row_key = ?, file = ?, updated = ? WHERE id = ?`,
		e.Content[:], e.Content[:], e.Name[:], e.Key, e.RowKey, e.File, t.at, id)
	if err == nil {
		err = l.keepLeaves(t, id, e)
	}
	if err == nil && !fresh {
		err = dropLeaves(t, id, e.Content)
	}
	if err != nil {
		return Adoption{}, err
	}
	return Adoption{Adopted: true}, note(t, id, ActAdopt, l.opt)
}

// notAdoptable answers for a row that must stay as it is; nil when it may change.
func notAdoptable(e *Entry, r *row) *Adoption {
	switch {
	case r.state == StateClaimed || !r.facts().mayHold():
		return nil
	case r.name != e.Name && !r.samePerson:
		return &Adoption{Reason: "同一身份在台账中是另一个姓名；确认是同一人后先用 resolve --same-person。"}
	case r.state == StateAccepted && r.accepted == e.Content:
		return &Adoption{Already: true}
	case r.state == StateAccepted:
		return &Adoption{Reason: "台账中已有该记录被接收的另一份内容；请用 push 查看差异。"}
	}
	return nil
}
