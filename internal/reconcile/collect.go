package reconcile

import (
	"context"
	"strings"
	"time"

	"hbupload/internal/ledger"
	"hbupload/internal/push"
	"hbupload/internal/spec"
)

// Collector takes the persons of exports (spec.Visitor).
type Collector struct {
	Entries *push.Entries
	Care    func(code string) string // the name of a kind of care
	ours    []Ours
	entries []ledger.Entry
}

// Restart implements spec.Visitor: what was taken of earlier files stays.
func (c *Collector) Restart() {
	c.ours = nil
	c.entries = nil
}

// Record implements spec.Visitor.
func (c *Collector) Record(rec *spec.Record) error {
	text := func(id spec.FieldID) string { return strings.Clone(rec.At(id).Text) }
	e := c.Entries.Of(rec)
	e.Key = strings.Clone(e.Key)
	e.Institution = strings.Clone(e.Institution)
	c.entries = append(c.entries, e)
	o := Ours{Key: e.Key, Name: text(spec.PatientName), Number: text(spec.IDCard), Date: text(spec.PeDate), OrgCode: e.Institution,
		OrgName: text(spec.ReportOrgName), Flag: flagWords(text(spec.PeFlag))}
	if code := strings.Clone(rec.CareType()); code != "" {
		o.Care = []string{code, c.Care(code)}
	}
	c.ours = append(c.ours, o)
	return nil
}

// flagWords are the words for a first or a repeated examination.
func flagWords(code string) []string {
	switch code {
	case "0":
		return []string{code, "初检", "首检", "初查", "否"}
	case "1":
		return []string{code, "复查", "复检", "是"}
	}
	return nil
}

// Ledger is what is asked of the ledger (ledger.Ledger).
type Ledger interface {
	Standings(ctx context.Context, entries []ledger.Entry) ([]ledger.Standing, error)
	Plan(ctx context.Context, entries []ledger.Entry, p ledger.Policy) ([]ledger.Decision, error)
	History(ctx context.Context, f ledger.Filter) ([]ledger.SubmissionView, error)
	Digester() *ledger.Digester
}

// Take adds what the ledger knows of the persons taken, each record once, and the
// records in doubt that are in no export. all are the persons of every file.
func Take(ctx context.Context, led Ledger, ours []Ours, entries []ledger.Entry) ([]Ours, error) {
	standings, err := led.Standings(ctx, entries)
	if err != nil {
		return nil, err
	}
	var out []Ours
	seen := map[ledger.Digest]bool{}
	taken := map[int64]int{}
	for i, s := range standings {
		if seen[entries[i].Identity] {
			continue // the same person in two files
		}
		seen[entries[i].Identity] = true
		o := ours[i]
		o.ID = s.SubmissionID
		o.State = s.State
		o.Attempts = s.Attempts
		if !s.LastSent.IsZero() {
			o.Sent = s.LastSent.UnixMicro()
		}
		if o.ID != 0 {
			taken[o.ID] = len(out)
		}
		out = append(out, o)
	}
	return addDoubts(ctx, led, out, taken)
}

func addDoubts(ctx context.Context, led Ledger, out []Ours, taken map[int64]int) ([]Ours, error) {
	doubts, err := led.History(ctx, ledger.Filter{States: []ledger.State{ledger.StateInDoubt, ledger.StateClaimed}})
	if err != nil {
		return nil, err
	}
	for i := range doubts {
		d := &doubts[i]
		if d.State != ledger.StateInDoubt {
			continue // being sent now
		}
		if at, known := taken[d.ID]; known {
			out[at].Resend = d.Resend
			continue
		}
		o := Ours{ID: d.ID, Key: d.Key, OrgCode: d.Institution, State: d.State, Attempts: len(d.Attempts), Resend: d.Resend, Bare: true}
		if n := len(d.Attempts); n > 0 {
			o.Sent = d.Attempts[n-1].Started.UnixMicro()
		}
		out = append(out, o)
	}
	return out, nil
}

// Taken are the persons and their entries.
func (c *Collector) Taken() ([]Ours, []ledger.Entry) { return c.ours, c.entries }

// sentAt is when a record was last sent; zero: not known.
func (o *Ours) sentAt() time.Time {
	if o.Sent == 0 {
		return time.Time{}
	}
	return time.UnixMicro(o.Sent)
}
