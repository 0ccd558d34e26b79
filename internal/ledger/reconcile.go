package ledger

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
)

// Judgement is what the platform's own list says of one record in doubt.
type Judgement struct {
	SubmissionID int64
	How          How // AsSent: the list has it; AsResend: the list is whole and does not have it
	Attempts     int // the record's attempts when it was compared (Standing, or the length of SubmissionView.Attempts)
}

// Judged is what became of a judgement.
type Judged struct {
	Settled bool
	State   State  // where the record stands now
	Reason  string // why it was not settled (one Chinese sentence)
}

// Reconcile settles records in doubt by the platform's own list, whose SHA-256 is
// list: as accepted, or to be sent again by the next push. Each record is settled
// only if it is still in doubt, nobody has sent it since it was compared, and the
// list can decide it: a list of persons says nothing about a change of what was
// accepted before, and does not tell two doubtful contents apart. Results are in
// the order of the judgements. The marks name the list; History shows them.
//
// The caller makes sure that an AsResend rests on a list that was made after the
// record's last attempt (Standing.LastSent).
func (l *Ledger) Reconcile(ctx context.Context, list [32]byte, judgements []Judgement) ([]Judged, error) {
	if l.w == nil {
		return nil, readOnlyError()
	}
	if err := l.doubtDead(ctx); err != nil {
		return nil, err
	}
	out := make([]Judged, len(judgements))
	for start := 0; start < len(judgements); start += planChunk {
		end := min(start+planChunk, len(judgements))
		err := l.w.do(ctx, func(t *tx) error {
			for i := start; i < end; i++ {
				var err error
				if out[i], err = judge(t, judgements[i], l.opt, hex.EncodeToString(list[:])); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return out[:start], storageError("保存标记", err)
		}
	}
	l.remember(ctx)
	return out, nil
}

// doubtDead makes doubts of the claims of dead runs, when there are claims and no
// run is alive.
func (l *Ledger) doubtDead(ctx context.Context) error {
	var claims bool
	err := l.read.query(ctx, func(q queryer) error {
		return q.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM submissions WHERE state = 'claimed')`).Scan(&claims)
	})
	if err != nil || !claims {
		return storageError("查询", err)
	}
	return l.recoverAlone(ctx)
}

// judge settles one record, or says why not.
func judge(t *tx, j Judgement, who Options, list string) (Judged, error) {
	if j.How != AsSent && j.How != AsResend {
		return Judged{}, fmt.Errorf("a list cannot say %q", j.How)
	}
	r, err := rowByID(t, j.SubmissionID)
	if err != nil {
		return Judged{}, err
	}
	out := Judged{State: r.state}
	if out.Reason, err = undecided(t, r, j); err != nil || out.Reason != "" {
		return out, err
	}
	f, err := markRow(t, r, j.How.Action(), who, list)
	var no *Refusal
	if errors.As(err, &no) {
		out.Reason = no.Reason
		return out, nil
	}
	out.Settled = err == nil
	out.State = f.State
	return out, err
}

// undecided says why a list cannot decide a record in doubt, "" where it can.
func undecided(t *tx, r *row, j Judgement) (string, error) {
	if r.state != StateInDoubt {
		return "", nil // Step says so
	}
	if r.attempts != j.Attempts {
		return "核对期间该记录又发送过，请用新的名单再核对。", nil
	}
	if r.hasAccepted && (j.How == AsResend || r.accepted != r.content) {
		return "该记录以前已被接收过，名单说不明这次的更改是否收到，请在平台上打开这个人核对内容。", nil
	}
	if j.How != AsSent {
		return "", nil
	}
	var contents int
	err := t.QueryRow(`SELECT count(DISTINCT content) FROM attempts WHERE submission_id = ? AND outcome = 'unknown'`, []any{r.id}, &contents)
	if err == nil && contents > 1 {
		return "该记录用不同的内容发送过几次，名单说不明平台收到的是哪一份，请在平台上打开这个人核对内容。", nil
	}
	return "", err
}
