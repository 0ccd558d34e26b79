package push

import (
	"context"
	"slices"
	"testing"
	"time"

	"hbupload/internal/fault"
	"hbupload/internal/ledger"
	"hbupload/internal/wire"
)

func TestMaxRejections(t *testing.T) {
	t.Parallel()
	within(t, func(t *testing.T, s *scene) {
		for _, p := range crowd(20)[4:] {
			s.platform.script[p.key()] = []answer{rejects("工种不符")}
		}
		b, err := s.push(crowd(20), func(d *Delivery) { d.Concurrency, d.MaxRejections = 1, 5 })
		if kind(err) != "stopped" {
			t.Fatalf("err = %v", err)
		}
		if n := Counts(b.Records); n[Accepted] != 4 || n[Rejected] != 5 || n[Pending] != 11 {
			t.Errorf("counts %v", n)
		}
	})
}

// TestRejectionsBetweenSuccesses do not add up.
func TestRejectionsBetweenSuccesses(t *testing.T) {
	t.Parallel()
	within(t, func(t *testing.T, s *scene) {
		for i, p := range crowd(20) {
			if i%4 != 0 {
				s.platform.script[p.key()] = []answer{rejects("工种不符")}
			}
		}
		b, err := s.push(crowd(20), func(d *Delivery) { d.Concurrency, d.MaxRejections = 1, 4 })
		if err != nil || Counts(b.Records)[Rejected] != 15 {
			t.Fatalf("%v, %v", err, Counts(b.Records))
		}
	})
}

func TestMaxFailures(t *testing.T) {
	t.Parallel()
	for name, a := range map[string]answer{"in doubt": swallows(), "undelivered": down()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			within(t, func(t *testing.T, s *scene) {
				for _, p := range crowd(20)[1:] {
					s.platform.script[p.key()] = repeat(9, a)
				}
				b, err := s.push(crowd(20), func(d *Delivery) { d.Concurrency, d.MaxFailures, d.Retries = 1, 3, 1 })
				if kind(err) != "stopped" {
					t.Fatalf("err = %v", err)
				}
				n := Counts(b.Records)
				if n[Accepted] != 1 || n[InDoubt]+n[Undelivered] < 3 || n[Pending] == 0 {
					t.Errorf("counts %v", n)
				}
				s.agree(crowd(20))
			})
		})
	}
}

// TestUnreachableFromTheStart: nothing is claimed as done, the next push has all.
func TestUnreachableFromTheStart(t *testing.T) {
	t.Parallel()
	within(t, func(t *testing.T, s *scene) {
		s.platform.ready = func(context.Context) error { return fault.New(fault.Unreachable, "连不上") }
		b, err := s.push(crowd(3), nil)
		if kind(err) != "unreachable" || len(s.platform.sent) != 0 {
			t.Fatalf("err = %v, %d sent", err, len(s.platform.sent))
		}
		wantStates(t, b, Pending, Pending, Pending)
		s.platform.ready = nil
		s.begin()
		b, err = s.push(crowd(3), nil)
		if err != nil {
			t.Fatal(err)
		}
		wantStates(t, b, Accepted, Accepted, Accepted)
	})
}

// TestInterrupt finishes what is in flight and starts nothing more.
func TestInterrupt(t *testing.T) {
	t.Parallel()
	within(t, func(t *testing.T, s *scene) {
		stop := make(chan struct{})
		s.platform.usual = slowly()
		s.platform.script["TJ0002"] = []answer{down()}
		last := slowly()
		last.then = func() { close(stop) }
		s.platform.script["TJ0006"] = []answer{last}
		b, err := s.push(crowd(30), func(d *Delivery) { d.Interrupt = stop })
		if kind(err) != "interrupted" {
			t.Fatalf("err = %v", err)
		}
		n := Counts(b.Records)
		if n[Pending] < 20 || n[InDoubt] != 0 || n[Undelivered] > 1 || n[Accepted]+n[Pending]+n[Undelivered] != 30 {
			t.Errorf("counts %v", n)
		}
		if b.Records[5].State != Accepted {
			t.Errorf("the one in flight is %s", b.Records[5].State)
		}
		s.agree(crowd(30))
		if rec := s.begin(); rec.Count != 0 {
			t.Errorf("%d claims were left open", rec.Count)
		}
	})
}

