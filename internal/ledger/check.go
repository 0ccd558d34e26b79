package ledger

import (
	"context"
	"fmt"
)

// Check examines the ledger for doctor: Chinese sentences, none when it is
// sound. A missing ledger is sound.
func (l *Ledger) Check(ctx context.Context) ([]string, error) {
	if !l.read.exists() {
		return nil, nil
	}
	out, err := l.read.integrity(ctx)
	if err == nil && len(out) == 0 {
		err = l.read.query(ctx, func(q queryer) (err error) {
			out, err = consistency(ctx, q)
			return err
		})
	}
	return out, storageError("检查", err)
}

// consistency asks whether what the tables say of each other agrees.
func consistency(ctx context.Context, q queryer) ([]string, error) {
	var out []string
	for _, c := range []struct{ query, sentence string }{
		{`SELECT count(*) FROM submissions s WHERE s.attempt_id <> 0 AND NOT EXISTS (SELECT 1 FROM attempts a WHERE a.id = s.attempt_id AND a.submission_id = s.id)`, "%d 条记录缺少其发送经过。"},
		{`SELECT count(*) FROM submissions s JOIN attempts a ON a.id = s.attempt_id WHERE (s.state = 'claimed') <> (a.settled IS NULL)`, "%d 条记录的状态与其发送经过不符。"},
	} {
		var n int
		if err := q.QueryRowContext(ctx, c.query).Scan(&n); err != nil {
			return out, err
		}
		if n > 0 {
			out = append(out, fmt.Sprintf(c.sentence, n))
		}
	}
	return out, nil
}
