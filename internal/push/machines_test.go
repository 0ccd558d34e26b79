package push

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"hbupload/internal/ledger"
	"hbupload/internal/pgtest"
	"hbupload/internal/rules"
)

// machine is a scene with a shared ledger; asleep is by how much its clock is
// ahead.
type machine struct {
	*scene
	asleep *atomic.Int64
}

// machines are several that share a ledger and a platform.
func machines(t *testing.T, server *pgtest.Server, policy ledger.Policy, n int) []machine {
	t.Helper()
	dir := t.TempDir()
	policy.RetryRejected = true
	platform := newPlatform()
	var out []machine
	for range n {
		m := machine{&scene{t: t, dir: t.TempDir(), platform: platform, policy: policy}, &atomic.Int64{}}
		opt := ledger.Options{Path: filepath.Join(m.dir, ledger.FileName), URL: server.URL(pgtest.Owner, "postgres") + "&search_path=" + schemaOf(t),
			KeyPath: filepath.Join(dir, "key"), User: "测试", Host: "pc", Now: func() time.Time { return time.Now().Add(time.Duration(m.asleep.Load())) }}
		if len(out) == 0 {
			if _, err := ledger.Init(context.Background(), opt, ""); err != nil {
				t.Fatal(err)
			}
		}
		var err error
		if m.led, err = ledger.Open(context.Background(), opt); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = m.led.Close() })
		if m.severity, err = rules.NewPolicy(nil, false); err != nil {
			t.Fatal(err)
		}
		out = append(out, m)
	}
	return out
}

// schemaOf is a schema of the test's own.
func schemaOf(t *testing.T) string {
	h := sha256.Sum256([]byte(t.Name()))
	return "t_" + hex.EncodeToString(h[:8])
}

// silence makes every run look as if it had not been heard of for an hour.
func silence(t *testing.T, server *pgtest.Server) {
	server.SQL(t, "postgres", `UPDATE `+schemaOf(t)+`.runs SET alive = alive - 3600 * 1000000::bigint`)
}

// claimedOnly waits for a number of claims and returns those that were not sent.
func (m machine) claimedOnly(t *testing.T, people []someone, claims int) (out []someone) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		h, err := m.led.History(context.Background(), ledger.Filter{States: []ledger.State{ledger.StateClaimed}})
		if err != nil {
			t.Fatal(err)
		}
		if len(h) < claims {
			<-tick.C
			continue
		}
		for _, v := range h {
			for _, p := range people {
				if p.key() == v.Key && len(m.platform.attempts(p.key())) == 0 {
					out = append(out, p)
				}
			}
		}
		if len(out) != 1 {
			t.Fatalf("%d claimed ahead", len(out))
		}
		return out
	}
}

// TestMachines is what several machines with one ledger do, on one server.
func TestMachines(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	t.Run("asleep", func(t *testing.T) { asleep(t, server) })
	t.Run("resend once", func(t *testing.T) { resendOnce(t, server) })
}

