package push

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"hbupload/internal/ledger"
	"hbupload/internal/wire"
)

func blocks(status int) answer {
	class := wire.WrongAddress
	if status == 403 {
		class = wire.Unknown
	}
	return answer{outcome: wire.Outcome{Class: class, HTTPStatus: status, Reason: "平台应答", Sent: true}}
}

// TestBlockedRecord: a page after a success concerns its record alone.
func TestBlockedRecord(t *testing.T) {
	t.Parallel()
	for _, status := range []int{403, 404, 405} {
		within(t, func(t *testing.T, s *scene) {
			s.platform.script["TJ0003"] = []answer{blocks(status)}
			b, err := s.push(crowd(9), nil)
			if n := Counts(b.Records); err != nil || n[Accepted] != 8 || b.Records[2].State != InDoubt {
				t.Errorf("%d: %v, %v", status, err, n)
			}
			s.agree(crowd(9))
		})
	}
}

// TestBlockedCanary: before any success it stops the run; the next run begins
// with another record, and an earlier run's success counts.
func TestBlockedCanary(t *testing.T) {
	t.Parallel()
	within(t, func(t *testing.T, s *scene) {
		s.platform.script["TJ0001"] = repeat(9, blocks(405))
		b, err := s.push(crowd(6), nil)
		if kind(err) != "stopped" || b.Records[0].State != Undelivered || Counts(b.Records)[Pending] != 5 {
			t.Fatalf("first run: %v, %v", err, states(b))
		}
		s.begin()
		b, err = s.push(crowd(6), nil)
		if n := Counts(b.Records); err != nil || n[Accepted] != 5 || b.Records[0].State != InDoubt {
			t.Fatalf("second run: %v, %v", err, states(b))
		}
		if first := s.platform.sent[1].key; first == "TJ0001" {
			t.Error("it was the canary again")
		}
	})
	within(t, func(t *testing.T, s *scene) {
		s.platform.script["TJ0001"] = []answer{blocks(404)}
		b, err := s.push(crowd(4), func(d *Delivery) { d.Proven = true })
		if err != nil || b.Records[0].State != InDoubt || Counts(b.Records)[Accepted] != 3 {
			t.Errorf("proven: %v, %v", err, states(b))
		}
	})
}

// TestThreeBlockedStop: three in a row are no longer about the records.
func TestThreeBlockedStop(t *testing.T) {
	t.Parallel()
	within(t, func(t *testing.T, s *scene) {
		for _, p := range crowd(9)[2:] {
			s.platform.script[p.key()] = []answer{blocks(404)}
		}
		b, err := s.push(crowd(9), func(d *Delivery) { d.Concurrency = 1 })
		if n := Counts(b.Records); kind(err) != "stopped" || n[Accepted] != 2 || n[InDoubt] != 3 || n[Pending] != 4 {
			t.Errorf("%v, %v", err, n)
		}
	})
}

// TestUnreachablePlatformStopsTheRun: without one connection the run stops within 20 seconds, and
// with one it goes on as before.
func TestUnreachablePlatformStopsTheRun(t *testing.T) {
	t.Parallel()
	for _, takes := range []time.Duration{0, 10 * time.Second} {
		within(t, func(t *testing.T, s *scene) {
			refused := down()
			refused.outcome.Err = errors.New("connection refused")
			refused.takes = takes
			s.platform.usual = refused
			start := time.Now()
			b, err := s.push(crowd(30), nil)
			if took := time.Since(start); kind(err) != "unreachable" || took > patience || b.Records[0].State != Undelivered || b.Records[1].State != Pending {
				t.Errorf("after %v: %v, %v", took, err, states(b)[:2])
			}
		})
	}
}

// TestRefusedDoubt: a refusal of what was sent again by policy may come because
// it is there; a person's word makes it a refusal.
func TestRefusedDoubt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		msg    string
		person bool
		want   State
	}{{"年龄有误", false, InDoubt}, {"年龄有误", true, Rejected}, {"该体检记录已存在", false, Accepted}, {"该体检记录已存在", true, Accepted}} {
		within(t, func(t *testing.T, s *scene) {
			s.doubt(t, loses())
			if c.person {
				s.resolve(t, ledger.AsResend)
			} else {
				s.policy.InDoubt = ledger.ResendDoubts
				s.begin()
			}
			s.platform.script["TJ0001"] = []answer{rejects(c.msg)}
			b, err := s.push(crowd(1), nil)
			if err != nil || b.Records[0].State != c.want {
				t.Errorf("%+v: %v, %+v", c, err, b.Records[0])
			}
		})
	}
}

