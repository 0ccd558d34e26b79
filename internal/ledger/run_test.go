package ledger

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// conformOnlyOneClaimWins: handles of two "processes", many goroutines, the same identities.
func conformOnlyOneClaimWins(t *testing.T, fresh maker) {
	t.Parallel()
	at := fresh(t)
	const people, workers = 40, 4
	var won [people]atomic.Int32
	var wg sync.WaitGroup
	for h := 0; h < 2; h++ {
		l := open(t, at)
		// No BeginRun for the second: it would recover the first one's claims,
		// which the run lock forbids while that one lives.
		r, _ := begin(t, l, Policy{})
		for w := 0; w < workers; w++ {
			wg.Go(func() {
				for n := range people {
					c, d, err := r.ClaimOne(context.Background(), invented(n).entry(l.Digester()))
					switch {
					case err != nil:
						t.Errorf("Claim: %v", err)
					case c.OK():
						won[n].Add(1)
					case d.Action != HoldInDoubt:
						t.Errorf("the loser was told %+v", d)
					}
				}
			})
		}
	}
	wg.Wait()
	for n := range won {
		if got := won[n].Load(); got != 1 {
			t.Errorf("person %d was claimed %d times", n, got)
		}
	}
}

func conformBeginRunRecoversClaims(t *testing.T, fresh maker) {
	t.Parallel()
	l := open(t, fresh(t))
	r, rec := begin(t, l, Policy{})
	if rec.Count != 0 {
		t.Errorf("recovered %d of nothing", rec.Count)
	}
	ctx := context.Background()
	claims, _, err := r.Claim(ctx, []Entry{invented(1).entry(l.Digester()), invented(2).entry(l.Digester())})
	if err != nil || !claims[0].OK() || !claims[1].OK() {
		t.Fatal(err)
	}
	send(t, r, invented(3).entry(l.Digester()), ClassAccepted)
	next, rec := begin(t, l, Policy{})
	if rec.Count != 2 || len(rec.Keys) != 2 || rec.Keys[0] != "TJ0001" {
		t.Errorf("recovered %+v", rec)
	}
	h, err := l.History(ctx, Filter{Keys: []string{"TJ0001"}})
	if err != nil || len(h) != 1 || h[0].State != StateInDoubt || h[0].Attempts[0].Note != "no-answer" || h[0].Marks[0].Action != ActRecover {
		t.Errorf("history %+v, %v", h, err)
	}
	if d := planOne(t, l, invented(1).entry(l.Digester()), Policy{}); d.Action != HoldInDoubt {
		t.Errorf("Plan = %+v", d)
	}
	if err := next.Finish(ctx, Summary{ExitCode: 4, Counts: map[string]int{"in_doubt": 2}}); err != nil {
		t.Error(err)
	}
	if problems, err := l.Check(ctx); err != nil || len(problems) > 0 {
		t.Errorf("Check = %q, %v", problems, err)
	}
}

func conformSettleTwiceIsRefused(t *testing.T, fresh maker) {
	t.Parallel()
	l := open(t, fresh(t))
	r, _ := begin(t, l, Policy{})
	c := send(t, r, invented(1).entry(l.Digester()), ClassAccepted)
	if err := r.Settle(context.Background(), c, Settlement{Class: ClassRejected}); err != nil {
		t.Fatal(err)
	}
	if err := r.Flush(context.Background()); err == nil {
		t.Error("accepted became rejected")
	}
	if err := r.Settle(context.Background(), Claim{}, Settlement{Class: ClassAccepted}); err == nil {
		t.Error("a zero claim was settled")
	}
}

func conformRetryIsAFurtherAttempt(t *testing.T, fresh maker) {
	t.Parallel()
	l := open(t, fresh(t))
	ctx := context.Background()
	r, _ := begin(t, l, Policy{})
	e := invented(1).entry(l.Digester())
	c, _, err := r.ClaimOne(ctx, e)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Retry(ctx, c); err == nil {
		t.Error("an open attempt was retried")
	}
	for range 3 {
		if err := r.Settle(ctx, c, Settlement{Class: ClassNotProcessed, HTTPStatus: 503}); err != nil {
			t.Fatal(err)
		}
		again, err := r.Retry(ctx, c) // the queue is in order: no Flush needed
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.Retry(ctx, c); err == nil {
			t.Error("the same attempt was retried twice")
		}
		c = again
	}
	if c.Attempt != 4 {
		t.Errorf("attempt %d, want 4", c.Attempt)
	}
	if err := r.Settle(ctx, c, Settlement{Class: ClassAccepted, Duration: 7 * time.Millisecond}); err != nil {
		t.Fatal(err)
	}
	if err := r.Flush(ctx); err != nil {
		t.Fatal(err)
	}
	h, err := l.History(ctx, Filter{})
	if err != nil || len(h) != 1 || len(h[0].Attempts) != 4 || h[0].State != StateAccepted || h[0].Attempts[3].Duration != 7*time.Millisecond {
		t.Errorf("history %+v, %v", h, err)
	}
	if d := planOne(t, l, e, Policy{}); d.Attempts != 4 {
		t.Errorf("Attempts = %d", d.Attempts)
	}
}