// TestInterruptBeforeTheFirst: Ctrl-C during the login or before sends nothing.
func TestInterruptBeforeTheFirst(t *testing.T) {
	t.Parallel()
	for name, ready := range map[string]func(context.Context) error{
		"before":           nil,
		"during the login": func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			within(t, func(t *testing.T, s *scene) {
				stop := make(chan struct{})
				s.platform.ready = ready
				if ready == nil {
					close(stop)
				} else {
					time.AfterFunc(time.Second, func() { close(stop) })
				}
				b, err := s.push(crowd(5), func(d *Delivery) { d.Interrupt = stop })
				if kind(err) != "interrupted" || len(s.platform.sent) != 0 {
					t.Fatalf("err = %v, %d sent", err, len(s.platform.sent))
				}
				if Counts(b.Records)[Pending] != 5 {
					t.Errorf("states %v", states(b))
				}
			})
		})
	}
}

// TestInterruptCutsWaits: nobody waits for a Retry-After after Ctrl-C.
func TestInterruptCutsWaits(t *testing.T) {
	t.Parallel()
	within(t, func(t *testing.T, s *scene) {
		stop, start := make(chan struct{}), time.Now()
		time.AfterFunc(5*time.Second, func() { close(stop) })
		s.platform.usual = busy(time.Minute)
		b, err := s.push(crowd(3), func(d *Delivery) { d.Interrupt = stop })
		if kind(err) != "interrupted" || time.Since(start) > 6*time.Second {
			t.Fatalf("%v after %v", err, time.Since(start))
		}
		wantStates(t, b, Undelivered, Pending, Pending)
	})
}

// TestSecondInterrupt gives up what is in flight: in doubt, and the ledger says so.
func TestSecondInterrupt(t *testing.T) {
	t.Parallel()
	within(t, func(t *testing.T, s *scene) {
		ctx, cancel := context.WithCancel(t.Context())
		stop := make(chan struct{})
		hang := answer{stores: true, hangs: true}
		for _, p := range crowd(30)[10:] {
			s.platform.script[p.key()] = []answer{hang}
		}
		time.AfterFunc(time.Second, func() { close(stop) })
		time.AfterFunc(2*time.Second, cancel)
		b := s.batch(crowd(30))
		defer b.Close()
		s.plan(b)
		d := s.delivery()
		d.Interrupt = stop
		err := b.Deliver(ctx, d)
		if ferr := s.run.Finish(context.Background(), ledger.Summary{}); ferr != nil {
			t.Fatal(ferr)
		}
		if kind(err) != "interrupted" {
			t.Fatalf("err = %v", err)
		}
		n := Counts(b.Records) // what is claimed together is sent in no certain order
		if n[Accepted] < 6 || n[Accepted] > 10 || n[InDoubt] != 4 || n[Accepted]+n[Pending] != 26 {
			t.Errorf("counts %v", n)
		}
		s.agree(crowd(30))
		for i, p := range crowd(30) {
			if b.Records[i].State == InDoubt && s.stored(p) != ledger.StateInDoubt {
				t.Errorf("the ledger says %q", s.stored(p))
			}
		}
	})
}

// TestEvents: every record is settled once, the count only grows, the plan comes
// first.
func TestEvents(t *testing.T) {
	t.Parallel()
	within(t, func(t *testing.T, s *scene) {
		s.platform.script["TJ0003"] = []answer{rejects("工种不符")}
		s.platform.script["TJ0004"] = repeat(2, down())
		if _, err := s.push(crowd(12), nil); err != nil {
			t.Fatal(err)
		}
		if s.events[0].Kind != EventPlanned || s.events[0].Total != 12 {
			t.Errorf("first event %+v", s.events[0])
		}
		var keys []string
		for n, e := range s.kinds(EventSettled) {
			if e.Done != n+1 || e.Total != 12 || e.Attempt == 0 {
				t.Errorf("event %d: %+v", n, e)
			}
			keys = append(keys, e.Key)
		}
		slices.Sort(keys)
		if len(keys) != 12 || len(slices.Compact(keys)) != 12 {
			t.Errorf("settled %v", keys)
		}
	})
}

