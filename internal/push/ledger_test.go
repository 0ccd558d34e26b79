package push

import (
	"context"
	"database/sql"
	"strings"
	"testing"

	"hbupload/internal/fault"
	"hbupload/internal/ledger"
	"hbupload/internal/wire"
)

// sabotage makes the ledger's database refuse something from now on.
func (s *scene) sabotage(t *testing.T, when string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+s.dir+"/"+ledger.FileName+"?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Error(err)
		return
	}
	defer func() { _ = db.Close() }()
	if _, err := db.ExecContext(context.Background(), `CREATE TRIGGER broken BEFORE `+when+` ON attempts BEGIN SELECT RAISE(FAIL, 'broken'); END`); err != nil {
		t.Error(err)
	}
}

// TestClaimsFail: what cannot be claimed is not sent.
func TestClaimsFail(t *testing.T) {
	t.Parallel()
	within(t, func(t *testing.T, s *scene) {
		a := accepts()
		a.then = func() { s.sabotage(t, "INSERT") }
		s.platform.script["TJ0003"] = []answer{a}
		b, err := s.push(crowd(12), func(d *Delivery) { d.Concurrency = 1 })
		if err == nil || kind(err) == "config" || kind(err) == "usage" {
			t.Fatalf("err = %v (%s)", err, kind(err))
		}
		wantStates(t, b, Accepted, Accepted, Accepted, Pending, Pending, Pending, Pending, Pending, Pending, Pending, Pending, Pending)
		if len(s.platform.sent) != 3 {
			t.Errorf("%d requests left, 3 were claimed", len(s.platform.sent))
		}
		s.agree(crowd(12))
	})
}

// TestSettlesFail: an answer that cannot be written stops the run, and the end
// of the run says so, whatever the records' states are.
func TestSettlesFail(t *testing.T) {
	t.Parallel()
	within(t, func(t *testing.T, s *scene) {
		a := accepts()
		a.then = func() { s.sabotage(t, "UPDATE") }
		s.platform.script["TJ0003"] = []answer{a}
		s.unsettled = Unsettled(1)
		s.begin()
		b := s.batch(crowd(12))
		defer b.Close()
		s.plan(b)
		d := s.delivery()
		d.Concurrency = 1
		err := b.Deliver(context.Background(), d)
		if err == nil {
			t.Fatal("the run knows nothing of the failure")
		}
		if n := len(s.platform.sent); n > 4 {
			t.Errorf("%d requests left after the ledger broke", n)
		}
		if err := s.run.Finish(context.Background(), ledger.Summary{}); err == nil {
			t.Error("the end of the run is silent")
		}
		rec := s.begin0(t)
		// A claim that was not sent any more could not be given back either.
		if n := len(s.platform.sent) - 2; rec != n && rec != n+1 {
			t.Errorf("%d sent, 2 settled, %d recovered as in doubt", len(s.platform.sent), rec)
		}
		s.agree(crowd(12))
	})
}

// begin0 heals the database and begins the next run.
func (s *scene) begin0(t *testing.T) int {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+s.dir+"/"+ledger.FileName+"?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.ExecContext(context.Background(), `DROP TRIGGER broken`); err != nil {
		t.Fatal(err)
	}
	return s.begin().Count
}

// TestLastSettleFails: the very last answer is lost on its way to the disk.
// Deliver cannot know yet; Finish must say it.
func TestLastSettleFails(t *testing.T) {
	t.Parallel()
	within(t, func(t *testing.T, s *scene) {
		a := accepts()
		a.then = func() { s.sabotage(t, "UPDATE") }
		s.platform.script["TJ0003"] = []answer{a}
		b := s.batch(crowd(3))
		defer b.Close()
		s.plan(b)
		_ = b.Deliver(context.Background(), s.delivery())
		err := s.run.Finish(context.Background(), ledger.Summary{})
		if err == nil {
			t.Fatal("a silent success")
		}
		if k := kind(Midway(err)); k != "stopped" && k != "internal" {
			t.Errorf("kind %s has an exit code that says nothing was sent", k)
		}
	})
}

