package summary

import (
	"context"
	"strings"
	"time"

	"hbupload/internal/ledger"
	"hbupload/internal/push"
	"hbupload/internal/spec"
)

// Person is a record of an export with what the ledger knows of it.
type Person struct {
	Key      string
	Examined string // YYYY-MM-DD
	Reported string
	Care     string // name
	Hazards  []Hazard
	ledger.Standing
}

// Collector takes the persons of one export (spec.Visitor).
type Collector struct {
	Entries  *push.Entries
	Name     func(dictionary, code string) string
	Meanings Meanings
	people   []Person
	entries  []ledger.Entry
}

// Restart implements spec.Visitor.
func (c *Collector) Restart() {
	c.people = nil
	c.entries = nil
}

// Record implements spec.Visitor.
func (c *Collector) Record(rec *spec.Record) error {
	e := c.Entries.Of(rec)
	e.Key = strings.Clone(e.Key)
	e.Institution = strings.Clone(e.Institution)
	p := Person{Key: e.Key, Examined: strings.Clone(rec.At(spec.PeDate).Text), Reported: strings.Clone(rec.At(spec.PreparerDate).Text), Care: c.name(spec.DictCareType, rec.CareType())}
	for i := range rec.Hazards {
		h := &rec.Hazards[i]
		end := h.At(spec.ResultOptionCode).Text
		p.Hazards = append(p.Hazards, Hazard{c.name(spec.DictHazard, h.At(spec.HazardCode).Text), ColumnOf(c.Meanings, end, c.Name(spec.DictResultOption, end))})
	}
	c.people = append(c.people, p)
	c.entries = append(c.entries, e)
	return nil
}

func (c *Collector) name(dictionary, code string) string {
	if name := c.Name(dictionary, code); name != "" {
		return name
	}
	return "（没有认出）"
}

// Ledger is what is asked of the ledger (ledger.Ledger).
type Ledger interface {
	Standings(ctx context.Context, entries []ledger.Entry) ([]ledger.Standing, error)
}

// People are the persons taken with where they stand, each record once.
func (c *Collector) People(ctx context.Context, led Ledger, seen map[ledger.Digest]bool) ([]Person, error) {
	standings, err := led.Standings(ctx, c.entries)
	if err != nil {
		return nil, err
	}
	var out []Person
	for i := range c.people {
		if id := c.entries[i].Identity; !seen[id] {
			seen[id] = true
			p := c.people[i]
			p.Standing = standings[i]
			out = append(out, p)
		}
	}
	return out, nil
}

// Accepted reports whether the platform holds the record.
func (p *Person) Accepted() bool { return p.State == ledger.StateAccepted }

// Days is how many days after the report's date the record was taken first; ok is
// false where that is not known.
func (p *Person) Days() (days int, ok bool) {
	reported, err := time.ParseInLocation(time.DateOnly, p.Reported, time.Local)
	at := p.Acceptance.First
	if err != nil || at.IsZero() || !p.Accepted() {
		return 0, false
	}
	at = at.Local()
	day := time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, time.UTC)
	from := time.Date(reported.Year(), reported.Month(), reported.Day(), 0, 0, 0, 0, time.UTC)
	return int(day.Sub(from).Hours() / 24), true
}

// Waiting is how many days a record that was not taken has waited since its report.
func (p *Person) Waiting(now time.Time) (days int, ok bool) {
	reported, err := time.Parse(time.DateOnly, p.Reported)
	if err != nil {
		return 0, false
	}
	now = now.Local()
	return int(time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC).Sub(reported).Hours() / 24), true
}