// asleep: a machine that claimed ahead and then slept does not send what another
// machine has given up and sent meanwhile.
func asleep(t *testing.T, server *pgtest.Server) {
	ms := machines(t, server, ledger.Policy{}, 2)
	a, b := ms[0], ms[1]
	people := crowd(10)
	a.begin()
	const workers = 8 // the first is the canary, and the last is claimed ahead
	held, release := make(chan struct{}, len(people)), make(chan struct{})
	a.platform.script[people[0].key()] = []answer{accepts()}
	slow := accepts()
	slow.then = func() { held <- struct{}{}; <-release }
	for _, p := range people[1:] {
		a.platform.script[p.key()] = []answer{slow}
	}
	batch := a.batch(people)
	defer batch.Close()
	a.plan(batch)
	d := a.delivery()
	d.Concurrency, d.Now = workers, nil
	ended := make(chan error, 1)
	go func() { ended <- batch.Deliver(context.Background(), d) }()
	for range workers {
		<-held
	}
	ahead := b.claimedOnly(t, people, workers+1)
	a.asleep.Store(int64(time.Hour))
	silence(t, server)
	if rec := b.begin(); rec.Count != workers+1 {
		t.Fatalf("recovered %+v", rec)
	}
	if _, err := b.led.Resolve(context.Background(), ahead[0].key(), ledger.AsResend); err != nil {
		t.Fatal(err)
	}
	b.platform.mu.Lock()
	b.platform.script[ahead[0].key()] = nil
	b.platform.mu.Unlock()
	if got, err := b.push(ahead, nil); err != nil || got.Records[0].State != Accepted {
		t.Fatalf("the other machine: %v, %+v", err, got.Records)
	}
	close(release)
	if err := <-ended; err != nil {
		t.Errorf("Deliver = %v", err)
	}
	if err := a.run.Finish(context.Background(), ledger.Summary{}); err != nil {
		t.Errorf("Finish = %v", err)
	}
	for i, p := range people {
		if n := len(a.platform.store[p.key()]); n != 1 {
			t.Errorf("%s is stored %d times", p.key(), n)
		}
		want := Accepted
		if p == ahead[0] {
			want = Skipped
		}
		if got := batch.Records[i].State; got != want {
			t.Errorf("%s is %s, want %s", p.key(), got, want)
		}
	}
}

// resendOnce: what several machines may send again by policy, one of them
// sends again, however it ends.
func resendOnce(t *testing.T, server *pgtest.Server) {
	for _, tc := range []struct {
		name          string
		policy        ledger.Policy
		before, again answer
		states        [2]State // of the two machines
	}{
		{"all", ledger.Policy{Resend: ledger.ResendAll}, accepts(), accepts(), [2]State{Accepted, Skipped}},
		{"all, answered by nothing", ledger.Policy{Resend: ledger.ResendAll}, accepts(), swallows(), [2]State{InDoubt, InDoubt}},
		{"all, never arrived", ledger.Policy{Resend: ledger.ResendAll}, accepts(), rejects("否"), [2]State{Rejected, Skipped}},
		{"doubts", ledger.Policy{InDoubt: ledger.ResendDoubts}, swallows(), accepts(), [2]State{Accepted, Skipped}},
		{"doubts that stay", ledger.Policy{InDoubt: ledger.ResendDoubts}, swallows(), loses(), [2]State{InDoubt, InDoubt}},
	} {
		for _, busy := range []bool{false, true} {
			t.Run(map[bool]string{false: tc.name, true: tc.name + ", planned while it was being sent"}[busy], func(t *testing.T) {
				t.Parallel()
				ms := machines(t, server, tc.policy, 2)
				a, b := ms[0], ms[1]
				people := crowd(1)
				p := people[0]
				a.platform.script[p.key()] = []answer{tc.before}
				a.begin()
				if _, err := a.push(people, nil); err != nil {
					t.Fatal(err)
				}
				a.begin()
				batch, other := a.batch(people), b.batch(people)
				defer batch.Close()
				defer other.Close()
				plan := func() {
					b.begin()
					b.plan(other)
				}
				if !busy {
					plan()
				}
				again := tc.again
				if busy {
					again.then = plan
				}
				a.platform.script[p.key()] = []answer{again}
				a.plan(batch)
				if err := batch.Deliver(context.Background(), a.delivery()); err != nil {
					t.Fatal(err)
				}
				if err := a.run.Finish(context.Background(), ledger.Summary{}); err != nil {
					t.Fatal(err)
				}
				if err := other.Deliver(context.Background(), b.delivery()); err != nil {
					t.Fatal(err)
				}
				if got := [2]State{batch.Records[0].State, other.Records[0].State}; got != tc.states {
					t.Errorf("states %v, want %v", got, tc.states)
				}
				if n := len(a.platform.attempts(p.key())); n != 2 {
					t.Errorf("sent %d times, want 2", n)
				}
			})
		}
	}
}
