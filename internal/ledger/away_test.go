package ledger

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hbupload/internal/pgtest"
)

// through puts a cable between a machine and the database.
func through(t *testing.T, server *pgtest.Server, at site) (*pgtest.Cable, site) {
	t.Helper()
	cable := pgtest.NewCable(t, server)
	at.url = cable.Through(at.url)
	return cable, at
}

// journalled: what is in flight when the database goes away is answered all the
// same; the answers stay on this machine and are told when it is back. Nothing is
// claimed meanwhile.
func journalled(t *testing.T, server *pgtest.Server) {
	ctx := context.Background()
	cable, at := through(t, server, sharedSite(t, server))
	l := opened(t, at, func(o *Options) { o.Patience = 300 * time.Millisecond })
	r, _ := begin(t, l, Policy{})
	entries := []Entry{invented(1).entry(l.Digester()), invented(2).entry(l.Digester()), invented(3).entry(l.Digester())}
	claims, _, err := r.Claim(ctx, entries)
	if err != nil {
		t.Fatal(err)
	}
	cable.Cut()
	for i, class := range []Class{ClassAccepted, ClassRejected, ClassUnknown} {
		if err := r.Settle(ctx, claims[i], Settlement{Class: class, HTTPStatus: 200, Message: "答复***"}); err != nil {
			t.Fatal(err)
		}
	}
	if c, _, err := r.ClaimOne(ctx, invented(4).entry(l.Digester())); err == nil || c.OK() || kindOf(err) != "unreachable" {
		t.Fatalf("claimed without the database: %+v, %v", c, err)
	}
	path := filepath.Join(at.dir, JournalName)
	text, err := os.ReadFile(path)
	if err != nil || strings.Count(string(text), "\n") != 3 {
		t.Fatalf("the journal holds %q, %v", text, err)
	}
	for n := 1; n <= 3; n++ {
		if p := invented(n); strings.Contains(string(text), p.id) || strings.Contains(string(text), p.name) {
			t.Errorf("the journal names person %d", n)
		}
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if err := r.Finish(ctx, Summary{}); kindOf(err) != "unreachable" {
		t.Errorf("Finish = %v", err)
	}
	cable.Mend()
	if _, _, err := r.ClaimOne(ctx, invented(4).entry(l.Digester())); err != nil {
		t.Fatalf("with the database back: %v", err)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the journal is still there: %v", err)
	}
	for n, want := range []Verdict{Skip, Send, HoldInDoubt} {
		if d := planOne(t, l, entries[n], Policy{}); d.Action != want {
			t.Errorf("person %d: %s, want %s", n+1, d.Action, want)
		}
	}
}

// killedWhileAway: the journal outlives its process; the next run tells it, also
// when the claims were given up meanwhile.
func killedWhileAway(t *testing.T, server *pgtest.Server) {
	for _, meanwhile := range []bool{false, true} {
		t.Run(map[bool]string{false: "at once", true: "given up meanwhile"}[meanwhile], func(t *testing.T) {
			t.Parallel()
			ctx := context.Background()
			first := sharedSite(t, server)
			cable, at := through(t, server, first)
			l := opened(t, at, func(o *Options) { o.Patience = time.Millisecond })
			r, _ := begin(t, l, Policy{})
			entries := []Entry{invented(1).entry(l.Digester()), invented(2).entry(l.Digester())}
			claims, _, err := r.Claim(ctx, entries)
			if err != nil {
				t.Fatal(err)
			}
			cable.Cut()
			if err := r.Settle(ctx, claims[0], Settlement{Class: ClassAccepted, HTTPStatus: 200}); err != nil {
				t.Fatal(err)
			}
			if err := r.Flush(ctx); err == nil {
				t.Fatal("told a database that is away")
			}
			_ = l.Close() // as a kill would: nothing more is told
			// A kill may cut the last line off.
			f, err := os.OpenFile(filepath.Join(at.dir, JournalName), os.O_APPEND|os.O_WRONLY, 0)
			if err == nil {
				_, err = f.WriteString(`{"ledger":"cut of`)
				_ = f.Close()
			}
			if err != nil {
				t.Fatal(err)
			}
			if meanwhile {
				other := opened(t, first.another(t), func(o *Options) { o.DeadAfter = time.Microsecond })
				if _, rec := begin(t, other, Policy{}); rec.Count != 2 {
					t.Fatalf("recovered %+v", rec)
				}
			}
			cable.Mend()
			again := open(t, at)
			if s, err := again.Status(ctx); err != nil || s.Unsettled != 1 {
				t.Errorf("status %+v, %v", s, err)
			}
			if _, rec := begin(t, again, Policy{}); rec.Late != 1 || rec.Count != map[bool]int{false: 1, true: 0}[meanwhile] {
				t.Errorf("recovered %+v", rec)
			}
			for n, want := range []Verdict{Skip, HoldInDoubt} {
				if d := planOne(t, again, entries[n], Policy{}); d.Action != want {
					t.Errorf("person %d: %s (%s), want %s", n+1, d.Action, d.Reason, want)
				}
			}
			if _, rec := begin(t, again, Policy{}); rec.Late != 0 {
				t.Errorf("told twice: %+v", rec)
			}
		})
	}
}

// unknownCommit: the connection breaks between a commit and its answer. What was
// committed is not done again, and what was not is.
func unknownCommit(t *testing.T, server *pgtest.Server) {
	ctx := context.Background()
	cable, at := through(t, server, sharedSite(t, server))
	l := opened(t, at, func(o *Options) { o.Patience = 5 * time.Minute })
	r, _ := begin(t, l, Policy{})
	broken := func(text string, work func()) {
		cable.CutAfter(text)
		done := make(chan struct{})
		go func() {
			defer close(done)
			work()
		}()
		eventually(t, "the cable breaks", cable.Broken)
		cable.Mend()
		<-done
	}
	for n, text := range []string{"COMMIT", "BEGIN"} {
		p := invented(n)
		e := p.entry(l.Digester())
		var c Claim
		broken(text, func() {
			var err error
			if c, _, err = r.ClaimOne(ctx, e); err != nil || !c.OK() || c.Attempt != 1 {
				t.Errorf("%s: Claim = %+v, %v", text, c, err)
			}
		})
		broken(text, func() {
			err := r.Settle(ctx, c, Settlement{Class: ClassNotProcessed, HTTPStatus: 503})
			if err == nil {
				err = r.Flush(ctx)
			}
			if err != nil {
				t.Errorf("%s: Settle: %v", text, err)
			}
		})
		broken(text, func() {
			var err error
			if c, err = r.Retry(ctx, c); err != nil || c.Attempt != 2 {
				t.Errorf("%s: Retry = %+v, %v", text, c, err)
			}
		})
		if err := r.Settle(ctx, c, Settlement{Class: ClassAccepted}); err != nil {
			t.Fatal(err)
		}
		if err := r.Flush(ctx); err != nil {
			t.Fatal(err)
		}
		h, err := l.History(ctx, Filter{Keys: []string{p.key}})
		if err != nil || len(h) != 1 || len(h[0].Attempts) != 2 || h[0].State != StateAccepted {
			t.Errorf("%s: history %+v, %v", text, h, err)
		}
	}
}

// fullDatabase: the disk of the database fills up in the middle.
func fullDatabase(t *testing.T, server *pgtest.Server) {
	ctx := context.Background()
	at := sharedSite(t, server)
	schema := strings.SplitN(at.url, "search_path=", 2)[1]
	l := opened(t, at, func(o *Options) { o.Patience = 50 * time.Millisecond })
	r, _ := begin(t, l, Policy{})
	c, _, err := r.ClaimOne(ctx, invented(1).entry(l.Digester()))
	if err != nil {
		t.Fatal(err)
	}
	// The server's own words for a full disk, without filling one.
	server.SQL(t, "postgres", `CREATE FUNCTION `+schema+`.full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no space left' USING ERRCODE = 'disk_full'; END $$`,
		`CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON `+schema+`.attempts EXECUTE FUNCTION `+schema+`.full_disk()`)
	if err := r.Settle(ctx, c, Settlement{Class: ClassAccepted}); err != nil {
		t.Fatal(err)
	}
	if err := r.Flush(ctx); kindOf(err) != "stopped" {
		t.Errorf("Flush = %v", err)
	}
	if c, _, err := r.ClaimOne(ctx, invented(2).entry(l.Digester())); c.OK() || kindOf(err) != "stopped" {
		t.Errorf("Claim = %+v, %v", c, err)
	}
	server.SQL(t, "postgres", `DROP TRIGGER full_disk ON `+schema+`.attempts`)
	if err := r.Finish(ctx, Summary{}); err != nil {
		t.Fatal(err)
	}
	if d := planOne(t, l, invented(1).entry(l.Digester()), Policy{}); d.Action != Skip {
		t.Errorf("Plan = %+v", d)
	}
	if _, err := os.Stat(filepath.Join(at.dir, JournalName)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the journal is still there: %v", err)
	}
}

// foreignJournal: answers are told to the ledger they belong to.
func foreignJournal(t *testing.T, server *pgtest.Server) {
	ctx := context.Background()
	one, two := sharedSite(t, server), sharedSite(t, server)
	l := open(t, one)
	r, _ := begin(t, l, Policy{})
	c, _, err := r.ClaimOne(ctx, invented(1).entry(l.Digester()))
	if err != nil {
		t.Fatal(err)
	}
	if err := journalOf(l).Append(answerOf(settleJob{claim: c, answer: Settlement{Class: ClassAccepted, At: time.Now()}})); err != nil {
		t.Fatal(err)
	}
	two.dir = one.dir
	other := open(t, two)
	if _, _, err := other.BeginRun(ctx, RunInfo{}); kindOf(err) != "config" || !strings.Contains(err.Error(), JournalName) {
		t.Errorf("BeginRun = %v", err)
	}
	if _, rec := begin(t, l, Policy{}); rec.Late != 1 {
		t.Errorf("recovered %+v", rec)
	}
}

// restarts: the database is stopped as a restart and as a crash does, with claims
// under way; the run goes on.
func restarts(t *testing.T, server *pgtest.Server) {
	ctx := context.Background()
	l := opened(t, sharedSite(t, server), func(o *Options) { o.Patience = 5 * time.Minute })
	r, _ := begin(t, l, Policy{})
	for n, mode := range []string{"fast", "immediate"} {
		c, _, err := r.ClaimOne(ctx, invented(10*n).entry(l.Digester()))
		if err != nil {
			t.Fatal(err)
		}
		server.Stop(mode)
		if err := r.Settle(ctx, c, Settlement{Class: ClassAccepted}); err != nil {
			t.Fatal(err)
		}
		next := make(chan error, 1)
		go func() {
			c, _, err := r.ClaimOne(ctx, invented(10*n+1).entry(l.Digester()))
			if err == nil {
				err = r.Settle(ctx, c, Settlement{Class: ClassAccepted})
			}
			next <- err
		}()
		server.Resume()
		if err := <-next; err != nil {
			t.Errorf("after a %s stop: %v", mode, err)
		}
		if err := r.Flush(ctx); err != nil {
			t.Errorf("after a %s stop: %v", mode, err)
		}
		for _, k := range []int{10 * n, 10*n + 1} {
			if d := planOne(t, l, invented(k).entry(l.Digester()), Policy{}); d.Action != Skip {
				t.Errorf("after a %s stop: person %d %+v", mode, k, d)
			}
		}
	}
}
