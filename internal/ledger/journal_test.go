package ledger

import (
	"context"
	"database/sql/driver"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"hbupload/internal/pgtest"
)

// copiedFolder: a data folder that was copied to the next computer does not make
// the two one machine: neither gives up what the other is sending.
func copiedFolder(t *testing.T, server *pgtest.Server) {
	ctx := context.Background()
	first := sharedSite(t, server)
	a := open(t, first)
	ra, _ := begin(t, a, Policy{})
	if _, _, err := ra.ClaimOne(ctx, invented(1).entry(a.Digester())); err != nil {
		t.Fatal(err)
	}
	copied := first.another(t)
	name, err := os.ReadFile(filepath.Join(first.dir, MachineName))
	if err == nil {
		err = os.WriteFile(filepath.Join(copied.dir, MachineName), name, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := opened(t, first, func(o *Options) { o.Host = "another box" }) // a share, or a whole disk
	for name, b := range map[string]*Ledger{"another folder": open(t, copied), "another computer": elsewhere} {
		if _, rec := begin(t, b, Policy{}); rec.Count != 0 {
			t.Errorf("%s: gave up what the original is sending: %+v", name, rec)
		}
		if s, err := b.Status(ctx); err != nil || s.Counts[StateClaimed] != 1 {
			t.Errorf("%s: status %+v, %v", name, s, err)
		}
	}
	if _, rec := begin(t, open(t, first), Policy{}); rec.Count != 1 {
		t.Errorf("the original knows its own: %+v", rec)
	}
}

// tightDisk is this machine's disk, which sometimes takes half a line only.
type tightDisk struct {
	osDisk
	full *atomic.Bool
}

func (d tightDisk) Append(path string) (file, error) {
	f, err := d.osDisk.Append(path)
	if err == nil && d.full.Load() {
		return halfFile{f}, nil
	}
	return f, err
}

type halfFile struct{ file }

func (h halfFile) Write(data []byte) (int, error) {
	n, _ := h.file.Write(data[:len(data)/2])
	return n, syscall.ENOSPC
}

// tornJournal: a line that the local disk did not take whole costs its own answer
// and no other, and is kept for a person to see.
func tornJournal(t *testing.T, server *pgtest.Server) {
	ctx := context.Background()
	cable, at := through(t, server, sharedSite(t, server))
	var full atomic.Bool
	l := opened(t, at, func(o *Options) { o.Patience, o.disk = 1, tightDisk{full: &full} })
	r, _ := begin(t, l, Policy{})
	var entries []Entry
	for n := 1; n <= 3; n++ {
		entries = append(entries, invented(n).entry(l.Digester()))
	}
	claims, _, err := r.Claim(ctx, entries)
	if err != nil {
		t.Fatal(err)
	}
	cable.Cut()
	for n, c := range claims {
		full.Store(n == 1)
		if err := r.Settle(ctx, c, Settlement{Class: ClassAccepted}); err != nil {
			t.Fatal(err)
		}
		if err := r.wait(ctx); err != nil {
			t.Fatal(err)
		}
	}
	_ = l.Close() // as a kill would: nothing more is told
	cable.Mend()
	again := open(t, at)
	if _, rec := begin(t, again, Policy{}); rec.Late != 2 || rec.Count != 1 {
		t.Errorf("recovered %+v", rec)
	}
	for n, want := range []Verdict{Skip, HoldInDoubt, Skip} {
		if d := planOne(t, again, entries[n], Policy{}); d.Action != want {
			t.Errorf("person %d: %s, want %s", n+1, d.Action, want)
		}
	}
	if kept, _ := filepath.Glob(filepath.Join(at.dir, JournalName+"*")); len(kept) != 1 || !strings.Contains(kept[0], ".damaged-") {
		t.Errorf("kept %q", kept)
	}
}

// journalWhileTelling: what fails while earlier answers are told stays on disk.
func journalWhileTelling(t *testing.T, server *pgtest.Server) {
	ctx := context.Background()
	l := open(t, sharedSite(t, server))
	r, _ := begin(t, l, Policy{})
	claims, _, err := r.Claim(ctx, []Entry{invented(1).entry(l.Digester()), invented(2).entry(l.Digester())})
	if err != nil {
		t.Fatal(err)
	}
	gate := make(chan struct{})
	if err := l.w.submit(ctx, job{run: func(*tx) error { <-gate; return nil }, done: func(error) {}}); err != nil {
		t.Fatal(err)
	}
	answer := func(n int) settleJob {
		return settleJob{claim: claims[n], answer: Settlement{Class: ClassAccepted, At: l.opt.Now()}}
	}
	r.keep(answer(0), driver.ErrBadConn)
	told := make(chan error, 1)
	go func() { told <- r.Flush(ctx) }()
	eventually(t, "the first is being told", func() bool { return r.Err() == nil })
	r.keep(answer(1), driver.ErrBadConn)
	close(gate)
	if err := <-told; err != nil {
		t.Fatal(err)
	}
	own, _, _, err := journalOf(l).Read()
	if err != nil || len(own) == 0 || own[len(own)-1].Attempt != claims[1].AttemptID {
		t.Errorf("the journal holds %+v, %v", own, err)
	}
	if err := r.Finish(ctx, Summary{}); err != nil {
		t.Fatal(err)
	}
	if n := l.machines.untold(); n != 0 {
		t.Errorf("%d lines are left", n)
	}
}

// hardErrors: an answer that the database will not take for any other reason is
// kept on disk too.
func hardErrors(t *testing.T, server *pgtest.Server) {
	ctx := context.Background()
	at := sharedSite(t, server)
	schema := strings.SplitN(at.url, "search_path=", 2)[1]
	l := open(t, at)
	r, _ := begin(t, l, Policy{})
	e := invented(1).entry(l.Digester())
	c, _, err := r.ClaimOne(ctx, e)
	if err != nil {
		t.Fatal(err)
	}
	server.SQL(t, "postgres", `CREATE FUNCTION `+schema+`.no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = 'insufficient_privilege'; END $$`,
		`CREATE TRIGGER no BEFORE UPDATE ON `+schema+`.attempts EXECUTE FUNCTION `+schema+`.no()`)
	if err := r.Settle(ctx, c, Settlement{Class: ClassAccepted}); err != nil {
		t.Fatal(err)
	}
	if err := r.Finish(ctx, Summary{}); kindOf(err) != "config" {
		t.Errorf("Finish = %v", err)
	}
	server.SQL(t, "postgres", `DROP TRIGGER no ON `+schema+`.attempts`)
	if _, rec := begin(t, l, Policy{}); rec.Late != 1 || rec.Count != 0 {
		t.Errorf("recovered %+v", rec)
	}
	if d := planOne(t, l, e, Policy{}); d.Action != Skip {
		t.Errorf("Plan = %+v", d)
	}
}

// weightyAnswers: a journal says that a record was accepted, which another machine
// has sent again meanwhile, at a person's word, and was refused.
func weightyAnswers(t *testing.T, server *pgtest.Server) {
	ctx := context.Background()
	first := sharedSite(t, server)
	schema := strings.SplitN(first.url, "search_path=", 2)[1]
	for n, class := range []Class{ClassRejected, ClassNotProcessed, ClassUnknown} {
		a, b := open(t, first), open(t, first.another(t))
		ra, _ := begin(t, a, Policy{})
		p := invented(n)
		e := p.entry(a.Digester())
		c, _, err := ra.ClaimOne(ctx, e)
		if err != nil || !c.OK() {
			t.Fatal(err)
		}
		if err := journalOf(a).Append(answerOf(settleJob{claim: c, answer: Settlement{Class: ClassAccepted, At: a.opt.Now()}})); err != nil {
			t.Fatal(err)
		}
		server.SQL(t, "postgres", `UPDATE `+schema+`.runs SET alive = 0`)
		rb, _ := begin(t, b, Policy{})
		if _, err := b.Resolve(ctx, p.key, AsResend); err != nil {
			t.Fatal(err)
		}
		send(t, rb, e, class)
		begin(t, a, Policy{})
		if d := planOne(t, b, e, Policy{}); d.Action != Skip {
			t.Errorf("sent again and %s, but accepted the first time: %s (%s)", class, d.Action, d.Reason)
		}
		if problems, err := b.Check(ctx); err != nil || len(problems) > 0 {
			t.Errorf("Check = %q, %v", problems, err)
		}
	}
}

// fallenBack: the database comes back in an older state, without some claims and
// with their numbers free again.
func fallenBack(t *testing.T, server *pgtest.Server) {
	ctx := context.Background()
	first := sharedSite(t, server)
	schema := strings.SplitN(first.url, "search_path=", 2)[1]
	a, b := open(t, first), opened(t, first.another(t), func(o *Options) { o.Now = time.Now })
	ra, _ := begin(t, a, Policy{})
	rb, _ := begin(t, b, Policy{})
	var entries []Entry
	for n := range 4 {
		entries = append(entries, invented(n).entry(a.Digester()))
	}
	claims, _, err := ra.Claim(ctx, entries)
	if err != nil {
		t.Fatal(err)
	}
	server.SQL(t, "postgres", `SET session_replication_role = replica; DELETE FROM `+schema+`.leaves; DELETE FROM `+schema+`.attempts; DELETE FROM `+schema+`.submissions;`,
		`SELECT setval(pg_get_serial_sequence('`+schema+`.attempts', 'id'), 1, false), setval(pg_get_serial_sequence('`+schema+`.submissions', 'id'), 1, false)`)
	other := invented(9).entry(b.Digester())
	taken, _, err := rb.ClaimOne(ctx, other)
	if err != nil || taken.AttemptID != claims[0].AttemptID || taken.SubmissionID != claims[0].SubmissionID {
		t.Fatalf("%+v, %v", taken, err)
	}
	for n, class := range []Class{ClassAccepted, ClassUnknown, ClassRejected, ClassNotProcessed} {
		if err := ra.Settle(ctx, claims[n], Settlement{Class: class}); err != nil {
			t.Fatal(err)
		}
	}
	if err := ra.Flush(ctx); err != nil {
		t.Errorf("Flush = %v", err)
	}
	for n, want := range []Verdict{Skip, HoldInDoubt, Send, Send} {
		if d := planOne(t, a, entries[n], Policy{}); d.Action != want {
			t.Errorf("person %d: %s (%s), want %s", n, d.Action, d.Reason, want)
		}
	}
	if d := planOne(t, a, other, Policy{}); d.PriorState != StateClaimed {
		t.Errorf("another's claim: %+v", d)
	}
	var no *Refusal
	if err := ra.Confirm(ctx, claims[0]); errors.As(err, &no) {
		t.Errorf("a young claim: %v", err)
	}
	if problems, err := b.Check(ctx); err != nil || len(problems) > 0 {
		t.Errorf("Check = %q, %v", problems, err)
	}
}
