package ledger

import (
	"context"
	"os"
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

// world is the platform (what it holds) and what a careful person knows of it,
// beside the ledger under test.
type world struct {
	at      site
	l       *Ledger
	r       *Run
	persons []person
	held    map[string][][32]byte // identity number → contents stored, in order
}

func newWorld(t *rapid.T, at site) *world {
	w := &world{at: at, held: map[string][][32]byte{}}
	for n := range 4 {
		w.persons = append(w.persons, invented(n))
	}
	w.start(t)
	return w
}

func (w *world) start(t *rapid.T) {
	l, err := Open(context.Background(), options(w.at))
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	w.l = l
	w.begin(t)
}

func (w *world) begin(t *rapid.T) {
	policy := Policy{RetryRejected: true, Resend: rapid.SampledFrom([]ResendPolicy{ResendNone, ResendChanged}).Draw(t, "resend")}
	r, _, err := w.l.BeginRun(context.Background(), RunInfo{Policy: policy})
	if err != nil {
		t.Fatalf("BeginRun: %v", err)
	}
	w.r = r
}

func (w *world) who(t *rapid.T) *person {
	return &w.persons[rapid.IntRange(0, len(w.persons)-1).Draw(t, "person")]
}

// inForce reports whether a content is what the platform took last. Sending a
// record back and forth is a person's wish; the same content twice in a row never.
func (w *world) inForce(p *person, content [32]byte) bool {
	all := w.held[p.id]
	return len(all) > 0 && all[len(all)-1] == content
}

// push sends one person; the network is as bad as the draw says.
func (w *world) push(t *rapid.T) {
	ctx := context.Background()
	p := w.who(t)
	e := p.entry(w.l.Digester())
	c, d, err := w.r.ClaimOne(ctx, e)
	if err != nil {
		t.Fatalf("Claim: %v", err)
	}
	if !c.OK() {
		if d.Action == Skip && !w.inForce(p, e.Content) {
			t.Fatalf("%s is skipped, and the platform does not have it", p.key)
		}
		return
	}
	fate := rapid.SampledFrom([]string{"accepted", "rejected", "not-processed", "lost reply", "lost request", "killed before", "killed after"}).Draw(t, "fate")
	if fate == "accepted" || fate == "lost reply" || fate == "killed after" {
		if w.inForce(p, e.Content) {
			t.Fatalf("%s: content %x… is stored twice (%+v)", p.key, e.Content[:4], d)
		}
		w.held[p.id] = append(w.held[p.id], e.Content)
	}
	class := Class(fate)
	switch fate {
	case "killed before", "killed after":
		return // the claim stays open; the next run finds it
	case "lost reply", "lost request":
		class = ClassUnknown
	}
	if err := w.r.Settle(ctx, c, Settlement{Class: class}); err != nil {
		t.Fatalf("Settle: %v", err)
	}
	if err := w.r.Flush(ctx); err != nil {
		t.Fatalf("Flush: %v", err)
	}
	if d, err := w.l.Plan(ctx, []Entry{e}, Policy{}); err != nil || d[0].PriorState != c.After(class) {
		t.Fatalf("%s: state %s, foretold %s (%v)", p.key, d[0].PriorState, c.After(class), err)
	}
}

// resolve is a careful operator: looks at the platform, then says what is there.
func (w *world) resolve(t *rapid.T) {
	p := w.who(t)
	views, err := w.l.History(context.Background(), Filter{Keys: []string{p.key}})
	if err != nil || len(views) != 1 {
		return
	}
	how := AsResend
	if w.inForce(p, views[0].Content) {
		how = AsSent
	}
	if rapid.Bool().Draw(t, "same person") {
		how = AsSamePerson
	}
	// Refusals are fine: most records are in no doubt.
	if _, err := w.l.Resolve(context.Background(), p.key, how); err != nil && kindOf(err) != "usage" {
		t.Fatalf("Resolve: %v", err)
	}
}

// adopt registers by hand what the platform has.
func (w *world) adopt(t *rapid.T) {
	p := w.who(t)
	e := p.entry(w.l.Digester())
	if !w.inForce(p, e.Content) {
		return
	}
	got, err := w.l.Adopt(context.Background(), []Entry{e})
	if err != nil || !got[0].Adopted && !got[0].Already && got[0].Reason == "" {
		t.Fatalf("Adopt = %+v, %v", got, err)
	}
}

// check is P2; P1 is checked where something is stored.
func (w *world) check(t *rapid.T) {
	ctx := context.Background()
	views, err := w.l.History(ctx, Filter{})
	if err != nil {
		t.Fatalf("History: %v", err)
	}
	var parts []SubmissionView
	chosen, err := w.l.Select(ctx, Filter{})
	if err == nil {
		err = chosen.Each(ctx, func(v *SubmissionView) error { parts = append(parts, *v); return nil })
	}
	if err != nil || chosen.Len() != len(views) || !reflect.DeepEqual(parts, views) {
		t.Fatalf("read in parts: %+v, %v; at once: %+v", parts, err, views)
	}
	byKey := map[string]SubmissionView{}
	for _, v := range views {
		byKey[v.Key] = v
	}
	for _, p := range w.persons {
		v := byKey[p.key]
		switch {
		case len(w.held[p.id]) > 0 && v.State != StateAccepted && v.State != StateInDoubt && v.State != StateClaimed:
			t.Fatalf("%s is stored there and %q here", p.key, v.State)
		case v.State == StateAccepted && !w.inForce(&p, v.Content):
			t.Fatalf("%s is accepted here with a content that is not there", p.key)
		}
	}
}

// sound looks at the file itself, once at the end of a schedule.
func (w *world) sound(t *rapid.T) {
	if problems, err := w.l.Check(context.Background()); err != nil || len(problems) > 0 {
		t.Errorf("Check = %q, %v", problems, err)
	}
}

// memoryDir is a folder in memory where the system has one: thousands of commits
// need no disk here, the kill tests do.
func memoryDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "hbupload-ledger-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// sharedSchedules is how many random schedules a shared ledger goes through.
const sharedSchedules = 10

// conformModel runs random schedules of push, kill, resolve, changed content and
// changed names against the promises: nothing twice, nothing claimed that is not so.
func conformModel(t *testing.T, fresh maker) {
	t.Parallel()
	root := memoryDir(t)
	outer := t
	schedules := 0
	onServer := false
	rapid.Check(t, func(t *rapid.T) {
		if schedules++; onServer && schedules > sharedSchedules && os.Getenv("HBUPLOAD_TORTURE") == "" {
			return // a schema and a round trip for every step: a tenth must do between changes
		}
		at := fresh(outer)
		onServer = at.url != ""
		var err error
		if at.dir, err = os.MkdirTemp(root, "m"); err != nil {
			t.Fatalf("%v", err)
		}
		w := newWorld(t, at)
		defer func() { _ = w.l.Close() }()
		defer w.sound(t)
		t.Repeat(map[string]func(*rapid.T){
			"push":    w.push,
			"push2":   w.push, // pushes are what happens most
			"resolve": w.resolve,
			"adopt":   w.adopt,
			"new run": w.begin,
			"new process": func(t *rapid.T) {
				if err := w.l.Close(); err != nil {
					t.Fatalf("Close: %v", err)
				}
				w.start(t)
			},
			"change": func(t *rapid.T) {
				w.who(t).result = rapid.SampledFrom([]string{"正常", "异常", "未见异常"}).Draw(t, "result")
			},
			"rename": func(t *rapid.T) {
				w.who(t).name = rapid.SampledFrom([]string{"测试甲", "测试乙"}).Draw(t, "name")
			},
			"": w.check,
		})
	})
}