// TestMidway: no error in mid-run may claim that nothing was sent.
func TestMidway(t *testing.T) {
	t.Parallel()
	for from, want := range map[fault.Kind]fault.Kind{fault.Config: fault.Stopped, fault.Usage: fault.Stopped, fault.Locked: fault.Stopped, fault.Stopped: fault.Stopped, fault.Internal: fault.Internal} {
		if got := fault.KindOf(Midway(fault.New(from, "台账出错"))); got != want {
			t.Errorf("%s becomes %s, want %s", from, got, want)
		}
	}
	if got := Midway(context.Canceled); kind(got) != "internal" || got.Error() == "" {
		t.Errorf("%v", got)
	}
}

// TestClaimedByAnother: between plan and claim another run took the records.
func TestClaimedByAnother(t *testing.T) {
	t.Parallel()
	within(t, func(t *testing.T, s *scene) {
		people := crowd(6)
		b := s.batch(people)
		defer b.Close()
		s.plan(b)
		other, _, err := s.led.BeginRun(context.Background(), ledger.RunInfo{Policy: s.policy})
		if err != nil {
			t.Fatal(err)
		}
		for i, class := range map[int]ledger.Class{1: ledger.ClassAccepted, 2: "", 3: ledger.ClassUnknown} {
			c, _, err := other.ClaimOne(context.Background(), people[i].entry(s.led.Digester()))
			if err != nil {
				t.Fatal(err)
			}
			if class != "" {
				if err := other.Settle(context.Background(), c, ledger.Settlement{Class: class}); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := b.Deliver(context.Background(), s.delivery()); err != nil {
			t.Fatal(err)
		}
		wantStates(t, b, Accepted, Skipped, InDoubt, InDoubt, Accepted, Accepted)
		if len(s.platform.sent) != 3 {
			t.Errorf("%d requests", len(s.platform.sent))
		}
	})
}

// doubt leaves the first person in doubt, stored there or not.
func (s *scene) doubt(t *testing.T, a answer) {
	t.Helper()
	s.platform.script["TJ0001"] = []answer{a}
	b, err := s.push(crowd(1), nil)
	if err != nil {
		t.Fatal(err)
	}
	wantStates(t, b, InDoubt)
}

func (s *scene) resolve(t *testing.T, how ledger.How) {
	t.Helper()
	if _, err := s.led.Resolve(context.Background(), "TJ0001", how); err != nil {
		t.Fatal(err)
	}
	s.begin()
}

// TestHeldUntilResolved: a doubt is not sent again by itself, by any number of
// pushes.
func TestHeldUntilResolved(t *testing.T) {
	t.Parallel()
	within(t, func(t *testing.T, s *scene) {
		s.doubt(t, loses())
		for range 3 {
			s.begin()
			b, err := s.push(crowd(1), nil)
			if err != nil {
				t.Fatal(err)
			}
			wantStates(t, b, InDoubt)
		}
		s.resolve(t, ledger.AsSent)
		b, err := s.push(crowd(1), nil)
		if err != nil {
			t.Fatal(err)
		}
		wantStates(t, b, Skipped)
		s.agree(crowd(1))
	})
}

// TestDuplicateReply settles a doubt when the content is the same, and no other.
func TestDuplicateReply(t *testing.T) {
	t.Parallel()
	within(t, func(t *testing.T, s *scene) {
		s.doubt(t, loses())
		s.resolve(t, ledger.AsResend)
		s.platform.script["TJ0001"] = []answer{down(), rejects("该体检记录已存在")}
		b, err := s.push(crowd(1), nil)
		if err != nil {
			t.Fatal(err)
		}
		wantStates(t, b, Accepted)
		if !strings.Contains(b.Records[0].Message, "已存在") {
			t.Errorf("message %q", b.Records[0].Message)
		}
		s.agree(crowd(1))
	})
}

func TestDuplicateReplyWithoutDoubt(t *testing.T) {
	t.Parallel()
	for _, doubtful := range []bool{false, true} {
		within(t, func(t *testing.T, s *scene) {
			people := crowd(1)
			if doubtful { // but with other content
				s.doubt(t, swallows())
				s.resolve(t, ledger.AsResend)
				people[0].result = "检查结果异常"
			}
			s.platform.script["TJ0001"] = []answer{rejects("该体检记录已存在")}
			b, err := s.push(people, nil)
			if err != nil {
				t.Fatal(err)
			}
			wantStates(t, b, Rejected)
		})
	}
}

// TestDoubtSurvivesAFailedResend: an attempt that was not processed settles
// nothing about the one before.
func TestDoubtSurvivesAFailedResend(t *testing.T) {
	t.Parallel()
	within(t, func(t *testing.T, s *scene) {
		s.doubt(t, loses())
		s.resolve(t, ledger.AsResend)
		s.platform.script["TJ0001"] = repeat(9, down())
		b, err := s.push(crowd(1), func(d *Delivery) { d.Retries = 1 })
		if err != nil {
			t.Fatal(err)
		}
		wantStates(t, b, InDoubt)
		s.agree(crowd(1))
	})
}

// TestResendByConfiguration: upload.in_doubt: resend.
func TestResendByConfiguration(t *testing.T) {
	t.Parallel()
	within(t, func(t *testing.T, s *scene) {
		s.doubt(t, swallows())
		s.policy.InDoubt = ledger.ResendDoubts
		s.begin()
		b, err := s.push(crowd(1), nil)
		if err != nil {
			t.Fatal(err)
		}
		wantStates(t, b, Accepted)
		s.agree(crowd(1))
	})
}

// TestChanged is withheld and names the field; --resend changed sends it.
func TestChanged(t *testing.T) {
	t.Parallel()
	within(t, func(t *testing.T, s *scene) {
		people := crowd(3)
		if _, err := s.push(people, nil); err != nil {
			t.Fatal(err)
		}
		people[1].result = "检查结果异常"
		s.begin()
		b, err := s.push(people, nil)
		if err != nil {
			t.Fatal(err)
		}
		wantStates(t, b, Skipped, Changed, Skipped)
		if !strings.Contains(b.Records[1].Message, "检查单位名称；") || strings.Contains(b.Records[1].Message, "身份证号") {
			t.Errorf("message %q", b.Records[1].Message)
		}
		s.policy.Resend = ledger.ResendChanged
		s.begin()
		if b, err = s.push(people, nil); err != nil {
			t.Fatal(err)
		}
		wantStates(t, b, Skipped, Accepted, Skipped)
	})
}

// TestMixedUpPeople: another name, or another identity under a known key, is a
// finding at the cell and is not sent.
func TestMixedUpPeople(t *testing.T) {
	t.Parallel()
	within(t, func(t *testing.T, s *scene) {
		people := crowd(2)
		if _, err := s.push(people, nil); err != nil {
			t.Fatal(err)
		}
		people[0].name = "测试乙"
		s.begin()
		b := s.batch(people)
		defer b.Close()
		s.become(b, 1, s.led.Digester().Identity("1301", "01", "other", "2026-01-02", "0"))
		s.plan(b)
		wantStates(t, b, Invalid, Invalid)
		if len(b.Findings) != 2 || b.Findings[0].Rule != "identity-collision" || b.Findings[1].Rule != "key-identity-changed" {
			t.Errorf("findings %+v", b.Findings)
		}
		for _, x := range b.Findings {
			if x.Severity != "error" || x.Message == "" || x.Cause == "" {
				t.Errorf("finding %+v", x)
			}
		}
	})
}

// TestKilledRun: claims without an answer are held by the next run, and counted.
func TestKilledRun(t *testing.T) {
	t.Parallel()
	within(t, func(t *testing.T, s *scene) {
		people := crowd(4)
		for _, p := range people[:2] {
			if _, _, err := s.run.ClaimOne(context.Background(), p.entry(s.led.Digester())); err != nil {
				t.Fatal(err)
			}
		}
		s.platform.store["TJ0001"] = []string{"stored, and then the process died"}
		if rec := s.begin(); rec.Count != 2 {
			t.Fatalf("%d recovered", rec.Count)
		}
		b, err := s.push(people, nil)
		if err != nil {
			t.Fatal(err)
		}
		wantStates(t, b, InDoubt, InDoubt, Accepted, Accepted)
		s.agree(people)
	})
}

// TestAdopt registers in batches, and touches what is known no more.
func TestAdopt(t *testing.T) {
	t.Parallel()
	within(t, func(t *testing.T, s *scene) {
		people := crowd(adoptChunk + 50)
		if _, err := s.push(people[:2], nil); err != nil {
			t.Fatal(err)
		}
		people[1].result = "检查结果异常"
		b := s.batch(people)
		defer b.Close()
		if err := b.Adopt(context.Background(), s.led); err != nil {
			t.Fatal(err)
		}
		n := Counts(b.Records)
		if b.Records[0].State != Skipped || b.Records[1].State != Changed || n[Accepted] != adoptChunk+48 {
			t.Errorf("counts %v", n)
		}
		ended, cancel := context.WithCancel(context.Background())
		cancel()
		b2 := s.batch(crowd(adoptChunk + 60))
		defer b2.Close()
		if err := b2.Adopt(ended, s.led); err == nil || Counts(b2.Records)[Pending] != adoptChunk+60 {
			t.Errorf("%v, %v", err, Counts(b2.Records))
		}
	})
}

// TestLedgerClass: no class of wire falls between two chairs.
func TestLedgerClass(t *testing.T) {
	t.Parallel()
	for class, want := range map[wire.Class]ledger.Class{
		wire.Unknown: ledger.ClassUnknown, wire.Accepted: ledger.ClassAccepted, wire.Rejected: ledger.ClassRejected,
		wire.NotProcessed: ledger.ClassNotProcessed, wire.Throttled: ledger.ClassNotProcessed,
		wire.DeadToken: ledger.ClassDeadToken, wire.WrongAddress: ledger.ClassWrongAddress, wire.Class(77): ledger.ClassUnknown,
	} {
		if got := ledgerClass(class); got != want {
			t.Errorf("%s is %s, want %s", class, got, want)
		}
	}
}

// TestLedgerGone: an answer that the ledger does not even queue stops the run at
// once, though no claim comes after it.
func TestLedgerGone(t *testing.T) {
	t.Parallel()
	within(t, func(t *testing.T, s *scene) {
		a := accepts()
		a.then = s.close
		s.platform.script["TJ0001"] = []answer{a}
		b := s.batch(crowd(1))
		defer b.Close()
		s.plan(b)
		if err := b.Deliver(context.Background(), s.delivery()); err == nil {
			t.Error("a silent success")
		}
		if err := s.run.Finish(context.Background(), ledger.Summary{}); err == nil {
			t.Error("the end of the run is silent")
		}
	})
}

// become makes a record another identity's.
func (s *scene) become(b *Batch, i int, identity ledger.Digest) {
	s.t.Helper()
	data, err := b.spool.Get(b.jobs[i].slot)
	if err != nil {
		s.t.Fatalf("%v", err)
	}
	var a about
	leaves, zip := a.unpack(data)
	a.identity = identity
	if b.jobs[i].slot, err = b.spool.Add(append(a.pack(nil, leaves), zip...)); err != nil {
		s.t.Fatalf("%v", err)
	}
	if err := b.spool.Flush(); err != nil {
		s.t.Fatalf("%v", err)
	}
}
