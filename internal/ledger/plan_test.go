package ledger

import (
	"context"
	"slices"
	"testing"
)

// conformPlan walks the contract's sentences about the next push of a record.
func conformPlan(t *testing.T, fresh maker) {
	t.Parallel()
	base := invented(1)
	changed, renamed, otherID := base, base, base
	changed.result = "异常"
	renamed.name = "测试改名"
	otherID.id = "130102199001099999"
	for _, tc := range []struct {
		name   string
		first  Class // "" when nothing was sent before
		mark   How
		next   person
		policy Policy
		want   Verdict
	}{
		{"new", "", "", base, Policy{}, Send},
		{"accepted, same content", ClassAccepted, "", base, Policy{}, Skip},
		{"accepted, same content, resend changed", ClassAccepted, "", base, Policy{Resend: ResendChanged}, Skip},
		{"accepted, same content, resend all", ClassAccepted, "", base, Policy{Resend: ResendAll}, Send},
		{"accepted, other content", ClassAccepted, "", changed, Policy{}, Changed},
		{"accepted, other content, resend changed", ClassAccepted, "", changed, Policy{Resend: ResendChanged}, Send},
		{"accepted, other content, resend all", ClassAccepted, "", changed, Policy{Resend: ResendAll}, Send},
		{"accepted, other name", ClassAccepted, "", renamed, Policy{}, Collision},
		{"accepted, other name, resend changed", ClassAccepted, "", renamed, Policy{Resend: ResendChanged}, Collision},
		{"accepted, other name, same person", ClassAccepted, AsSamePerson, renamed, Policy{}, Send},
		{"accepted, same person, but the old name", ClassAccepted, AsSamePerson, base, Policy{}, Skip},
		{"accepted, key with another identity", ClassAccepted, "", otherID, Policy{}, KeyIdentity},
		{"accepted, key with another identity, resend changed", ClassAccepted, "", otherID, Policy{Resend: ResendChanged}, Send},
		{"rejected", ClassRejected, "", base, Policy{}, Send},
		{"rejected, other name", ClassRejected, "", renamed, Policy{}, Send},
		{"rejected, key with another identity", ClassRejected, "", otherID, Policy{}, Send},
		{"undelivered", ClassNotProcessed, "", base, Policy{}, Send},
		{"never sent", ClassNotSent, "", base, Policy{}, Send},
		{"in doubt", ClassUnknown, "", base, Policy{}, HoldInDoubt},
		{"in doubt, resend all", ClassUnknown, "", base, Policy{Resend: ResendAll}, HoldInDoubt},
		{"in doubt, other content", ClassUnknown, "", changed, Policy{}, HoldInDoubt},
		{"in doubt, other name", ClassUnknown, "", renamed, Policy{}, Collision},
		{"in doubt, key with another identity", ClassUnknown, "", otherID, Policy{}, KeyIdentity},
		{"in doubt, by policy", ClassUnknown, "", base, Policy{InDoubt: ResendDoubts}, Send},
		{"in doubt, other content, by policy", ClassUnknown, "", changed, Policy{InDoubt: ResendDoubts}, HoldInDoubt},
		{"in doubt, other content, by both policies", ClassUnknown, "", changed, Policy{InDoubt: ResendDoubts, Resend: ResendChanged}, Send},
		{"in doubt, resolved as sent", ClassUnknown, AsSent, base, Policy{}, Skip},
		{"in doubt, resolved as sent, other content", ClassUnknown, AsSent, changed, Policy{}, Changed},
		{"in doubt, resolved to resend", ClassUnknown, AsResend, base, Policy{}, Send},
		{"in doubt, resolved to resend, other content", ClassUnknown, AsResend, changed, Policy{}, Send},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			l := open(t, fresh(t))
			if tc.first != "" {
				r, _ := begin(t, l, Policy{})
				send(t, r, base.entry(l.Digester()), tc.first)
			}
			if tc.mark != "" {
				if _, err := l.Resolve(context.Background(), base.key, tc.mark); err != nil {
					t.Fatalf("Resolve: %v", err)
				}
			}
			e := tc.next.entry(l.Digester())
			d := planOne(t, l, e, tc.policy)
			if d.Action != tc.want {
				t.Errorf("Plan = %s (%s), want %s", d.Action, d.Reason, tc.want)
			}
			if d.Action != Send && d.Reason == "" {
				t.Error("a withheld record without a reason")
			}
			r, _ := begin(t, l, tc.policy)
			c, again, err := r.ClaimOne(context.Background(), e)
			if err != nil || again.Action != tc.want || c.OK() != (tc.want == Send) {
				t.Errorf("Claim = %v %s %v, want %s", c.OK(), again.Action, err, tc.want)
			}
		})
	}
}