// conformFallBack: what was accepted or in doubt stays so when a later attempt of
// other content fails.
func conformFallBack(t *testing.T, fresh maker) {
	t.Parallel()
	for _, tc := range []struct {
		first, second Class
		policy        Policy
		want          State
		oldContent    Verdict
		newContent    Verdict
	}{
		{ClassAccepted, ClassRejected, Policy{Resend: ResendChanged}, StateAccepted, Skip, Changed},
		{ClassAccepted, ClassNotProcessed, Policy{Resend: ResendChanged}, StateAccepted, Skip, Changed},
		{ClassAccepted, ClassUnknown, Policy{Resend: ResendChanged}, StateInDoubt, HoldInDoubt, HoldInDoubt},
		{ClassAccepted, ClassAccepted, Policy{Resend: ResendChanged}, StateAccepted, Changed, Skip},
		{ClassUnknown, ClassNotProcessed, Policy{InDoubt: ResendDoubts, Resend: ResendChanged}, StateInDoubt, HoldInDoubt, HoldInDoubt},
		{ClassUnknown, ClassRejected, Policy{InDoubt: ResendDoubts, Resend: ResendChanged}, StateRejected, Send, Send},
		{ClassRejected, ClassNotProcessed, Policy{}, StateUndelivered, Send, Send},
	} {
		t.Run(string(tc.first)+" then "+string(tc.second), func(t *testing.T) {
			t.Parallel()
			l := open(t, fresh(t))
			p := invented(1)
			older := p.entry(l.Digester())
			p.result = "异常"
			newer := p.entry(l.Digester())
			r, _ := begin(t, l, tc.policy)
			send(t, r, older, tc.first)
			c := send(t, r, newer, tc.second)
			h, err := l.History(context.Background(), Filter{Keys: []string{p.key}})
			if err != nil || h[0].State != tc.want || c.After(tc.second) != tc.want {
				t.Errorf("state %s (foretold %s), want %s; %v", h[0].State, c.After(tc.second), tc.want, err)
			}
			if d := planOne(t, l, older, Policy{}); d.Action != tc.oldContent {
				t.Errorf("old content: %s, want %s", d.Action, tc.oldContent)
			}
			if d := planOne(t, l, newer, Policy{}); d.Action != tc.newContent {
				t.Errorf("new content: %s, want %s", d.Action, tc.newContent)
			}
		})
	}
}

// conformKeysArePerFile: two files of one run may use one key for two people.
func conformKeysArePerFile(t *testing.T, fresh maker) {
	t.Parallel()
	l := open(t, fresh(t))
	a, b := invented(1), invented(2)
	b.key = a.key
	r, _ := begin(t, l, Policy{})
	send(t, r, a.entry(l.Digester()), ClassAccepted)
	send(t, r, b.entry(l.Digester()), ClassAccepted)
	var ambiguous *ambiguousKey
	if _, err := l.Resolve(context.Background(), a.key, AsSent); !errors.As(err, &ambiguous) || len(ambiguous.Candidates) != 2 || !strings.Contains(err.Error(), "体检.xlsx") {
		t.Errorf("Resolve = %v, want the two candidates", err)
	}
	third := invented(3)
	third.key = a.key
	if d := planOne(t, l, third.entry(l.Digester()), Policy{}); d.Action != KeyIdentity {
		t.Errorf("in a later run: %+v", d)
	}
	e := third.entry(l.Digester())
	e.RowKey = true
	if d := planOne(t, l, e, Policy{}); d.Action != Send {
		t.Errorf("a key that is only a row: %+v", d)
	}
	e.RowKey, e.Institution = false, "130000002"
	if d := planOne(t, l, e, Policy{}); d.Action != Send {
		t.Errorf("another institution: %+v", d)
	}
}

func conformResolveRefusals(t *testing.T, fresh maker) {
	t.Parallel()
	l := open(t, fresh(t))
	ctx := context.Background()
	r, _ := begin(t, l, Policy{})
	send(t, r, invented(1).entry(l.Digester()), ClassAccepted)
	send(t, r, invented(2).entry(l.Digester()), ClassRejected)
	for key, how := range map[string]How{"TJ0001": AsSent, "TJ0002": AsResend, "TJ0003": AsSent, "#77": AsSent} {
		_, err := l.Resolve(ctx, key, how)
		var refusal *Refusal
		if !errors.As(err, &refusal) || kindOf(err) != "usage" {
			t.Errorf("Resolve %s --%s = %v, want a refusal", key, how, err)
		}
	}
}

