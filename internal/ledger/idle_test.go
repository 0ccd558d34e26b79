package ledger

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"sync"
	"testing"

	"hbupload/internal/pgtest"
)

// restartedBetween: the database was restarted while a run read its files, and
// nothing was under way: nobody need notice.
func restartedBetween(t *testing.T, _ *pgtest.Server) {
	server := pgtest.Start(t) // its own: the others' tests want theirs alive
	ctx := context.Background()
	l := open(t, shared(t, server))
	e := invented(1).entry(l.Digester())
	var wg sync.WaitGroup
	for range readers { // as many connections as there can be
		wg.Go(func() { planOne(t, l, e, Policy{}) })
	}
	wg.Wait()
	for _, mode := range []string{"fast", "immediate"} {
		restart := func() {
			server.Stop(mode)
			server.Resume()
		}
		restart()
		planOne(t, l, e, Policy{})
		restart()
		if _, err := l.Status(ctx); err != nil {
			t.Errorf("Status after a %s stop: %v (%v)", mode, err, errors.Unwrap(err))
		}
		restart()
		if _, err := l.Recover(ctx); err != nil {
			t.Errorf("Recover after a %s stop: %v", mode, err)
		}
		restart()
		r, _ := begin(t, l, Policy{})
		restart()
		if err := r.Finish(ctx, Summary{}); err != nil {
			t.Errorf("Finish after a %s stop: %v", mode, err)
		}
	}
}

// longTexts: what no exam number looks like, but an export may hold.
func longTexts(t *testing.T, server *pgtest.Server) {
	l := open(t, shared(t, server))
	r, _ := begin(t, l, Policy{})
	e := invented(1).entry(l.Digester())
	noise := make([]byte, 50_000)
	_, _ = rand.Read(noise) // it never fails
	e.Key, e.File = hex.EncodeToString(noise), hex.EncodeToString(noise[:5000])+".csv"
	c, _, err := r.ClaimOne(context.Background(), e)
	if err == nil {
		err = r.Settle(context.Background(), c, Settlement{Class: ClassAccepted})
	}
	if err == nil {
		err = r.Finish(context.Background(), Summary{})
	}
	if err != nil {
		t.Fatal(err)
	}
	other := e
	other.Identity[0] ^= 1
	if d := planOne(t, l, other, Policy{}); d.Action != KeyIdentity {
		t.Errorf("the key of another identity: %s", d.Action)
	}
	if h, err := l.History(context.Background(), Filter{Keys: []string{e.Key}, Files: []string{e.File}}); err != nil || len(h) != 1 {
		t.Errorf("history %d, %v", len(h), err)
	}
}
