package push

import (
	"context"
	"testing"

	"hbupload/internal/ledger"
)

// TestBusyRecords: what another machine is sending is looked at again: its end
// is ours too, and what it gave back we send. What has no end is left in doubt.
func TestBusyRecords(t *testing.T) {
	t.Parallel()
	within(t, func(t *testing.T, s *scene) {
		ctx := context.Background()
		people := crowd(6)
		other, _, err := s.led.BeginRun(ctx, ledger.RunInfo{Policy: s.policy, Unsettled: 16})
		if err != nil {
			t.Fatal(err)
		}
		claims := map[string]ledger.Claim{}
		claim := func(n int) {
			c, d, err := other.ClaimOne(ctx, people[n-1].entry(s.led.Digester()))
			if err != nil || !c.OK() {
				t.Errorf("claim %d: %+v, %v", n, d, err)
			}
			claims[people[n-1].key()] = c
		}
		settle := func(key string, class ledger.Class) {
			if err := other.Settle(ctx, claims[key], ledger.Settlement{Class: class}); err != nil {
				t.Error(err)
			}
		}
		for _, n := range []int{2, 3, 4} {
			claim(n)
		}
		b := s.batch(people)
		defer b.Close()
		s.plan(b)
		wantStates(t, b, Valid, InDoubt, InDoubt, InDoubt, Valid, Valid)
		first := accepts()
		first.then = func() { // beside ours, the other machine goes on
			claim(5)
			settle("TJ0002", ledger.ClassAccepted)
			settle("TJ0003", ledger.ClassNotProcessed)
		}
		s.platform.script["TJ0001"] = []answer{first}
		last := accepts()
		last.then = func() { settle("TJ0005", ledger.ClassAccepted) }
		s.platform.script["TJ0006"] = []answer{last}
		d := s.delivery()
		d.Concurrency = 1
		if err := b.Deliver(ctx, d); err != nil {
			t.Fatal(err)
		}
		wantStates(t, b, Accepted, Skipped, Accepted, InDoubt, Skipped, Accepted)
		if err := s.run.Finish(ctx, ledger.Summary{}); err != nil {
			t.Fatal(err)
		}
		if n := len(s.platform.sent); n != 3 {
			t.Errorf("%d requests left, want 3", n)
		}
	})
}
