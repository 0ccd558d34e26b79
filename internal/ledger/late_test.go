package ledger

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"testing"
)

// conformLateAnswers: an answer that comes after its attempt was given up settles
// the doubt, as long as nothing else has happened to the record.
func conformLateAnswers(t *testing.T, fresh maker) {
	for _, tc := range []struct {
		name   string
		before Class // an answer to an earlier attempt, of other content
		late   Class
		mark   How // of a person, in between
		want   State
		refuse bool
		next   Verdict // of the next push of the same content
	}{
		{"accepted", "", ClassAccepted, "", StateAccepted, false, Skip},
		{"rejected", "", ClassRejected, "", StateRejected, false, Send},
		{"not processed", "", ClassNotProcessed, "", StateUndelivered, false, Send},
		{"unknown", "", ClassUnknown, "", StateInDoubt, false, HoldInDoubt},
		{"accepted, marked --resend and not sent yet", "", ClassAccepted, AsResend, StateAccepted, false, Skip},
		{"rejected, marked --sent", "", ClassRejected, AsSent, StateAccepted, true, Skip},
		{"a change accepted", ClassAccepted, ClassAccepted, "", StateAccepted, false, Skip},
		{"a change refused stays a person's matter", ClassAccepted, ClassRejected, "", StateInDoubt, false, HoldInDoubt},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			ctx := context.Background()
			l := open(t, fresh(t))
			p := invented(1)
			r, _ := begin(t, l, Policy{Resend: ResendChanged})
			if tc.before != "" {
				send(t, r, p.entry(l.Digester()), tc.before)
				p.result = "异常"
			}
			e := p.entry(l.Digester())
			c, _, err := r.ClaimOne(ctx, e)
			if err != nil || !c.OK() {
				t.Fatal(err)
			}
			if _, rec := begin(t, l, Policy{}); rec.Count != 1 {
				t.Fatalf("recovered %+v", rec)
			}
			if tc.mark != "" {
				if _, err := l.Resolve(ctx, p.key, tc.mark); err != nil {
					t.Fatal(err)
				}
			}
			if err := r.Settle(ctx, c, Settlement{Class: tc.late, HTTPStatus: 200, Message: "晚到的答复"}); err != nil {
				t.Fatal(err)
			}
			var no *Refusal
			if err := r.Flush(ctx); (err != nil) != tc.refuse || tc.refuse && !errors.As(err, &no) {
				t.Errorf("Flush = %v, refused: %v", err, tc.refuse)
			}
			h, err := l.History(ctx, Filter{Keys: []string{p.key}})
			if err != nil || len(h) != 1 || h[0].State != tc.want {
				t.Fatalf("history %+v, %v; want %s", h, err, tc.want)
			}
			a := h[0].Attempts[len(h[0].Attempts)-1]
			if told := a.Outcome == tc.late && strings.HasPrefix(a.Note, lateNote) && a.Message == "晚到的答复"; told != (!tc.refuse && tc.want != StateInDoubt) {
				t.Errorf("the attempt says %+v", a)
			}
			if d := planOne(t, l, e, Policy{}); d.Action != tc.next {
				t.Errorf("next push: %s (%s), want %s", d.Action, d.Reason, tc.next)
			}
			if problems, err := l.Check(ctx); err != nil || len(problems) > 0 {
				t.Errorf("Check = %q, %v", problems, err)
			}
		})
	}
}

// conformOddTexts: file names are any bytes, and a CSV may hold what no database
// likes.
func conformOddTexts(t *testing.T, fresh maker) {
	t.Parallel()
	l := open(t, fresh(t))
	ctx := context.Background()
	r, _ := begin(t, l, Policy{})
	e := invented(1).entry(l.Digester())
	e.Key, e.File = "TJ\x00一?$1", "导\xff出.xlsx"
	c, _, err := r.ClaimOne(ctx, e)
	if err != nil || !c.OK() {
		t.Fatalf("Claim = %+v, %v", c, err)
	}
	if err := r.Settle(ctx, c, Settlement{Class: ClassUnknown, Message: "坏\xf0\x00字?"}); err != nil {
		t.Fatal(err)
	}
	if err := r.Flush(ctx); err != nil {
		t.Fatal(err)
	}
	if d := planOne(t, l, e, Policy{}); d.Action != HoldInDoubt {
		t.Errorf("Plan = %+v", d)
	}
	if c, err := l.Resolve(ctx, e.Key, AsSent); err != nil || c.State != StateAccepted {
		t.Errorf("Resolve = %+v, %v", c, err)
	}
	other := e
	other.Identity[0] ^= 1
	if d := planOne(t, l, other, Policy{}); d.Action != KeyIdentity {
		t.Errorf("the key of another identity: %+v", d)
	}
}

// conformPanic: a panic within a commit reaches whoever waits for it, and the
// ledger goes on.
func conformPanic(t *testing.T, fresh maker) {
	t.Parallel()
	l := open(t, fresh(t))
	ctx := context.Background()
	err := l.w.do(ctx, func(*tx) error { panic("姓名") })
	if kindOf(storageError("测试", err)) != "internal" || strings.Contains(err.Error(), "姓名") {
		t.Errorf("a panic became %v", err)
	}
	r, _ := begin(t, l, Policy{})
	send(t, r, invented(1).entry(l.Digester()), ClassAccepted)
	if d := planOne(t, l, invented(1).entry(l.Digester()), Policy{}); d.Action != Skip {
		t.Errorf("after a panic: %+v", d)
	}
}

// conformTables: what is copied between the databases is all there is, so that no
// column can be forgotten in a backup or a move.
func conformTables(t *testing.T, fresh maker) {
	t.Parallel()
	l := open(t, fresh(t))
	query := `SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name <> ?`
	if l.opt.shared() {
		query = `SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name <> ?`
	}
	there := map[string][]string{}
	err := l.read.query(context.Background(), func(q queryer) error {
		rows, err := q.QueryContext(context.Background(), query, "schema_version")
		return eachRow(rows, err, func(rs *sql.Rows) error {
			var table, column string
			err := rs.Scan(&table, &column)
			there[table] = append(there[table], column)
			return err
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, copied := range tables() {
		got, want := slices.Sorted(slices.Values(there[copied.name])), slices.Sorted(slices.Values(copied.columns))
		if !slices.Equal(got, want) {
			t.Errorf("%s has %v, copied are %v", copied.name, got, want)
		}
		delete(there, copied.name)
	}
	if len(there) > 0 {
		t.Errorf("tables that are not copied: %v", there)
	}
}
