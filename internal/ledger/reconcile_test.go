package ledger

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"testing"
	"time"
)

// conformReconcile: the platform's own list settles what is in doubt and what it
// can decide, and nothing else.
func conformReconcile(t *testing.T, fresh maker) {
	t.Parallel()
	ctx := context.Background()
	l := open(t, fresh(t))
	d := l.Digester()
	r, _ := begin(t, l, Policy{Resend: ResendChanged, InDoubt: ResendDoubts})
	for n, class := range []Class{ClassUnknown, ClassUnknown, ClassAccepted, ClassUnknown, ClassAccepted, ClassUnknown} {
		send(t, r, invented(n).entry(d), class)
	}
	changed, twice := invented(4), invented(5)
	changed.result, twice.result = "异常", "异常"
	send(t, r, changed.entry(d), ClassUnknown) // a change of what was accepted
	send(t, r, twice.entry(d), ClassUnknown)   // two contents, both in doubt
	ids := map[int]Standing{}
	for n := range 6 {
		ids[n] = standingOf(t, l, invented(n).entry(d))
	}
	send(t, r, invented(3).entry(d), ClassUnknown) // after it was compared
	list := sha256.Sum256([]byte("名单"))
	var judgements []Judgement
	for n, how := range []How{AsSent, AsResend, AsSent, AsSent, AsSent, AsSent} {
		judgements = append(judgements, Judgement{SubmissionID: ids[n].SubmissionID, How: how, Attempts: ids[n].Attempts})
	}
	got, err := l.Reconcile(ctx, list, judgements)
	if err != nil {
		t.Fatal(err)
	}
	for n, want := range []Judged{{true, StateAccepted, ""}, {true, StateInDoubt, ""}, {false, StateAccepted, ""}, {false, StateInDoubt, ""}, {false, StateInDoubt, ""}, {false, StateInDoubt, ""}} {
		if got[n].Settled != want.Settled || got[n].State != want.State || got[n].Settled == (got[n].Reason != "") {
			t.Errorf("person %d: %+v, want %+v", n, got[n], want)
		}
	}
	for n, want := range map[int]Verdict{0: Skip, 1: Send, 2: Skip} {
		if plan := planOne(t, l, invented(n).entry(d), Policy{}); plan.Action != want {
			t.Errorf("person %d: %s, want %s", n, plan.Action, want)
		}
	}
	h, err := l.History(ctx, Filter{Keys: []string{"TJ0000"}})
	if err != nil || len(h[0].Marks) != 1 || h[0].Marks[0].List != hex.EncodeToString(list[:]) || h[0].Marks[0].Action != ActMarkSent || h[0].Marks[0].User != "tester" {
		t.Errorf("history %+v, %v", h, err)
	}
	again, err := l.Reconcile(ctx, list, judgements)
	if err != nil || again[0].Settled || again[0].Reason == "" {
		t.Errorf("settled twice: %+v, %v", again, err)
	}
	if _, err := l.Reconcile(ctx, list, []Judgement{{SubmissionID: ids[1].SubmissionID, How: AsSamePerson}}); err == nil {
		t.Error("a list said that two names are one person's")
	}
}

// conformReconcileAfterCrash: what a killed run left open is in doubt, and the
// list settles it.
func conformReconcileAfterCrash(t *testing.T, fresh maker) {
	t.Parallel()
	ctx := context.Background()
	at := fresh(t)
	l := open(t, at)
	e := invented(1).entry(l.Digester())
	r, _ := begin(t, l, Policy{})
	if _, _, err := r.ClaimOne(ctx, e); err != nil {
		t.Fatal(err)
	}
	other := open(t, at)
	s := standingOf(t, other, e)
	if s.State != StateInDoubt || s.Attempts != 1 || s.LastSent.IsZero() {
		t.Errorf("standing %+v", s)
	}
	got, err := other.Reconcile(ctx, [32]byte{1}, []Judgement{{s.SubmissionID, AsSent, s.Attempts}})
	if err != nil || !got[0].Settled {
		t.Errorf("Reconcile = %+v, %v", got, err)
	}
}

func standingOf(t *testing.T, l *Ledger, e Entry) Standing {
	t.Helper()
	s, err := l.Standings(context.Background(), []Entry{e})
	if err != nil {
		t.Fatal(err)
	}
	return s[0]
}

// conformStandings: when the platform took each record, and how that is known.
func conformStandings(t *testing.T, fresh maker) {
	t.Parallel()
	ctx := context.Background()
	l := open(t, fresh(t))
	d := l.Digester()
	start := l.opt.Now()
	r, _ := begin(t, l, Policy{Resend: ResendChanged})
	send(t, r, invented(0).entry(d), ClassAccepted)
	send(t, r, invented(1).entry(d), ClassUnknown)
	if _, err := l.Adopt(ctx, []Entry{invented(2).entry(d)}); err != nil {
		t.Fatal(err)
	}
	send(t, r, invented(3).entry(d), ClassRejected)
	if _, err := l.Resolve(ctx, "TJ0001", AsSent); err != nil {
		t.Fatal(err)
	}
	changed := invented(0)
	changed.result = "异常"
	send(t, r, changed.entry(d), ClassAccepted)
	var entries []Entry
	for n := range 5 {
		entries = append(entries, invented(n).entry(d))
	}
	got, err := l.Standings(ctx, entries)
	if err != nil {
		t.Fatal(err)
	}
	for n, want := range []AcceptedBy{byAnswer, byMark, byAdopt, "", ""} {
		a := got[n].Acceptance
		if a.By != want || got[n].SameContent != (n > 0 && n < 4) || (n < 2) != a.At.After(start) || !a.First.IsZero() != (n < 2) {
			t.Errorf("person %d: %+v, want %q", n, got[n], want)
		}
	}
	if a := got[0].Acceptance; !a.First.Before(a.At) || got[4] != (Standing{}) {
		t.Errorf("a changed record %+v, an unknown one %+v", a, got[4])
	}
	var keys []string
	err = l.EachAccepted(ctx, Filter{Files: []string{"体检.xlsx"}}, func(v AcceptedView) error {
		keys = append(keys, v.Key)
		if v.Key == "TJ0000" && (v.Identity != entries[0].Identity || v.Acceptance != got[0].Acceptance || v.State != StateAccepted) {
			t.Errorf("%+v", v)
		}
		return nil
	})
	if err != nil || len(keys) != 3 {
		t.Errorf("EachAccepted: %v, %v", keys, err)
	}
	if err := l.EachAccepted(ctx, Filter{Since: time.Now().AddDate(99, 0, 0)}, func(AcceptedView) error { return io.EOF }); err != nil {
		t.Errorf("EachAccepted of nothing: %v", err)
	}
	if err := l.EachAccepted(ctx, Filter{}, func(AcceptedView) error { return io.EOF }); err != io.EOF {
		t.Errorf("EachAccepted stopped with %v", err)
	}
}
