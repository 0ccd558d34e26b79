package report

import (
	"strconv"
	"strings"

	"hbupload/internal/push"
	"hbupload/internal/spec"
	"hbupload/internal/summary"
)

// countedText is what the table of hazards needs of a record: the kind of care, then
// a line for each hazard with the column of its conclusion. Most people share theirs
// with many.
func (t *Tally) countedText(rec *spec.Record) string {
	if t.Meanings == nil || t.Name == nil {
		return ""
	}
	var b strings.Builder
	b.WriteString(t.named(spec.DictCareType, rec.CareType()))
	for i := range rec.Hazards {
		h := &rec.Hazards[i]
		end := h.At(spec.ResultOptionCode).Text
		b.WriteString("\n" + strconv.Itoa(summary.ColumnOf(t.Meanings, end, t.Name(spec.DictResultOption, end))) + t.named(spec.DictHazard, h.At(spec.HazardCode).Text))
	}
	return b.String()
}

func (t *Tally) named(dictionary, code string) string {
	if name := t.Name(dictionary, code); name != "" {
		return name
	}
	return unknown
}

// Reported is the day of the report of the person whose own row is at p, 0 where it
// is not known.
func (t *Tally) Reported(p spec.Place) int32 {
	if t == nil {
		return 0
	}
	i := t.find(p, t.last)
	if i < 0 {
		return 0
	}
	t.last = i
	return t.rows[i].reported
}

// hazardLines count hazards against conclusions of the records that the platform
// holds with the content of this input.
func (p *Page) hazardLines() (lines []summary.Line, people int) {
	if p.Tally == nil || p.Tally.Meanings == nil {
		return nil, 0
	}
	alike := map[int32]int{}
	at := 0
	for i := range p.Records {
		r := &p.Records[i]
		if r.State != push.Accepted && r.State != push.Skipped {
			continue
		}
		if at = p.Tally.find(r.Place, max(at, 0)); at >= 0 {
			alike[p.Tally.rows[at].counted]++
			people++
		}
	}
	var c summary.Counter
	for text, n := range alike {
		parts := strings.Split(p.Tally.texts[text], "\n")
		var hazards []summary.Hazard
		for _, part := range parts[1:] {
			hazards = append(hazards, summary.Hazard{Name: part[1:], Column: int(part[0] - '0')})
		}
		c.Add(parts[0], hazards, n)
	}
	return c.Lines(), people
}
