package mapping

import (
	"context"
	"strings"

	"hbupload/internal/spec"
	"hbupload/internal/table/grid"
)

// donor is what a first examination may lend to the re-examination of the same
// person (help: 接口读法 4.5): smoking, protection and exposure, never results.
type donor struct {
	key, day string
	person   []lent
	hazards  map[string][]lent // hazard code → exposure
}

type lent struct {
	field spec.FieldID
	text  string
}

func lentByPerson() []spec.FieldID {
	return []spec.FieldID{spec.SmokingStatus, spec.PersonalHistoryYear, spec.PersonalHistoryMonth, spec.DailySmokingVolum, spec.ProtectiveEquipmentCode}
}

func lentByHazard() []spec.FieldID {
	return []spec.FieldID{spec.HazardStartDate, spec.HazardYear, spec.HazardMonth, spec.HazardDay}
}

// firstLook notes in the survey who is examined again.
type firstLook struct {
	src  *Source
	eval *evaluator // nil: nobody inherits
}

func newFirstLook(s *Source) *firstLook {
	l := &firstLook{src: s}
	if !s.lay.Inherit || s.wanted != nil {
		return l
	}
	s.wanted = map[string]bool{}
	l.eval = newEvaluator(s.code, s.lay)
	return l
}

func (l *firstLook) row(on *part, row *grid.Row) {
	if l.eval == nil {
		return
	}
	l.eval.set(on, row)
	id, again := "", false
	for _, r := range on.bound.person {
		if r.Field != spec.IDCard && r.Field != spec.PeFlag {
			continue
		}
		var v spec.Value
		l.eval.fill(r, &v)
		if r.Field == spec.IDCard {
			id = v.Text
		} else {
			again = v.Text == spec.PeFlagRecheck && v.Fault == nil
		}
	}
	if again && id != "" {
		l.src.wanted[strings.Clone(id)] = true
	}
}

// gatherer collects the first examinations of those who come again.
type gatherer struct{ src *Source }

// Restart implements spec.Visitor.
func (g *gatherer) Restart() { g.src.donors = map[string][]donor{} }

// Record implements spec.Visitor.
func (g *gatherer) Record(rec *spec.Record) error {
	id := rec.At(spec.IDCard).Text
	if !g.src.wanted[id] || rec.At(spec.PeFlag).Text != spec.PeFlagFirst {
		return nil
	}
	d := donor{key: strings.Clone(rec.Key), day: rec.At(spec.PeDate).Text, hazards: map[string][]lent{}}
	for _, f := range lentByPerson() {
		d.person = append(d.person, lend(f, rec.At(f))...)
	}
	for i := range rec.Hazards {
		h := &rec.Hazards[i]
		code := h.At(spec.HazardCode).Text
		if _, twice := d.hazards[code]; twice || code == "" {
			continue
		}
		for _, f := range lentByHazard() {
			d.hazards[code] = append(d.hazards[code], lend(f, h.At(f))...)
		}
	}
	id = strings.Clone(id)
	g.src.donors[id] = append(g.src.donors[id], d)
	return nil
}

func lend(f spec.FieldID, v *spec.Value) []lent {
	if v.Text == "" || v.Fault != nil {
		return nil
	}
	return []lent{{f, strings.Clone(v.Text)}}
}

// gather reads the input once for the first examinations.
func (s *Source) gather(ctx context.Context) error {
	g := &gatherer{src: s}
	g.Restart()
	return s.ordering(ctx, g)
}

// inherit fills the blanks of a re-examination.
func (p *pass) inherit(rec *spec.Record) {
	if rec.At(spec.PeFlag).Text != spec.PeFlagRecheck {
		return
	}
	d := p.donor(rec)
	if d == nil {
		return
	}
	note := "recheck: inherit，取自同一人的初检 " + d.key
	for _, l := range d.person {
		if v := rec.At(l.field); missing(v) {
			v.Derive(spec.StepInherited, l.text, note)
		}
	}
	for i := range rec.Hazards {
		h := &rec.Hazards[i]
		for _, l := range d.hazards[h.At(spec.HazardCode).Text] {
			if v := h.At(l.field); missing(v) {
				v.Derive(spec.StepInherited, l.text, note)
			}
		}
	}
}

// donor is the last first examination before the record's day.
func (p *pass) donor(rec *spec.Record) *donor {
	all := p.donors[rec.At(spec.IDCard).Text]
	var best *donor
	for i := range all {
		if d := &all[i]; d.day <= rec.At(spec.PeDate).Text && (best == nil || d.day >= best.day) {
			best = d
		}
	}
	return best
}
