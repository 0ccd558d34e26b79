package ledger

import (
	"context"
	"database/sql"
	"fmt"
)

// Check examines the ledger's file for doctor: Chinese sentences, none when it is
// sound. A missing ledger is sound.
func (l *Ledger) Check(ctx context.Context) ([]string, error) {
	if !l.read.exists() {
		return nil, nil
	}
	var out []string
	err := l.read.do(ctx, func(db *sql.DB) (err error) {
		out, err = integrity(ctx, db)
		return err
	})
	return out, storageError("检查", err)
}

// integrity runs the database's own checks and ours.
func integrity(ctx context.Context, q queryer) ([]string, error) {
	var out []string
	rows, err := q.QueryContext(ctx, `PRAGMA integrity_check(5)`)
	err = eachRow(rows, err, func(rs *sql.Rows) error {
		var s string
		err := rs.Scan(&s)
		if err == nil && s != "ok" {
			out = append(out, "台账文件损坏："+s)
		}
		return err
	})
	if err != nil || len(out) > 0 {
		return out, err
	}
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
