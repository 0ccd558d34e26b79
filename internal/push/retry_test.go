package push

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"hbupload/internal/fault"
	"hbupload/internal/ledger"
	"hbupload/internal/wire"
)

// gaps are the waits between the attempts at a key.
func (s *scene) gaps(key string) []time.Duration {
	at := s.platform.attempts(key)
	var out []time.Duration
	for i := 1; i < len(at); i++ {
		out = append(out, at[i].Sub(at[i-1]))
	}
	return out
}

// repeat is the same answer several times.
func repeat(n int, a answer) []answer { return slices.Repeat([]answer{a}, n) }

// TestDelays: 0.5·2ⁿ s, capped at 8 s; the test's jitter takes the whole.
func TestDelays(t *testing.T) {
	t.Parallel()
	within(t, func(t *testing.T, s *scene) {
		s.platform.script["TJ0002"] = repeat(7, down())
		b, err := s.push(crowd(2), func(d *Delivery) { d.Retries = 7 })
		if err != nil {
			t.Fatal(err)
		}
		want := []time.Duration{500 * time.Millisecond, time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 8 * time.Second, 8 * time.Second}
		if got := s.gaps("TJ0002"); !slices.Equal(got, want) {
			t.Errorf("waits %v, want %v", got, want)
		}
		wantStates(t, b, Accepted, Accepted)
		if b.Records[1].Attempts != 8 {
			t.Errorf("%d attempts are told, 8 were made", b.Records[1].Attempts)
		}
		if got := len(s.kinds(EventWaiting)); got != 7 {
			t.Errorf("%d waits are told, want 7", got)
		}
		s.agree(crowd(2))
	})
}

// TestJitterIsFull: the default draws from nothing to the whole.
func TestJitterIsFull(t *testing.T) {
	t.Parallel()
	e := newEngine(t.Context(), &Batch{}, Delivery{Concurrency: 1})
	low, high := time.Hour, time.Duration(0)
	for range 2000 {
		w := e.Jitter(8 * time.Second)
		low, high = min(low, w), max(high, w)
	}
	if low < 0 || low > 200*time.Millisecond || high > 8*time.Second || high < 7800*time.Millisecond {
		t.Errorf("draws from %v to %v", low, high)
	}
}

func TestRetriesAreBounded(t *testing.T) {
	t.Parallel()
	within(t, func(t *testing.T, s *scene) {
		s.platform.script["TJ0002"] = repeat(9, down())
		b, err := s.push(crowd(3), func(d *Delivery) { d.Retries = 2 })
		if err != nil {
			t.Fatal(err)
		}
		wantStates(t, b, Accepted, Undelivered, Accepted)
		if n := len(s.platform.attempts("TJ0002")); n != 3 {
			t.Errorf("%d attempts, want 3", n)
		}
		if s.stored(crowd(3)[1]) != ledger.StateUndelivered {
			t.Errorf("the ledger says %q", s.stored(crowd(3)[1]))
		}
		if ExitCode(b.Records, 0, false) != fault.ExitDelivery {
			t.Error("undelivered is exit 4")
		}
	})
}

// TestRetryAfter is honoured when longer than the delay, and capped.
func TestRetryAfter(t *testing.T) {
	t.Parallel()
	within(t, func(t *testing.T, s *scene) {
		s.platform.script["TJ0002"] = []answer{busy(30 * time.Second), busy(0), busy(9 * time.Minute)}
		if _, err := s.push(crowd(2), nil); err != nil {
			t.Fatal(err)
		}
		want := []time.Duration{30 * time.Second, time.Second, maxRetryAfter}
		if got := s.gaps("TJ0002"); !slices.Equal(got, want) {
			t.Errorf("waits %v, want %v", got, want)
		}
	})
}

// TestOthersGoOn: a record that waits holds nobody up.
func TestOthersGoOn(t *testing.T) {
	t.Parallel()
	within(t, func(t *testing.T, s *scene) {
		s.platform.script["TJ0002"] = []answer{busy(time.Minute)}
		if _, err := s.push(crowd(40), func(d *Delivery) { d.Concurrency = 1 }); err != nil {
			t.Fatal(err)
		}
		last := s.platform.sent[len(s.platform.sent)-1]
		if last.key != "TJ0002" || last.at.Sub(s.platform.attempts("TJ0040")[0]) < 59*time.Second {
			t.Errorf("the one that waited was not the last: %v", last.key)
		}
	})
}

// TestNothingElseIsRepeated: what may have been processed is sent once.
func TestNothingElseIsRepeated(t *testing.T) {
	t.Parallel()
	for name, a := range map[string]answer{"lost": loses(), "swallowed": swallows(), "rejected": rejects("工种不符")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			within(t, func(t *testing.T, s *scene) {
				s.platform.script["TJ0002"] = []answer{a}
				if _, err := s.push(crowd(5), nil); err != nil {
					t.Fatal(err)
				}
				if n := len(s.platform.attempts("TJ0002")); n != 1 {
					t.Errorf("sent %d times", n)
				}
				s.agree(crowd(5))
			})
		})
	}
}

// burst answers the requests after the first alike.
func (s *scene) burst(n int, a answer) {
	s.platform.nth = map[int]answer{}
	for i := range n {
		s.platform.nth[i+2] = a
	}
}

// limits are the numbers of requests in flight as they were told.
func (s *scene) limits() []int {
	var out []int
	for _, e := range s.kinds(EventThrottle) {
		out = append(out, e.Limit)
	}
	return out
}