func conformPlanNamesChangedFields(t *testing.T, fresh maker) {
	t.Parallel()
	at := fresh(t)
	l := open(t, at)
	p := invented(1)
	r, _ := begin(t, l, Policy{})
	send(t, r, p.entry(l.Digester()), ClassAccepted)
	p.result = "异常"
	want := []string{"ohEmployees.ohEmpHazard[0].otherContent"}
	if d := planOne(t, l, p.entry(l.Digester()), Policy{}); !slices.Equal(d.ChangedPaths, want) {
		t.Errorf("ChangedPaths = %q, want %q", d.ChangedPaths, want)
	}
	// Another process has never met the path of a field that vanished.
	ro, err := OpenReadOnly(context.Background(), options(at))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ro.Close() }()
	p.result = ""
	if d := planOne(t, ro, p.entry(ro.Digester()), Policy{}); !slices.Equal(d.ChangedPaths, want) {
		t.Errorf("ChangedPaths of a vanished leaf = %q, want %q", d.ChangedPaths, want)
	}
}

// conformPlanSkipsTheOldName: a corrected name that was claimed and never sent, as
// after a kill, leaves in force what was accepted.
func conformPlanSkipsTheOldName(t *testing.T, fresh maker) {
	t.Parallel()
	ctx := context.Background()
	l := open(t, fresh(t))
	base := invented(1)
	renamed := base
	renamed.name = "测试改名"
	r, _ := begin(t, l, Policy{})
	send(t, r, base.entry(l.Digester()), ClassAccepted)
	if _, err := l.Resolve(ctx, base.key, AsSamePerson); err != nil {
		t.Fatal(err)
	}
	r, _ = begin(t, l, Policy{})
	if c, d, err := r.ClaimOne(ctx, renamed.entry(l.Digester())); err != nil || !c.OK() {
		t.Fatalf("Claim: %v %+v", err, d)
	}
	if _, rec := begin(t, l, Policy{}); rec.Count != 1 {
		t.Fatalf("recovered %d", rec.Count)
	}
	if _, err := l.Resolve(ctx, base.key, AsResend); err != nil {
		t.Fatal(err)
	}
	if d := planOne(t, l, base.entry(l.Digester()), Policy{}); d.Action != Skip {
		t.Errorf("the old name: %s (%s), want skip", d.Action, d.Reason)
	}
	if d := planOne(t, l, renamed.entry(l.Digester()), Policy{}); d.Action != Send {
		t.Errorf("the corrected name: %s (%s), want send", d.Action, d.Reason)
	}
}

func conformPlanHoldsRejectedUnlessAsked(t *testing.T, fresh maker) {
	t.Parallel()
	l := open(t, fresh(t))
	p := invented(1)
	r, _ := begin(t, l, Policy{})
	send(t, r, p.entry(l.Digester()), ClassRejected)
	ds, err := l.Plan(context.Background(), []Entry{p.entry(l.Digester())}, Policy{})
	if err != nil || ds[0].Action != HoldRejected || ds[0].PriorMessage != "msg rejected" {
		t.Errorf("Plan = %+v, %v; want hold-rejected with the platform's words", ds, err)
	}
	p.result = "异常"
	if ds, err = l.Plan(context.Background(), []Entry{p.entry(l.Digester())}, Policy{}); err != nil || ds[0].Action != Send {
		t.Errorf("corrected content: %+v, %v; want send", ds, err)
	}
}

func conformDuplicateReplyNeedsOurOwnDoubt(t *testing.T, fresh maker) {
	t.Parallel()
	l := open(t, fresh(t))
	p := invented(1)
	r, _ := begin(t, l, Policy{})
	send(t, r, p.entry(l.Digester()), ClassUnknown)
	if _, err := l.Resolve(context.Background(), p.key, AsResend); err != nil {
		t.Fatal(err)
	}
	if d := planOne(t, l, p.entry(l.Digester()), Policy{}); d.Action != Send || !d.WasInDoubtSameContent {
		t.Errorf("same content: %+v", d)
	}
	p.result = "异常"
	if d := planOne(t, l, p.entry(l.Digester()), Policy{}); d.Action != Send || d.WasInDoubtSameContent {
		t.Errorf("other content: %+v", d)
	}
}
