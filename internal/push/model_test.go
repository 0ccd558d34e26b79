package push

import (
	"context"
	"os"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hbupload/internal/ledger"
)

// model is a file of people, a platform that stores, an operator who looks
// before answering, and the promises.
type model struct {
	*scene
	people []someone
	dict   string // what the dictionaries make of everybody's content
}

// file is the export as it stands now.
func (m *model) file() []someone {
	out := make([]someone, len(m.people))
	for i, p := range m.people {
		out[i] = p
		out[i].result += m.dict
	}
	return out
}

func newModel(t *rapid.T, dir string) *model {
	return &model{scene: newScene(t, dir), people: crowd(5)}
}

// fates are what may become of one request.
func fates() []answer {
	return []answer{accepts(), accepts(), accepts(), rejects("工种不符"), rejects("该体检记录已存在"), loses(), swallows(), down(), busy(time.Millisecond)}
}

// push delivers the whole file; each request's fate is drawn by the record. The
// platform refuses what it holds already, with its own words, as a real one may.
func (m *model) push(t *rapid.T) {
	held := m.holds()
	people := m.file()
	for _, p := range people {
		var script []answer
		for range rapid.IntRange(0, 3).Draw(t, "script") {
			a := rapid.SampledFrom(fates()).Draw(t, "fate")
			if a.outcome.Msg == "该体检记录已存在" && held[p.key()] != string(p.json()) {
				a = rejects("工种不符") // nobody says that of what is not there
			}
			script = append(script, a)
			if a.stores {
				break
			}
		}
		m.platform.script[p.key()] = script
	}
	m.policy.Resend = rapid.SampledFrom([]ledger.ResendPolicy{ledger.ResendNone, ledger.ResendNone, ledger.ResendChanged}).Draw(t, "resend")
	m.begin()
	b := m.batch(people)
	defer b.Close()
	m.plan(b)
	d := m.delivery()
	d.Concurrency = rapid.IntRange(1, 4).Draw(t, "concurrency")
	d.Retries = rapid.IntRange(0, 3).Draw(t, "retries")
	d.MaxFailures = rapid.IntRange(0, 3).Draw(t, "max failures")
	d.Observer = nil
	d.Jitter = func(time.Duration) time.Duration { return 0 }
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if rapid.IntRange(0, 3).Draw(t, "ended") == 0 { // a second Ctrl-C at some request
		at := people[rapid.IntRange(0, len(people)-1).Draw(t, "at")].key()
		m.platform.script[at] = []answer{{stores: rapid.Bool().Draw(t, "stored"), hangs: true, then: cancel}}
	}
	_ = b.Deliver(ctx, d) // whatever stopped it: the promises hold
	if err := m.run.Finish(context.Background(), ledger.Summary{}); err != nil {
		t.Fatalf("Finish: %v", err)
	}
	m.told(t, b, people)
}

// told: what the run says of each record is what the ledger keeps.
func (m *model) told(t *rapid.T, b *Batch, people []someone) {
	held := m.holds()
	states := m.storedAll(people)
	for i, p := range people {
		here, now := b.Records[i].State, states[i]
		switch here {
		case Valid, Built:
			t.Fatalf("%s was left %s", p.key(), here)
		case Accepted, Skipped:
			if now != ledger.StateAccepted || held[p.key()] != string(p.json()) {
				t.Fatalf("%s is told %s; the ledger says %q, there: %v", p.key(), here, now, held[p.key()])
			}
		case InDoubt:
			if now != ledger.StateInDoubt {
				t.Fatalf("%s is told in doubt; the ledger says %q", p.key(), now)
			}
		case Undelivered:
			if now != ledger.StateUndelivered && now != ledger.StateAccepted {
				t.Fatalf("%s is told undelivered; the ledger says %q", p.key(), now)
			}
		}
	}
}

// holds is what the platform holds, by key: the content it took last.
func (m *model) holds() map[string]string {
	out := map[string]string{}
	for key, list := range m.platform.store {
		out[key] = list[len(list)-1]
	}
	return out
}