// conformResolveAll: several keys are marked all or none.
func conformResolveAll(t *testing.T, fresh maker) {
	t.Parallel()
	l := open(t, fresh(t))
	ctx := context.Background()
	r, _ := begin(t, l, Policy{})
	for n, class := range []Class{ClassUnknown, ClassUnknown, ClassAccepted} {
		send(t, r, invented(n+1).entry(l.Digester()), class)
	}
	for _, keys := range [][]string{{"TJ0001", "TJ0009"}, {"TJ0001", "TJ0003"}, {"TJ0003", "TJ0002"}} {
		if _, err := l.ResolveAll(ctx, keys, AsSent); kindOf(err) != "usage" || !strings.Contains(err.Error(), "其余的也没有标记") {
			t.Errorf("%v: %v", keys, err)
		}
	}
	if s, err := l.Status(ctx); err != nil || s.InDoubt != 2 {
		t.Fatalf("after refusals: %+v, %v", s, err)
	}
	got, err := l.ResolveAll(ctx, []string{"TJ0001", "TJ0002", "TJ0001"}, AsSent)
	if err != nil || len(got) != 2 || got[1].State != StateAccepted {
		t.Errorf("ResolveAll = %+v, %v", got, err)
	}
	if h, err := l.History(ctx, Filter{Keys: []string{"TJ0001"}}); err != nil || len(h[0].Marks) != 1 {
		t.Errorf("history %+v, %v", h, err)
	}
}

// conformResolveAfterCrash: a claim left by a dead run is a doubt, of a live one not.
func conformResolveAfterCrash(t *testing.T, fresh maker) {
	t.Parallel()
	at := fresh(t)
	l := open(t, at)
	ctx := context.Background()
	lock, err := l.Lock(ctx, Holder{PID: 4711, Host: "box"})
	if err != nil {
		t.Fatal(err)
	}
	r, _ := begin(t, l, Policy{})
	if _, _, err := r.ClaimOne(ctx, invented(1).entry(l.Digester())); err != nil {
		t.Fatal(err)
	}
	other := open(t, at)
	var refusal *Refusal
	if _, err := other.Resolve(ctx, "TJ0001", AsSent); !errors.As(err, &refusal) {
		t.Errorf("resolved what is being sent: %v", err)
	}
	if s, err := other.Status(ctx); err != nil || s.Counts[StateClaimed] != 1 || s.Running == nil || s.Running.PID != 4711 {
		t.Errorf("status of a live run: %+v, %v", s, err)
	}
	if err := lock.Unlock(); err != nil {
		t.Fatal(err)
	}
	if s, err := other.Status(ctx); err != nil || s.InDoubt != 1 || s.Running != nil {
		t.Errorf("status of a dead run: %+v, %v", s, err)
	}
	if c, err := other.Resolve(ctx, "TJ0001", AsSent); err != nil || c.State != StateAccepted {
		t.Errorf("Resolve = %+v, %v", c, err)
	}
}

