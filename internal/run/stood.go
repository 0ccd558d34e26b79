package run

import (
	"context"
	"slices"
	"time"

	"hbupload/internal/config"
	"hbupload/internal/ledger"
	"hbupload/internal/push"
	"hbupload/internal/spec"
	"hbupload/internal/summary"
)

// Stood are the persons of exports with what the ledger knows of them.
func Stood(ctx context.Context, env *Env, cfg *config.Config, led *ledger.Ledger, files []string, mapping string) ([]summary.Person, error) {
	s, err := Begin(env, cfg, false)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	asked := push.NewEntries(led.Digester(), s.Judge.encoder)
	var taken []*summary.Collector
	err = people(ctx, s, files, mapping, func() spec.Visitor {
		return &summary.Collector{Entries: asked, Name: entryName(s.Judge.Dicts), Meanings: s.Judge.Checker}
	}, func(v spec.Visitor) { taken = append(taken, v.(*summary.Collector)) })
	if err != nil {
		return nil, err
	}
	var all []summary.Person
	seen := map[ledger.Digest]bool{}
	for _, c := range taken {
		people, err := c.People(ctx, led, seen)
		if err != nil {
			return nil, err
		}
		all = append(all, people...)
	}
	return all, nil
}

// Timeliness is what status says of given exports.
type Timeliness struct {
	People    int           `json:"people"`
	NeverSent []string      `json:"never_sent"`
	Accepted  []AcceptedDay `json:"accepted"`
	Late      int           `json:"late"`
	LateKeys  []string      `json:"late_keys"`
	Deadline  int           `json:"deadline,omitempty"`
}

// AcceptedDay is when the platform accepted a record, and whether that was in time.
type AcceptedDay struct {
	Key      string `json:"key"`
	Reported string `json:"report_date"`
	At       string `json:"accepted_at"`
	Days     int    `json:"days"`
	Late     bool   `json:"late"`
}

// claimed are the exam numbers of those that the ledger has a try of and the platform
// has not accepted.
func claimed(people []summary.Person) []string {
	var out []string
	for i := range people {
		if p := &people[i]; p.Attempts > 0 && !p.Accepted() {
			out = append(out, p.Key)
		}
	}
	return out
}

// Timely reads exports for status; nil where they cannot be read here.
func Timely(ctx context.Context, env *Env, cfg *config.Config, led *ledger.Ledger, files []string) *Timeliness {
	if len(files) == 0 {
		return nil
	}
	if i := slices.IndexFunc(files, func(f string) bool { return !exists(f) }); i >= 0 {
		env.Say("%s：文件不在这里，只能按文件名查台账", files[i])
		return nil
	}
	var tried map[string]time.Time
	people, err := Stood(ctx, env, cfg, led, files, "")
	if err == nil {
		tried, err = knownKeys(ctx, led, claimed(people))
	}
	if err != nil {
		env.Say("没有读出这些文件里的人，只能按文件名查台账：%v", err)
		return nil
	}
	t := &Timeliness{People: len(people), NeverSent: []string{}, Accepted: []AcceptedDay{}, LateKeys: []string{}, Deadline: cfg.Sense.Deadline}
	for i := range people {
		p := &people[i]
		if _, sent := tried[p.Key]; !sent && !p.Accepted() {
			t.NeverSent = append(t.NeverSent, p.Key)
		}
		days, known := p.Days()
		if known {
			d := AcceptedDay{p.Key, p.Reported, p.Acceptance.First.Local().Format(time.DateTime), days, t.Deadline > 0 && days > t.Deadline}
			t.Accepted = append(t.Accepted, d)
		} else if !p.Accepted() {
			days, known = p.Waiting(env.Now())
		}
		if known && t.Deadline > 0 && days > t.Deadline {
			t.Late++
			t.LateKeys = append(t.LateKeys, p.Key)
		}
	}
	return t
}