// TestHalving: a burst of refusals halves once, a second one again, and answers
// bring the number back one by one.
func TestHalving(t *testing.T) {
	t.Parallel()
	timeout := loses()
	timeout.outcome.Err = context.DeadlineExceeded
	slowConnect := down()
	slowConnect.outcome.Err = context.DeadlineExceeded
	for name, c := range map[string]struct {
		answer answer
		halves bool
	}{"503": {busy(0), true}, "timeout in doubt": {timeout, true}, "timeout of the connection": {slowConnect, true}, "refused connection": {down(), false}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			within(t, func(t *testing.T, s *scene) {
				people := crowd(80)
				s.platform.usual = slowly()
				a := c.answer
				a.takes = 100 * time.Millisecond
				s.burst(8, a)
				if _, err := s.push(people, func(d *Delivery) { d.Concurrency, d.MaxFailures = 8, 0 }); err != nil {
					t.Fatal(err)
				}
				got := s.limits()
				if !c.halves {
					if len(got) > 0 {
						t.Errorf("the limit moved: %v", got)
					}
					return
				}
				if want := []int{4, 5, 6, 7, 8}; !slices.Equal(got, want) {
					t.Errorf("limits %v, want %v", got, want)
				}
				if s.platform.most != 8 {
					t.Errorf("%d in flight at most", s.platform.most)
				}
				s.agree(people)
			})
		})
	}
}

// TestHalvingToOne: refusals that go on bring the run down to one at a time,
// never to none.
func TestHalvingToOne(t *testing.T) {
	t.Parallel()
	within(t, func(t *testing.T, s *scene) {
		people := crowd(30)
		s.platform.usual = slowly()
		for _, p := range people[1:] {
			s.platform.script[p.key()] = repeat(4, busy(0))
		}
		b, err := s.push(people, func(d *Delivery) { d.Concurrency = 8 })
		if err != nil {
			t.Fatal(err)
		}
		if got := s.limits(); !slices.Contains(got, 1) || slices.Contains(got, 0) {
			t.Errorf("limits %v", got)
		}
		if n := Counts(b.Records)[Accepted]; n != 30 {
			t.Errorf("%d accepted", n)
		}
	})
}

func TestRate(t *testing.T) {
	t.Parallel()
	within(t, func(t *testing.T, s *scene) {
		if _, err := s.push(crowd(21), func(d *Delivery) { d.Rate, d.Concurrency = 4, 8 }); err != nil {
			t.Fatal(err)
		}
		for i, a := range s.platform.sent[1:] {
			if gap := a.at.Sub(s.platform.sent[i].at); gap < 249*time.Millisecond || gap > 251*time.Millisecond {
				t.Fatalf("request %d came %v after the one before", i+2, gap)
			}
		}
	})
}

// TestJumpingClock: set back by an hour or ahead by a day, a run neither stalls
// nor hurries past its rate by more than a request.
func TestJumpingClock(t *testing.T) {
	t.Parallel()
	for name, jump := range map[string]time.Duration{"back": -time.Hour, "ahead": 24 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			within(t, func(t *testing.T, s *scene) {
				start := time.Now()
				now := func() time.Time {
					n := time.Now()
					if n.Sub(start) > 2*time.Second {
						n = n.Add(jump)
					}
					return n.Round(0) // no monotonic part, as after a suspended night
				}
				s.platform.script["TJ0003"] = repeat(3, down())
				b, err := s.push(crowd(20), func(d *Delivery) { d.Rate, d.Now = 4, now })
				if err != nil {
					t.Fatal(err)
				}
				if n := Counts(b.Records)[Accepted]; n != 20 {
					t.Errorf("%d accepted", n)
				}
				if took := time.Since(start); took < 4*time.Second || took > 12*time.Second {
					t.Errorf("the run took %v", took)
				}
				for _, e := range s.events {
					if e.Duration < 0 {
						t.Errorf("an attempt took %v", e.Duration)
					}
				}
			})
		})
	}
}

// TestClock never goes back, and goes on from where it was.
func TestClock(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	c := clock{now: func() time.Time { return at }}
	first := c.Now()
	at = at.Add(-time.Hour)
	if got := c.Now(); !got.Equal(first) {
		t.Errorf("after the jump %v, want %v", got, first)
	}
	at = at.Add(time.Second)
	if got := c.Now(); !got.Equal(first.Add(time.Second)) {
		t.Errorf("a second later %v", got)
	}
}

// TestWrongAddress and TestRefusedCredentials: nobody else leaves.
func TestStopsAtOnce(t *testing.T) {
	t.Parallel()
	refused := errors.New("平台拒绝登录")
	for name, c := range map[string]struct {
		outcome wire.Outcome
		kind    string
	}{
		"wrong address":        {wire.Outcome{Class: wire.WrongAddress, HTTPStatus: 404}, "stopped"},
		"token refused":        {wire.Outcome{Class: wire.DeadToken, Msg: "token 无效"}, "auth"},
		"no token to be had":   {wire.Outcome{Class: wire.DeadToken, Err: fault.New(fault.Auth, "平台拒绝登录").By(refused)}, "auth"},
		"an unknown new class": {wire.Outcome{Class: wire.Class(99)}, "stopped"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			within(t, func(t *testing.T, s *scene) {
				s.platform.script["TJ0001"] = []answer{rejects("工种不符")} // no success yet
				s.platform.script["TJ0002"] = []answer{{outcome: c.outcome}}
				b, err := s.push(crowd(9), func(d *Delivery) { d.Concurrency, d.Retries, d.MaxFailures = 1, 0, 1 })
				if kind(err) != c.kind || strings.TrimSpace(err.Error()) == "" {
					t.Fatalf("err = %v (%s)", err, kind(err))
				}
				if b.Records[1].State == Accepted || b.Records[2].State != Pending || len(s.platform.sent) != 2 {
					t.Errorf("states %v, %d sent", states(b), len(s.platform.sent))
				}
			})
		})
	}
}