func conformLockSaysWhoHoldsIt(t *testing.T, fresh maker) {
	t.Parallel()
	at := fresh(t)
	a, b := open(t, at), open(t, at)
	ctx := context.Background()
	lock, err := a.Lock(ctx, Holder{PID: 4711, Host: "体检中心", User: "zhang"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = b.Lock(ctx, Holder{PID: 2})
	if kindOf(err) != "locked" || !strings.Contains(err.Error(), "4711") || !strings.Contains(err.Error(), "体检中心") {
		t.Errorf("Lock = %v, want who holds it", err)
	}
	if err := lock.Unlock(); err != nil {
		t.Fatal(err)
	}
	// What a killed process leaves is only its info: the lock itself is free.
	if err := writeInfo(osDisk{}, infoPath(a.lockPath()), Holder{PID: 1}); err != nil {
		t.Fatal(err)
	}
	if _, alive := b.Running(); alive {
		t.Error("stale info counts as a running push")
	}
	again, err := b.Lock(ctx, Holder{PID: 2})
	if err != nil {
		t.Fatalf("after a kill: %v", err)
	}
	if err := again.Unlock(); err != nil {
		t.Error(err)
	}
}

func conformAdopt(t *testing.T, fresh maker) {
	t.Parallel()
	l := open(t, fresh(t))
	ctx := context.Background()
	r, _ := begin(t, l, Policy{})
	d := l.Digester()
	send(t, r, invented(1).entry(d), ClassUnknown)
	send(t, r, invented(2).entry(d), ClassAccepted)
	other, renamed := invented(2), invented(2)
	other.result = "异常"
	renamed.name = "测试改名"
	if _, _, err := r.ClaimOne(ctx, invented(4).entry(d)); err != nil {
		t.Fatal(err)
	}
	got, err := l.Adopt(ctx, []Entry{invented(1).entry(d), invented(2).entry(d), other.entry(d), renamed.entry(d), invented(3).entry(d), invented(4).entry(d)})
	if err != nil {
		t.Fatal(err)
	}
	want := []struct{ adopted, already bool }{{true, false}, {false, true}, {false, false}, {false, false}, {true, false}, {true, false}}
	for i, w := range want {
		if got[i].Adopted != w.adopted || got[i].Already != w.already || (!w.adopted && !w.already) != (got[i].Reason != "") {
			t.Errorf("entry %d: %+v, want %+v", i, got[i], w)
		}
	}
	if plan := planOne(t, l, invented(3).entry(d), Policy{}); plan.Action != Skip {
		t.Errorf("an adopted record would be sent: %+v", plan)
	}
	p := invented(3)
	p.result = "异常"
	if plan := planOne(t, l, p.entry(d), Policy{}); plan.Action != Changed || len(plan.ChangedPaths) != 1 {
		t.Errorf("an adopted record that changed: %+v", plan)
	}
}

// conformGivenUpResend: --resend all of something accepted, in doubt, and a person
// who says that the platform has nothing of it.
func conformGivenUpResend(t *testing.T, fresh maker) {
	t.Parallel()
	l := open(t, fresh(t))
	e := invented(1).entry(l.Digester())
	r, _ := begin(t, l, Policy{Resend: ResendAll})
	send(t, r, e, ClassAccepted)
	send(t, r, e, ClassUnknown)
	if d := planOne(t, l, e, Policy{}); d.Action != HoldInDoubt {
		t.Errorf("in doubt: %+v", d)
	}
	if c, err := l.Resolve(context.Background(), "TJ0001", AsResend); err != nil || c.State != StateInDoubt {
		t.Fatalf("Resolve = %+v, %v", c, err)
	}
	if d := planOne(t, l, e, Policy{}); d.Action != Send {
		t.Errorf("marked to be sent: %+v", d)
	}
}

// conformUnclaim: what was never sent is in no doubt after the end of its run.
func conformUnclaim(t *testing.T, fresh maker) {
	t.Parallel()
	l := open(t, fresh(t))
	ctx := context.Background()
	r, _ := begin(t, l, Policy{})
	e := invented(1).entry(l.Digester())
	c, _, err := r.ClaimOne(ctx, e)
	if err == nil {
		err = r.Unclaim(ctx, c)
	}
	if err == nil {
		err = r.Finish(ctx, Summary{ExitCode: 130})
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, rec := begin(t, l, Policy{}); rec.Count != 0 {
		t.Errorf("recovered %+v", rec)
	}
	if d := planOne(t, l, e, Policy{}); d.Action != Send || d.PriorState != StateUndelivered {
		t.Errorf("Plan = %+v", d)
	}
}

func conformStatusAndRuns(t *testing.T, fresh maker) {
	t.Parallel()
	l := open(t, fresh(t))
	ctx := context.Background()
	for code := range 3 {
		r, _ := begin(t, l, Policy{})
		send(t, r, invented(code).entry(l.Digester()), []Class{ClassAccepted, ClassUnknown, ClassNotProcessed}[code])
		if err := r.Finish(ctx, Summary{ExitCode: code * 2, Counts: map[string]int{"records": 1}}); err != nil {
			t.Fatal(err)
		}
	}
	s, err := l.Status(ctx)
	if err != nil || s.Undelivered != 1 || s.InDoubt != 1 || s.Counts[StateAccepted] != 1 || s.Total != 3 || len(s.Runs) != 3 {
		t.Errorf("status %+v, %v", s, err)
	}
	if s.LastGoodRun == nil || s.LastGoodRun.ID != 1 || s.LastRun.ID != 3 || s.LastRun.ExitCode != 4 || s.LastRun.Counts["records"] != 1 || s.LastRun.Files[0] != "体检.xlsx" {
		t.Errorf("runs %+v %+v", s.LastGoodRun, s.LastRun)
	}
	if s, err := l.Status(ctx, "another.xlsx"); err != nil || s.Total != 0 {
		t.Errorf("status of another file: %+v, %v", s, err)
	}
	h, err := l.History(ctx, Filter{States: []State{StateInDoubt, StateUndelivered}, Files: []string{"体检.xlsx"}, Limit: 1})
	if err != nil || len(h) != 1 || h[0].State != StateUndelivered {
		t.Errorf("history %+v, %v", h, err)
	}
}