// TestDuplicateOfOlderContent: "already there" may speak of what was accepted
// before the change that is in doubt.
func TestDuplicateOfOlderContent(t *testing.T) {
	t.Parallel()
	for _, person := range []bool{false, true} {
		within(t, func(t *testing.T, s *scene) {
			people := crowd(1)
			if _, err := s.push(people, nil); err != nil {
				t.Fatal(err)
			}
			people[0].result = "检查结果异常"
			s.policy.Resend = ledger.ResendChanged
			s.begin()
			s.platform.script["TJ0001"] = []answer{swallows()}
			if b, _ := s.push(people, nil); b.Records[0].State != InDoubt {
				t.Fatalf("%+v", b.Records[0])
			}
			if person {
				s.resolve(t, ledger.AsResend)
			} else {
				s.policy.InDoubt = ledger.ResendDoubts
				s.begin()
			}
			s.platform.script["TJ0001"] = []answer{rejects("该体检记录已存在")}
			b, err := s.push(people, nil)
			if err != nil || b.Records[0].State != InDoubt {
				t.Errorf("person %v: %v, %+v", person, err, b.Records[0])
			}
		})
	}
}

// suspicious counts how often it was told of an answer that was another's.
type suspicious struct {
	*outside
	told int
}

// Distrust implements distruster.
func (s *suspicious) Distrust() { s.told++ }

// TestForeignEcho: another person's data are no answer about this record.
func TestForeignEcho(t *testing.T) {
	t.Parallel()
	within(t, func(t *testing.T, s *scene) {
		foreign := accepts()
		foreign.echo = func(json string) string { return strings.Replace(json, "130102199001010002", "130102199001010009", 1) }
		s.platform.script["TJ0002"] = []answer{foreign}
		sender := &suspicious{outside: s.platform}
		b, err := s.push(crowd(3), func(d *Delivery) { d.Sender, d.Concurrency = sender, 1 })
		if err != nil || sender.told != 1 {
			t.Fatalf("%v, told %d", err, sender.told)
		}
		wantStates(t, b, Accepted, InDoubt, Accepted)
		s.agree(crowd(3))
	})
}

// TestTokenWordsOfAnOlderVersion: recorded as a rejection, they say nothing about
// the record; those after a fresh login do.
func TestTokenWordsOfAnOlderVersion(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		msg, reason string
		want        State
	}{{"Token已失效", "", Accepted}, {"Token已失效", wire.ReasonAfterLogin, Rejected}, {"年龄有误", "", Rejected}} {
		within(t, func(t *testing.T, s *scene) {
			s.policy.RetryRejected = false
			s.begin()
			refusal := rejects(c.msg)
			refusal.outcome.Reason = c.reason
			s.platform.script["TJ0001"] = []answer{refusal}
			if b, err := s.push(crowd(1), nil); err != nil || b.Records[0].State != Rejected {
				t.Fatalf("%v, %+v", err, b.Records[0])
			}
			s.begin()
			b := s.batch(crowd(1))
			defer b.Close()
			b.tokenWords = wire.Policy{}.IsTokenError
			s.plan(b)
			if err := b.Deliver(context.Background(), s.delivery()); err != nil || b.Records[0].State != c.want {
				t.Errorf("%+v: %v, %+v", c, err, b.Records[0])
			}
			if err := s.run.Finish(context.Background(), ledger.Summary{}); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestAdvice holds that advice stands beside the words of a refusal, not in them.
func TestAdvice(t *testing.T) {
	t.Parallel()
	within(t, func(t *testing.T, s *scene) {
		s.platform.script["TJ0001"] = []answer{rejects("不符")}
		b, err := s.push(crowd(2), func(d *Delivery) { d.Advice = func([]wire.Leaf) string { return "可先试一试" } })
		if err != nil || b.Records[0].Message != "不符" || b.Records[0].Hint() != "可先试一试" || b.Records[1].Hint() != "" {
			t.Errorf("%v, %+v", err, b.Records)
		}
	})
}
