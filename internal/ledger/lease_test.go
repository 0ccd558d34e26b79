package ledger

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"hbupload/internal/pgtest"
)

// sleeper is a machine whose clock can be put ahead.
func sleeper(t *testing.T, at site, dead time.Duration) (*Ledger, func(time.Duration)) {
	t.Helper()
	var ahead atomic.Int64
	l := opened(t, at, func(o *Options) {
		o.DeadAfter, o.Patience = dead, 50*time.Millisecond
		o.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	})
	return l, func(d time.Duration) { ahead.Add(int64(d)) }
}

// asleep: what a machine claimed before it fell asleep is sent only when the
// database says that it still stands.
func asleep(t *testing.T, server *pgtest.Server) {
	ctx := context.Background()
	first := sharedSite(t, server)
	schema := strings.SplitN(first.url, "search_path=", 2)[1]
	cable, at := through(t, server, first)
	a, sleep := sleeper(t, at, 0)
	b := open(t, first.another(t))
	r, _ := begin(t, a, Policy{})
	claims, _, err := r.Claim(ctx, []Entry{invented(1).entry(a.Digester()), invented(2).entry(a.Digester()), invented(3).entry(a.Digester())})
	if err != nil {
		t.Fatal(err)
	}
	cable.Cut()
	if err := r.Confirm(ctx, claims[0]); err != nil {
		t.Errorf("a young claim needs nobody's word: %v", err)
	}
	sleep(time.Hour)
	if err := r.Confirm(ctx, claims[0]); kindOf(err) != "unreachable" {
		t.Errorf("an old claim without the database: %v", err)
	}
	cable.Mend()
	server.SQL(t, "postgres", `UPDATE `+schema+`.runs SET alive = 0`)
	if err := r.Confirm(ctx, claims[0]); err != nil {
		t.Errorf("nobody gave it up: %v", err)
	}
	if _, rec := begin(t, b, Policy{}); rec.Count != 0 {
		t.Errorf("given up although it beats: %+v", rec)
	}
	sleep(time.Hour)
	server.SQL(t, "postgres", `UPDATE `+schema+`.runs SET alive = 0`)
	rb, rec := begin(t, b, Policy{})
	if rec.Count != 3 {
		t.Fatalf("recovered %+v", rec)
	}
	if _, err := b.Resolve(ctx, "TJ0002", AsResend); err != nil {
		t.Fatal(err)
	}
	send(t, rb, invented(2).entry(b.Digester()), ClassAccepted)
	for n, want := range []Verdict{Send, Skip, Send} {
		var no *Refusal
		if err := r.Confirm(ctx, claims[n]); !errors.As(err, &no) {
			t.Errorf("person %d may be sent: %v", n+1, err)
		}
		if err := r.Unclaim(ctx, claims[n]); err != nil {
			t.Fatal(err)
		}
		if err := r.Flush(ctx); err != nil {
			t.Errorf("person %d: Flush = %v", n+1, err)
		}
		if d := planOne(t, a, invented(n+1).entry(a.Digester()), Policy{}); d.Action != want {
			t.Errorf("person %d: %s (%s), want %s", n+1, d.Action, d.Reason, want)
		}
	}
	// A claim is made by a run that counts as alive, also right after it woke up.
	sleep(time.Hour)
	server.SQL(t, "postgres", `UPDATE `+schema+`.runs SET alive = 0`)
	c, _, err := r.ClaimOne(ctx, invented(4).entry(a.Digester()))
	if err != nil || !c.OK() {
		t.Fatal(err)
	}
	if _, rec := begin(t, b, Policy{}); rec.Count != 0 {
		t.Errorf("given up as soon as it was claimed: %+v", rec)
	}
}

// wakingUp: a run beats at the moment at which it is being given up.
func wakingUp(t *testing.T, server *pgtest.Server) {
	ctx := context.Background()
	first := sharedSite(t, server)
	schema := strings.SplitN(first.url, "search_path=", 2)[1]
	a, b := open(t, first), open(t, first.another(t))
	r, _ := begin(t, a, Policy{})
	if _, _, err := r.ClaimOne(ctx, invented(1).entry(a.Digester())); err != nil {
		t.Fatal(err)
	}
	server.SQL(t, "postgres", `UPDATE `+schema+`.runs SET alive = 0`)
	beat, err := a.w.db.BeginTx(ctx, nil)
	if err == nil {
		_, err = beat.ExecContext(ctx, `UPDATE runs SET alive = $1 WHERE id = $2`, time.Now().UnixMicro(), r.ID())
	}
	if err != nil {
		t.Fatal(err)
	}
	recovered := make(chan Recovered, 1)
	go func() {
		rec, err := b.Recover(ctx)
		if err != nil {
			t.Error(err)
		}
		recovered <- rec
	}()
	eventually(t, "it waits for the beat", func() bool {
		return server.SQL(t, "postgres", `SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%`+"FOR NO KEY UPDATE OF s, r"+`%'`) == "1"
	})
	if err := beat.Commit(); err != nil {
		t.Fatal(err)
	}
	if rec := <-recovered; rec.Count != 0 {
		t.Errorf("gave up a run that beats: %+v", rec)
	}
}
