package ledger

import (
	"context"
	"errors"
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
		"least privilege": leastPrivilege, "moving between the two": moving, "a journal of another ledger": foreignJournal,
		"a machine that slept": asleep, "waking up": wakingUp,
		"a copied data folder": copiedFolder, "a torn journal": tornJournal, "a journal while it is told": journalWhileTelling, "errors that do not pass": hardErrors,
		"an acceptance in the journal": weightyAnswers, "long texts": longTexts,
		"an impatient operator": impatientOperator, "a ledger replaced meanwhile": replacedMeanwhile, "everything at once": atOnce,
		"a database that is stopped and changed": changedServer, "an error after a doubt": brokenAfterDoubt, "an older database": fallenBack, "grants of an older version": grantedBefore,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			part(t, server)
		})
	}
}

// changedServer is what stops the server or changes its settings, one after the
// other on a server that nobody else uses. Encryption is last: from then on the
// server speaks TLS only.
func changedServer(t *testing.T, _ *pgtest.Server) {
	server := pgtest.Start(t)
	t.Run("restarts", func(t *testing.T) { restarts(t, server) })
	t.Run("a restart in between", func(t *testing.T) { restartedBetween(t, server) })
	t.Run("read-only", func(t *testing.T) { readOnlyDatabase(t, server) })
	t.Run("encrypted", func(t *testing.T) { encrypted(t, server) })
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
	first := sharedSite(t, server)
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
					if w == 0 && n%20 == 7 { // several at once, which no order keeps from waiting in a circle
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
	first := sharedSite(t, server)
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
	first := sharedSite(t, server)
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
	first := sharedSite(t, server)
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
		t.Errorf("given up within %s: %+v", defaultDeadAfter, rec)
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

// eventually waits for something that happens beside the test.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for end := time.After(3 * time.Minute); !done(); {
		select {
		case <-tick.C:
		case <-end:
			t.Fatal("in vain: " + what)
		}
	}
}

// atOnce: machines that send, adopt, resolve and recover the same people at the
// same time: nobody who was adopted is sent, and nobody is sent twice.
func atOnce(t *testing.T, server *pgtest.Server) {
	const people, rounds = 40, 4
	ctx := context.Background()
	first := sharedSite(t, server)
	var sent, adopted [people]atomic.Int32
	var wg sync.WaitGroup
	work := func(seed int, step func(l *Ledger, n int)) {
		l := open(t, first.another(t))
		wg.Go(func() {
			for i := range people * rounds {
				step(l, (i*7+seed*13)%people)
			}
		})
	}
	for m := range 2 {
		l := open(t, first.another(t))
		r, _ := begin(t, l, Policy{})
		for w := range 3 {
			wg.Go(func() {
				for i := range people * rounds {
					n := (i*(2*w+1) + 5*m) % people
					c, _, err := r.ClaimOne(ctx, invented(n).entry(l.Digester()))
					if err != nil {
						t.Errorf("Claim: %v", err)
						continue
					}
					if !c.OK() {
						continue
					}
					sent[n].Add(1)
					class := ClassAccepted
					if n%3 == 0 {
						class = ClassUnknown
					}
					if err := r.Settle(ctx, c, Settlement{Class: class}); err != nil {
						t.Errorf("Settle: %v", err)
					}
				}
			})
		}
	}
	work(1, func(l *Ledger, n int) {
		entries := []Entry{invented(n).entry(l.Digester()), invented((n + 9) % people).entry(l.Digester()), invented((n + 3) % people).entry(l.Digester())}
		got, err := l.Adopt(ctx, entries)
		if err != nil {
			t.Errorf("Adopt: %v", err)
			return
		}
		for k, n := range []int{n, (n + 9) % people, (n + 3) % people} {
			if got[k].Adopted && n%3 != 0 {
				adopted[n].Add(1)
			}
		}
	})
	work(2, func(l *Ledger, n int) {
		var no *Refusal
		if _, err := l.Resolve(ctx, invented(n).key, AsSent); err != nil && !errors.As(err, &no) {
			t.Errorf("Resolve: %v", err)
		}
		if _, err := l.Recover(ctx); err != nil {
			t.Errorf("Recover: %v", err)
		}
	})
	wg.Wait()
	for n := range people {
		if s, a := sent[n].Load(), adopted[n].Load(); s+a > 1 {
			t.Errorf("person %d was sent %d times and adopted %d times", n, s, a)
		}
	}
}
