package ledger

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"hbupload/internal/ledger/shared"
	"hbupload/internal/pgtest"
)

// restartedBetween: the database was restarted while a run read its files, and
// nothing was under way: nobody need notice.
func restartedBetween(t *testing.T, server *pgtest.Server) {
	ctx := context.Background()
	l := open(t, sharedSite(t, server))
	e := invented(1).entry(l.Digester())
	var wg sync.WaitGroup
	for range shared.Readers { // as many connections as there can be
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
	l := open(t, sharedSite(t, server))
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

// impatientOperator: Ctrl-C twice while the database is away ends the run at once,
// and what is known stays known.
func impatientOperator(t *testing.T, server *pgtest.Server) {
	cable, at := through(t, server, sharedSite(t, server))
	l := opened(t, at, func(o *Options) { o.Patience = time.Hour })
	r, _ := begin(t, l, Policy{})
	e := invented(1).entry(l.Digester())
	ctx, interrupt := context.WithCancel(context.Background())
	defer interrupt()
	c, _, err := r.ClaimOne(ctx, e)
	if err != nil {
		t.Fatal(err)
	}
	cable.Cut()
	claimed := make(chan error, 1)
	go func() {
		_, _, err := r.ClaimOne(ctx, invented(2).entry(l.Digester()))
		claimed <- err
	}()
	if err := r.Settle(context.Background(), c, Settlement{Class: ClassAccepted}); err != nil {
		t.Fatal(err)
	}
	interrupt()
	if err := <-claimed; err == nil {
		t.Error("claimed without the database")
	}
	if err := r.Finish(ctx, Summary{}); kindOf(err) != "unreachable" {
		t.Errorf("Finish = %v", err)
	}
	cable.Mend()
	if _, rec := begin(t, l, Policy{}); rec.Late == 0 || rec.Count != 0 {
		t.Errorf("recovered %+v", rec)
	}
	if d := planOne(t, l, e, Policy{}); d.Action != Skip {
		t.Errorf("Plan = %+v", d)
	}
	// An embedded ledger has nothing to wait for.
	small := open(t, here(t.TempDir()))
	rs, _ := begin(t, small, Policy{})
	send(t, rs, invented(1).entry(small.Digester()), ClassAccepted)
	if err := rs.Finish(ctx, Summary{}); err != nil {
		t.Errorf("Finish = %v", err)
	}
}

// brokenAfterDoubt: a commit of which nobody knows, and then an error for good:
// what may have been claimed is given back.
func brokenAfterDoubt(t *testing.T, server *pgtest.Server) {
	ctx := context.Background()
	first := sharedSite(t, server)
	schema := strings.SplitN(first.url, "search_path=", 2)[1]
	cable, at := through(t, server, first)
	l := opened(t, at, func(o *Options) { o.Patience = 5 * time.Minute })
	r, _ := begin(t, l, Policy{})
	e := invented(1).entry(l.Digester())
	cable.CutAfter("COMMIT")
	claimed := make(chan error, 1)
	go func() {
		_, _, err := r.ClaimOne(ctx, e)
		claimed <- err
	}()
	eventually(t, "the cable breaks", cable.Broken)
	server.SQL(t, "postgres", `ALTER TABLE `+schema+`.submissions RENAME TO gone`)
	cable.Mend()
	if err := <-claimed; err == nil || is(postgresDialect().lost, err) {
		t.Errorf("Claim = %v", err)
	}
	server.SQL(t, "postgres", `ALTER TABLE `+schema+`.gone RENAME TO submissions`)
	if err := r.Finish(ctx, Summary{}); err != nil {
		t.Fatal(err)
	}
	if d := planOne(t, l, e, Policy{}); d.Action != Send || d.Attempts != 1 {
		t.Errorf("Plan = %+v", d)
	}
}

// readOnlyDatabase: a standby that has not taken over yet: nothing is claimed, and
// the run goes on when it has.
func readOnlyDatabase(t *testing.T, server *pgtest.Server) {
	ctx := context.Background()
	l := opened(t, sharedSite(t, server), func(o *Options) { o.Patience = time.Millisecond })
	r, _ := begin(t, l, Policy{})
	c, _, err := r.ClaimOne(ctx, invented(1).entry(l.Digester()))
	if err != nil {
		t.Fatal(err)
	}
	server.SQL(t, "postgres", `ALTER SYSTEM SET default_transaction_read_only = on`, `SELECT pg_reload_conf()`,
		`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'hbupload'`)
	if err := r.Settle(ctx, c, Settlement{Class: ClassAccepted}); err != nil {
		t.Fatal(err)
	}
	if c, _, err := r.ClaimOne(ctx, invented(2).entry(l.Digester())); c.OK() || kindOf(err) != "stopped" {
		t.Errorf("claimed: %v", err)
	}
	if _, err := l.Status(ctx); err != nil {
		t.Errorf("Status = %v", err)
	}
	server.SQL(t, "postgres", `SET default_transaction_read_only = off`, `ALTER SYSTEM RESET default_transaction_read_only`, `SELECT pg_reload_conf()`)
	eventually(t, "the database takes writes again", func() bool { return r.Flush(ctx) == nil })
	for n, want := range []Verdict{Skip, Send} {
		if d := planOne(t, l, invented(n+1).entry(l.Digester()), Policy{}); d.Action != want {
			t.Errorf("person %d %s (%s), want %s", n+1, d.Action, d.Reason, want)
		}
	}
}
