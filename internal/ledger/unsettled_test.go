package ledger

import (
	"context"
	"errors"
	"testing"
	"time"
)

// conformUnsettled: no more are claimed than may be in doubt after a kill, and an
// answer on the disk makes room for the next, as what was never granted does.
func conformUnsettled(t *testing.T, fresh maker) {
	t.Parallel()
	l := open(t, fresh(t))
	ctx := context.Background()
	r, _, err := l.BeginRun(ctx, RunInfo{User: "tester", Host: "box", PID: 1, Command: "push", Unsettled: 2})
	if err != nil {
		t.Fatal(err)
	}
	claim := func(ctx context.Context, n int) Claim {
		c, _, err := r.ClaimOne(ctx, invented(n).entry(l.Digester()))
		if err != nil {
			t.Errorf("claim %d: %v", n, err)
		}
		return c
	}
	first := claim(ctx, 1)
	for range 3 {
		if claim(ctx, 1).OK() {
			t.Error("claimed twice")
		}
	}
	claim(ctx, 2)
	brief, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
	defer cancel()
	if _, _, err := r.ClaimOne(brief, invented(3).entry(l.Digester())); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a third claim: %v", err)
	}
	third := make(chan Claim)
	go func() { third <- claim(ctx, 3) }()
	if err := r.Settle(ctx, first, Settlement{Class: ClassNotProcessed}); err != nil {
		t.Error(err)
	}
	c := <-third
	if err := r.Settle(ctx, c, Settlement{Class: ClassAccepted}); err != nil {
		t.Error(err)
	}
	if _, err := r.Retry(ctx, first); err != nil {
		t.Errorf("retry: %v", err)
	}
	if err := r.Flush(ctx); err != nil {
		t.Error(err)
	}
}