// die leaves claims open as a killed process does, stored or not.
func (m *model) die(t *rapid.T) {
	m.begin()
	for range rapid.IntRange(1, 3).Draw(t, "claims") {
		p := rapid.SampledFrom(m.file()).Draw(t, "who")
		c, _, err := m.run.ClaimOne(context.Background(), p.entry(m.led.Digester()))
		if err != nil {
			t.Fatalf("Claim: %v", err)
		}
		if c.OK() && rapid.Bool().Draw(t, "stored") {
			m.platform.store[p.key()] = append(m.platform.store[p.key()], string(p.json()))
		}
	}
	if err := m.led.Close(); err != nil {
		t.Fatalf("Close: %v", err)
	}
	m.reopen(t)
}

func (m *model) reopen(t *rapid.T) {
	s := newScene(t, m.dir)
	s.platform, s.policy = m.platform, m.policy
	m.scene = s
}

// resolve is an operator who looks at the platform's list.
func (m *model) resolve(t *rapid.T) {
	p := rapid.SampledFrom(m.people).Draw(t, "who")
	views, err := m.led.History(context.Background(), ledger.Filter{Keys: []string{p.key()}})
	if err != nil || len(views) != 1 || views[0].State != ledger.StateInDoubt {
		return
	}
	how := ledger.AsResend
	if text, ok := m.holds()[p.key()]; ok && contentOf(text) == views[0].Content {
		how = ledger.AsSent
	}
	if _, err := m.led.Resolve(context.Background(), p.key(), how); err != nil {
		t.Fatalf("Resolve: %v", err)
	}
}

// views is what the ledger holds, by key. It is read at once: a reading for each
// person was half of the test's time.
func (m *model) views(t *rapid.T) map[string]ledger.SubmissionView {
	list, err := m.led.History(context.Background(), ledger.Filter{})
	if err != nil {
		t.Fatalf("History: %v", err)
	}
	out := make(map[string]ledger.SubmissionView, len(list))
	for _, v := range list {
		if _, twice := out[v.Key]; twice {
			t.Fatalf("History: %s twice", v.Key)
		}
		out[v.Key] = v
	}
	return out
}

// promises: P1 and P2 over contents.
func (m *model) promises(t *rapid.T) {
	views := m.views(t)
	for _, p := range m.people {
		held := m.platform.store[p.key()]
		for i := 1; i < len(held); i++ {
			if held[i] == held[i-1] {
				t.Fatalf("%s: the same content was stored twice", p.key())
			}
		}
		v, known := views[p.key()]
		if !known {
			if len(held) > 0 {
				t.Fatalf("%s is stored there and unknown here", p.key())
			}
			continue
		}
		switch {
		case len(held) == 0 && v.State == ledger.StateAccepted:
			t.Fatalf("%s is accepted here and not stored there", p.key())
		case len(held) > 0 && v.State == ledger.StateAccepted && v.Content != contentOf(held[len(held)-1]):
			t.Fatalf("%s is accepted with a content that is not the one there", p.key())
		case len(held) > 0 && v.State != ledger.StateAccepted && v.State != ledger.StateInDoubt && v.State != ledger.StateClaimed:
			t.Fatalf("%s is stored there and %q here", p.key(), v.State)
		}
	}
}

// TestModel runs random schedules of pushes with faults, kills between claim and
// answer, answers by an operator, changed contents and changed dictionaries.
func TestModel(t *testing.T) {
	t.Parallel()
	root := memory(t)
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp(root, "m")
		if err != nil {
			t.Fatalf("%v", err)
		}
		m := newModel(t, dir)
		defer func() { m.close() }()
		t.Repeat(map[string]func(*rapid.T){
			"push":    m.push,
			"again":   m.push,
			"die":     m.die,
			"resolve": m.resolve,
			"change": func(t *rapid.T) {
				m.people[rapid.IntRange(0, len(m.people)-1).Draw(t, "who")].result = rapid.SampledFrom([]string{"检查结果正常", "检查结果异常", "未见异常"}).Draw(t, "result")
			},
			"dictionary": func(t *rapid.T) {
				m.dict = rapid.SampledFrom([]string{"", "（新名称）"}).Draw(t, "names")
			},
			"": m.promises,
		})
	})
}
