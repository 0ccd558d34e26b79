package mapping

import (
	"context"
	"slices"
	"strings"

	"hbupload/internal/mapping/layout"
	"hbupload/internal/spec"
	"hbupload/internal/table/grid"
)

// donor is what a first examination may lend to the re-examination of the same
// person (help: 接口读法 4.5): smoking, protection and exposure, never results.
type donor struct {
	key     string // of the record, as notes name it
	day     string
	person  []lent
	name    []lent
	hazards map[string][]lent // hazard code → exposure
}

type lent struct {
	field spec.FieldID
	text  string
	parts []string // of a list
}

func lentByPerson() []spec.FieldID {
	return []spec.FieldID{spec.SmokingStatus, spec.PersonalHistoryYear, spec.PersonalHistoryMonth, spec.DailySmokingVolum, spec.ProtectiveEquipmentCode}
}

// lentByName are the fields that a re-examination takes from the first one that its
// row names by key, where it has none of its own: who the person is, never when, nor
// what was found.
func lentByName() []spec.FieldID {
	return []spec.FieldID{spec.PatientName, spec.SexCode, spec.IDType, spec.IDCard, spec.Birthday, spec.EmpPhone, spec.EmergencyContact, spec.EmergencyContactNumber,
		spec.EmpOrgName, spec.EmpOrgBizCode, spec.EmpOrgIndustry, spec.TypeOfWorkCode, spec.TypeOfWorkOther, spec.EmployerEnterpriseName, spec.EmployerCreditCode, spec.EmployerIndustry,
		spec.ContactHazardCode, spec.ContactHazardOther}
}

func lentByHazard() []spec.FieldID {
	return []spec.FieldID{spec.HazardStartDate, spec.HazardYear, spec.HazardMonth, spec.HazardDay}
}

// firstLook notes in the survey who is examined again.
type firstLook struct {
	src  *Source
	eval *evaluator // nil: nothing is inherited
}

func newFirstLook(s *Source) *firstLook {
	l := &firstLook{src: s}
	named := slices.ContainsFunc(s.lay.Sheets, func(one *layout.Sheet) bool { return one.First != nil })
	if !s.lay.Inherit && !named || s.wanted != nil {
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
	id, again := l.again(on)
	if on.bound.first != 0 && (again || !on.bound.shared) {
		cell := row.Cell(on.bound.first)
		if key := keyText(&spec.Value{}, &cell); key != "" {
			l.src.wanted[nameOf(strings.Clone(key))] = true
		}
	}
	if again && id != "" {
		l.src.wanted[strings.Clone(id)] = true
	}
}

// again is whose row it is, and whether that person is examined again.
func (l *firstLook) again(on *part) (id string, again bool) {
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
	return id, again
}

// numbered gives a first examination whose number its re-examinations share that
// number as its key: the joined key, by which the rows are told apart, is never shown.
// That two first examinations have one number is the census's business.
func (p *pass) numbered(on *part, row *grid.Row) {
	if !on.bound.shared || p.first == "" || p.rec.At(spec.PeFlag).Text != spec.PeFlagFirst {
		return
	}
	v := p.rec.At(spec.ExamKey)
	v.Place = p.rec.Place
	v.Place.Col = on.bound.first
	cell := row.Cell(on.bound.first)
	p.eval.code.value(v, &p.eval.code.key, &cell)
	p.rec.Key = p.first
}

// gatherer collects the first examinations of those who come again.
type gatherer struct{ src *Source }

// Restart implements spec.Visitor.
func (g *gatherer) Restart() { g.src.donors = map[string][]donor{} }

// Record implements spec.Visitor.
func (g *gatherer) Record(rec *spec.Record) error {
	id := rec.At(spec.IDCard).Text
	byID := g.src.wanted[id] && rec.At(spec.PeFlag).Text == spec.PeFlagFirst
	byName := g.src.wanted[nameOf(rec.Key)]
	if !byID && !byName {
		return nil
	}
	d := donor{key: strings.Clone(rec.Key), day: rec.At(spec.PeDate).Text, hazards: map[string][]lent{}}
	for _, f := range lentByPerson() {
		d.person = append(d.person, lend(f, rec.At(f))...)
	}
	for _, f := range lentByName() {
		d.name = append(d.name, lend(f, rec.At(f))...)
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
	if byID {
		id = strings.Clone(id)
		g.src.donors[id] = append(g.src.donors[id], d)
	}
	if byName {
		name := nameOf(d.key)
		g.src.donors[name] = append(g.src.donors[name], d)
	}
	return nil
}

// nameOf is the entry of a first examination that a row names by its key.
func nameOf(key string) string { return "\x00" + key }

func lend(f spec.FieldID, v *spec.Value) []lent {
	if v.Text == "" || v.Fault != nil {
		return nil
	}
	return []lent{{f, strings.Clone(v.Text), v.Parts}}
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
	d := p.identified(rec)
	if d == nil {
		d = p.donor(rec)
	}
	if d == nil || !p.lay.Inherit {
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

// identified gives a re-examination that names its first one by key who the person is,
// and returns that one. A key that several have, or nobody, names nobody.
func (p *pass) identified(rec *spec.Record) *donor {
	found := p.donors[nameOf(p.first)]
	if p.first == "" || len(found) != 1 || found[0].key == rec.Key {
		return nil
	}
	for _, l := range found[0].name {
		if v := rec.At(l.field); missing(v) {
			v.Derive(spec.StepInherited, l.text, "按初检编号取自 "+found[0].key)
			v.Parts = l.parts
		}
	}
	return &found[0]
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