// TestNothingToSend asks for no token.
func TestNothingToSend(t *testing.T) {
	t.Parallel()
	within(t, func(t *testing.T, s *scene) {
		if _, err := s.push(crowd(3), nil); err != nil {
			t.Fatal(err)
		}
		s.platform.ready = func(context.Context) error { t.Error("asked for a token"); return nil }
		s.begin()
		b, err := s.push(crowd(3), nil)
		if err != nil {
			t.Fatal(err)
		}
		wantStates(t, b, Skipped, Skipped, Skipped)
		if len(s.platform.sent) != 3 {
			t.Errorf("%d requests", len(s.platform.sent))
		}
	})
}

// TestWordsAreRedacted: the platform quotes a name; the screen and the ledger
// do not, the workbook does.
func TestWordsAreRedacted(t *testing.T) {
	t.Parallel()
	within(t, func(t *testing.T, s *scene) {
		s.platform.script["TJ0001"] = []answer{{outcome: wire.Outcome{Class: wire.Rejected, Msg: "测试甲（130102199001010001）的工种不符"}}}
		b, err := s.push(crowd(1), nil)
		if err != nil {
			t.Fatal(err)
		}
		r := b.Records[0]
		if r.Message != "***（***）的工种不符" || r.Verbatim() != "测试甲（130102199001010001）的工种不符" {
			t.Errorf("%+v", r)
		}
		s.policy.RetryRejected = false
		again := s.batch(crowd(1))
		defer again.Close()
		s.plan(again)
		if got := again.Records[0]; got.State != Rejected || got.Message != "内容未变，上次已被平台拒绝。上次的答复：***（***）的工种不符" {
			t.Errorf("%+v", got)
		}
	})
}

// TestDeadPlatformIsNotShowered: when everything fails, fresh records are not
// tried one after the other.
func TestDeadPlatformIsNotShowered(t *testing.T) {
	t.Parallel()
	within(t, func(t *testing.T, s *scene) {
		for _, p := range crowd(500)[1:] {
			s.platform.script[p.key()] = repeat(20, down())
		}
		b, err := s.push(crowd(500), func(d *Delivery) { d.MaxFailures = 10 })
		if kind(err) != "stopped" {
			t.Fatalf("err = %v", err)
		}
		if n := Counts(b.Records); n[Undelivered] > 30 || n[Pending] < 460 {
			t.Errorf("counts %v", n)
		}
	})
}

// TestClaimedAhead: as many are claimed before there is room to send them. Ctrl-C gives these back: not tried, and no doubt about them.
func TestClaimedAhead(t *testing.T) {
	t.Parallel()
	within(t, func(t *testing.T, s *scene) {
		people := crowd(200)
		stop := make(chan struct{})
		s.platform.usual = slowly()
		time.AfterFunc(450*time.Millisecond, func() { close(stop) })
		b, err := s.push(people, func(d *Delivery) { d.Concurrency, d.Interrupt = 32, stop })
		if kind(err) != "interrupted" {
			t.Fatalf("err = %v", err)
		}
		if s.platform.most != 32 {
			t.Errorf("%d in flight", s.platform.most)
		}
		given, err := s.led.History(t.Context(), ledger.Filter{States: []ledger.State{ledger.StateUndelivered}})
		if err != nil || len(given) != 32 {
			t.Errorf("%d claims were given back, want 32 (%v)", len(given), err)
		}
		if n := Counts(b.Records); n[Accepted] != len(s.platform.sent) || n[Accepted]+n[Pending] != 200 {
			t.Errorf("counts %v, %d sent", n, len(s.platform.sent))
		}
		if last := s.events[len(s.events)-1]; last.Kind != EventSettled || last.State != Pending || last.Done != len(s.platform.sent) {
			t.Errorf("the last event is %+v, %d sent: what was given back is not done", last, len(s.platform.sent))
		}
		if rec := s.begin(); rec.Count != 0 {
			t.Errorf("%d claims were left open", rec.Count)
		}
		if b, err = s.push(people, nil); err != nil || Counts(b.Records)[Accepted]+Counts(b.Records)[Skipped] != 200 {
			t.Errorf("afterwards %v, %v", err, Counts(b.Records))
		}
		s.agree(people)
	})
}
