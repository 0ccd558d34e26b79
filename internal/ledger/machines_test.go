package ledger

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hbupload/internal/pgtest"
)

// severalMachines is what only a shared ledger has to do.
func severalMachines(t *testing.T, server *pgtest.Server) {
	for name, part := range map[string]func(*testing.T, *pgtest.Server){
		"overlapping claims": overlappingClaims, "one key, two people": oneKeyTwoPeople, "a live machine is left alone": liveMachine,
		"a dead machine's claims": deadMachine, "answers while the database is away": journalled, "a kill while it is away": killedWhileAway,
		"a commit nobody knows of": unknownCommit, "a full disk": fullDatabase, "the key": sharedKeys, "never set up": neverSetUp,
		"least privilege": leastPrivilege, "moving between the two": moving, "a journal of another ledger": foreignJournal, "restarts": restarts,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			part(t, server)
		})
	}
}

// opened opens a ledger with options of its own.
func opened(t *testing.T, at site, change func(*Options)) *Ledger {
	t.Helper()
	opt := options(at)
	change(&opt)
	l, err := Open(context.Background(), opt)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	t.Cleanup(func() { _ = l.Close() }) // a second time where the test has closed it
	return l
}

// overlappingClaims: machines that push the same people at once, in orders of
// their own, claim each of them once.
func overlappingClaims(t *testing.T, server *pgtest.Server) {
	const machines, workers, people = 4, 6, 60
	first := shared(t, server)
	var won [people]atomic.Int32
	var wg sync.WaitGroup
	for m := range machines {
		at := first
		if m > 0 {
			at = first.another(t)
		}
		l := open(t, at)
		r, _ := begin(t, l, Policy{})
		for w := range workers {
			wg.Go(func() {
				for i := range people {
					n := i
					if (m+w)%2 == 1 {
						n = people - 1 - i
					}
					entries := []Entry{invented(n).entry(l.Digester())}
					if w == 0 && n+1 < people { // several at once
						entries = append(entries, invented(n+1).entry(l.Digester()))
					}
					claims, _, err := r.Claim(context.Background(), entries)
					if err != nil {
						t.Errorf("Claim: %v", err)
						continue
					}
					for k, c := range claims {
						if !c.OK() {
							continue
						}
						won[n+k].Add(1)
						if err := r.Settle(context.Background(), c, Settlement{Class: ClassAccepted}); err != nil {
							t.Errorf("Settle: %v", err)
						}
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

// oneKeyTwoPeople: two machines with one exam key for two identities, at once.
func oneKeyTwoPeople(t *testing.T, server *pgtest.Server) {
	first := shared(t, server)
	a, b := open(t, first), open(t, first.another(t))
	ra, _ := begin(t, a, Policy{})
	rb, _ := begin(t, b, Policy{})
	for n := range 30 {
		one, two := invented(2*n), invented(2*n+1)
		two.key = one.key
		var granted atomic.Int32
		var wg sync.WaitGroup
		for r, p := range map[*Run]person{ra: one, rb: two} {
			wg.Go(func() {
				c, d, err := r.ClaimOne(context.Background(), p.entry(r.l.Digester()))
				switch {
				case err != nil:
					t.Errorf("Claim: %v", err)
				case c.OK():
					granted.Add(1)
				case d.Action != KeyIdentity:
					t.Errorf("the second was told %s (%s)", d.Action, d.Reason)
				}
			})
		}
		wg.Wait()
		if granted.Load() != 1 {
			t.Fatalf("%s went to %d people", one.key, granted.Load())
		}
	}
}

// liveMachine: what another machine is sending is neither given up nor settled
// by hand, and everybody can see who is at work.
func liveMachine(t *testing.T, server *pgtest.Server) {
	ctx := context.Background()
	first := shared(t, server)
	a, b := open(t, first), open(t, first.another(t))
	if _, err := a.Lock(ctx, Holder{PID: 1}); err != nil {
		t.Fatal(err)
	}
	ra, _ := begin(t, a, Policy{})
	c, _, err := ra.ClaimOne(ctx, invented(1).entry(a.Digester()))
	if err != nil {
		t.Fatal(err)
	}
	lock, err := b.Lock(ctx, Holder{PID: 2})
	if err != nil {
		t.Fatalf("the run lock is one per machine: %v", err)
	}
	if _, rec := begin(t, b, Policy{}); rec.Count != 0 {
		t.Errorf("gave up what a live machine is sending: %+v", rec)
	}
	if d := planOne(t, b, invented(1).entry(b.Digester()), Policy{}); d.Action != HoldInDoubt || d.PriorState != StateClaimed {
		t.Errorf("Plan = %+v", d)
	}
	s, err := b.Status(ctx)
	if err != nil || s.Counts[StateClaimed] != 1 || s.InDoubt != 0 || len(s.Elsewhere) != 1 || s.Elsewhere[0].ID != ra.ID() {
		t.Errorf("status %+v, %v", s, err)
	}
	if err := lock.Unlock(); err != nil {
		t.Fatal(err)
	}
	var no *Refusal
	if _, err := b.Resolve(ctx, "TJ0001", AsSent); !errors.As(err, &no) {
		t.Errorf("resolved what another machine is sending: %v", err)
	}
	if err := ra.Settle(ctx, c, Settlement{Class: ClassAccepted}); err != nil {
		t.Fatal(err)
	}
	if err := ra.Finish(ctx, Summary{}); err != nil {
		t.Fatal(err)
	}
	if d := planOne(t, b, invented(1).entry(b.Digester()), Policy{}); d.Action != Skip {
		t.Errorf("Plan = %+v", d)
	}
	if s, err := b.Status(ctx); err != nil || len(s.Elsewhere) != 0 {
		t.Errorf("status %+v, %v", s, err)
	}
}

// deadMachine: a machine that fell silent is given up after the stated time, by
// whichever machine comes next, and not before.
func deadMachine(t *testing.T, server *pgtest.Server) {
	ctx := context.Background()
	first := shared(t, server)
	a := open(t, first)
	ra, _ := begin(t, a, Policy{})
	if _, _, err := ra.ClaimOne(ctx, invented(1).entry(a.Digester())); err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil { // silent from now on
		t.Fatal(err)
	}
	at := first.another(t)
	b := open(t, at)
	if _, rec := begin(t, b, Policy{}); rec.Count != 0 {
		t.Errorf("given up within %s: %+v", DefaultDeadAfter, rec)
	}
	if s, err := b.Status(ctx); err != nil || s.Counts[StateClaimed] != 1 {
		t.Errorf("status %+v, %v", s, err)
	}
	schema := strings.SplitN(first.url, "search_path=", 2)[1]
	server.SQL(t, "postgres", `UPDATE `+schema+`.runs SET alive = alive - 11 * 60 * 1000000::bigint WHERE id = 1`)
	if s, err := b.Status(ctx); err != nil || s.InDoubt != 1 {
		t.Errorf("status %+v, %v", s, err)
	}
	if _, rec := begin(t, b, Policy{}); rec.Count != 1 || rec.Keys[0] != "TJ0001" {
		t.Errorf("recovered %+v", rec)
	}
	// This machine's own dead runs need no waiting: the lock is ours.
	rb, _ := begin(t, b, Policy{})
	if _, _, err := rb.ClaimOne(ctx, invented(2).entry(b.Digester())); err != nil {
		t.Fatal(err)
	}
	if _, rec := begin(t, b, Policy{}); rec.Count != 1 || rec.Keys[0] != "TJ0002" {
		t.Errorf("recovered %+v", rec)
	}
	// A run that lives keeps saying so.
	c := opened(t, first.another(t), func(o *Options) { o.DeadAfter = 50 * time.Millisecond })
	rc, _ := begin(t, c, Policy{})
	before := server.SQL(t, "postgres", `SELECT alive FROM `+schema+`.runs WHERE id = `+itoa(rc.ID()))
	eventually(t, "a beat", func() bool {
		return server.SQL(t, "postgres", `SELECT alive FROM `+schema+`.runs WHERE id = `+itoa(rc.ID())) != before
	})
}

// journalled: what is in flight when the database goes away is answered all the
// same; the answers stay on this machine and are told when it is back. Nothing is
// claimed meanwhile.
func journalled(t *testing.T, server *pgtest.Server) {
	ctx := context.Background()
	cable, at := newCable(t, server.Addr(), shared(t, server))
	l := opened(t, at, func(o *Options) { o.Patience = 300 * time.Millisecond })
	r, _ := begin(t, l, Policy{})
	entries := []Entry{invented(1).entry(l.Digester()), invented(2).entry(l.Digester()), invented(3).entry(l.Digester())}
	claims, _, err := r.Claim(ctx, entries)
	if err != nil {
		t.Fatal(err)
	}
	cable.cut()
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
	cable.mend()
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
			first := shared(t, server)
			cable, at := newCable(t, server.Addr(), first)
			l := opened(t, at, func(o *Options) { o.Patience = time.Millisecond })
			r, _ := begin(t, l, Policy{})
			entries := []Entry{invented(1).entry(l.Digester()), invented(2).entry(l.Digester())}
			claims, _, err := r.Claim(ctx, entries)
			if err != nil {
				t.Fatal(err)
			}
			cable.cut()
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
			cable.mend()
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
	cable, at := newCable(t, server.Addr(), shared(t, server))
	l := opened(t, at, func(o *Options) { o.Patience = time.Minute })
	r, _ := begin(t, l, Policy{})
	broken := func(text string, work func()) {
		cable.cutAfter(text)
		done := make(chan struct{})
		go func() {
			defer close(done)
			work()
		}()
		eventually(t, "the cable breaks", func() bool {
			cable.mu.Lock()
			defer cable.mu.Unlock()
			return cable.down
		})
		cable.mend()
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
	at := shared(t, server)
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
	one, two := shared(t, server), shared(t, server)
	l := open(t, one)
	r, _ := begin(t, l, Policy{})
	c, _, err := r.ClaimOne(ctx, invented(1).entry(l.Digester()))
	if err != nil {
		t.Fatal(err)
	}
	if err := l.journal().append(settleJob{claim: c, answer: Settlement{Class: ClassAccepted, At: time.Now()}}); err != nil {
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
func restarts(t *testing.T, _ *pgtest.Server) {
	server := pgtest.Start(t) // its own: the others' tests want theirs alive
	ctx := context.Background()
	l := opened(t, shared(t, server), func(o *Options) { o.Patience = time.Minute })
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

// eventually waits for something that happens beside the test.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for end := time.After(time.Minute); !done(); {
		select {
		case <-tick.C:
		case <-end:
			t.Fatal("in vain: " + what)
		}
	}
}
