package rules

import (
	"slices"
	"strconv"
	"strings"

	"hbupload/internal/ident"
	"hbupload/internal/spec"
)

// scan is the state of one Check.
type scan struct {
	c       *Checker
	rec     *spec.Record
	out     []spec.Finding
	today   int  // day number, 0: not known
	trouble bool // the identity number has a finding of its own
	problem ident.Problem
	numbers bool // the items' numbering was looked at
	excuses []spot
	it      itemView
	first   int // where this record's findings begin in out
	faults  []cellFault
	doubts  []int // indexes into out of the warnings about values that are sent
}

// cellFault is a fault of a cell. Under a mapping one cell may feed several
// fields, or each hazard of the person: it is said once.
type cellFault struct {
	place spec.Place
	rule  spec.RuleID
	note  string
}

// spot is a value with its place in the record.
type spot struct {
	v     *spec.Value
	field spec.FieldID
	i     int // index of the hazard or item, -1 for the person
}

// at is the value of a field; i is the hazard's or item's index.
func (s *scan) at(f spec.FieldID, i int) spot {
	switch s.c.fields[f].Section {
	case spec.SectionHazard:
		return spot{s.rec.Hazards[i].At(f), f, i}
	case spec.SectionItem:
		return spot{s.rec.Items[i].At(f), f, i}
	}
	return spot{s.rec.At(f), f, -1}
}

// text is the value if it is one that other checks may build on: "" when blank or
// faulty.
func (p spot) text() string {
	if p.v.Fault != nil {
		return ""
	}
	return p.v.Text
}

// empty reports whether nothing stands there at all: a faulty cell is not empty.
func (p spot) empty() bool { return p.v.Text == "" && p.v.Fault == nil }

func (s *scan) label(f spec.FieldID) string { return s.c.fields[f].Label }

// report adds a finding of the rule at the spot.
func (s *scan) report(rule spec.RuleID, p spot, message, cause string) {
	s.finding(rule, p, s.c.policy.defaults[rule], message, cause, nil)
}

// warn is report where the circumstances make an error a warning, unless the
// configuration says otherwise.
func (s *scan) warn(rule spec.RuleID, p spot, message, cause string) {
	s.finding(rule, p, spec.Warning, message, cause, nil)
}

// finding adds a finding unless its rule is off or the cell has it already.
func (s *scan) finding(rule spec.RuleID, p spot, otherwise spec.Severity, message, cause string, nearest []string) (added bool) {
	severity := s.c.policy.severity(rule, p.field, otherwise)
	if severity == spec.Off {
		return false
	}
	if saysNull(p) && rule != spec.NullWord {
		return s.nullAsked(p, severity)
	}
	if lack := lacking(s.label(p.field)); s.absent(p) && !strings.HasPrefix(message, lack) {
		message = lack + "：" + message
		cause = lack + "：" + cause
	}
	message = s.anonymous(message)
	cause = s.anonymous(cause)
	place := s.place(p)
	for i := s.first; i < len(s.out); i++ {
		if f := &s.out[i]; f.Rule == rule && f.Message == message && f.Place == place && f.Field == p.field {
			return false // the cell feeds each hazard of the person
		}
	}
	s.out = append(s.out, spec.Finding{
		Key: s.rec.Key, Record: -1, Place: place, Field: p.field, Path: s.path(p),
		Rule: rule, Severity: severity, Message: message, Cause: cause, Nearest: nearest,
	})
	return true
}

// anonymous takes the record's names and numbers out of a text: where columns have
// slipped, a name stands where a message quotes a code.
func (s *scan) anonymous(text string) string {
	if !strings.Contains(text, "“") {
		return text
	}
	for _, f := range [...]spec.FieldID{spec.PatientName, spec.IDCard, spec.EmpPhone, spec.EmergencyContact, spec.EmergencyContactNumber, spec.PreparerName, spec.PreparerPhone} {
		if secret := s.rec.At(f).Text; len(secret) > 1 {
			text = strings.ReplaceAll(text, "“"+secret, "“***")
		}
	}
	return text
}

// absent reports whether a value is a blank whose sheet has no such column at all: the column is to be
// added, and not each of its cells searched for.
func (s *scan) absent(p spot) bool {
	return p.empty() && p.v.Place.Sheet != nil && p.v.Place.Col == 0
}

// whole adds a finding about the record that no field carries; it points at the
// person's key.
func (s *scan) whole(rule spec.RuleID, path, message, cause string) {
	severity := s.c.policy.Severity(rule, spec.NoField)
	if severity == spec.Off {
		return
	}
	place := s.rec.At(spec.ExamKey).Place
	if place.Sheet == nil {
		place = s.rec.Place
	}
	s.out = append(s.out, spec.Finding{
		Key: s.rec.Key, Record: -1, Place: place, Field: spec.NoField, Path: path,
		Rule: rule, Severity: severity, Message: message, Cause: cause,
	})
}

// rowFaults reports what is wrong with the record's rows as a whole.
func (s *scan) rowFaults() {
	for i := range s.rec.Faults {
		f := &s.rec.Faults[i]
		severity := s.c.policy.Severity(f.Fault.Rule, spec.NoField)
		if severity == spec.Off {
			continue
		}
		s.out = append(s.out, spec.Finding{
			Key: s.rec.Key, Record: -1, Place: f.Place, Field: spec.NoField,
			Rule: f.Fault.Rule, Severity: severity, Message: f.Fault.Note, Cause: s.summary(f.Fault.Rule),
		})
	}
}

// place is the cell to change; where the sheet has no such column, its row and the
// header that is missing.
func (s *scan) place(p spot) spec.Place {
	place := p.v.Place
	if place.Sheet == nil {
		place = s.row(p)
		place.Col = 0
		place.Header = ""
	}
	if place.Header == "" {
		place.Header = s.label(p.field)
	}
	return place
}

func (s *scan) row(p spot) spec.Place {
	row := s.rec.Place
	switch s.c.fields[p.field].Section {
	case spec.SectionHazard:
		row = s.rec.Hazards[p.i].Place
	case spec.SectionItem:
		row = s.rec.Items[p.i].Place
	}
	if row.Sheet == nil {
		return s.rec.Place
	}
	return row
}

// path is spec's FieldID.Path, from the checker's own copy of the fields.
func (s *scan) path(p spot) string {
	f := &s.c.fields[p.field]
	switch f.Section {
	case spec.SectionHelper:
		return ""
	case spec.SectionHistory:
		return "personalHistory." + f.Key
	case spec.SectionHazard:
		return "ohEmpHazard[" + strconv.Itoa(p.i) + "]." + f.Key
	case spec.SectionItem:
		s.number()
		it := &s.rec.Items[p.i]
		class := "ohItemClassResult[" + strconv.Itoa(it.Class) + "]."
		if p.field == spec.ItemClassName {
			return class + f.Key
		}
		return class + "ohItemResult[" + strconv.Itoa(it.Index) + "]." + f.Key
	}
	return f.Key
}

// number numbers the items if the reader has not: then the first two share a number.
func (s *scan) number() {
	items := s.rec.Items
	if !s.numbers && len(items) > 1 && items[0].Class == items[1].Class && items[0].Index == items[1].Index {
		s.rec.Group()
	}
	s.numbers = true
}

// fault turns what mapping could not code into the finding of its rule.
func (s *scan) fault(p spot) {
	s.faultAs(p, p.v.Fault.Rule, s.c.policy.defaults[p.v.Fault.Rule])
}

func (s *scan) faultAs(p spot, rule spec.RuleID, otherwise spec.Severity) {
	s.faultOf(p, p.v.Fault, rule, otherwise)
}

func (s *scan) faultOf(p spot, f *spec.Fault, rule spec.RuleID, otherwise spec.Severity) (added bool) {
	if place := s.place(p); place.Col > 0 && f.Note != "" {
		seen := cellFault{place, rule, f.Note}
		if slices.Contains(s.faults, seen) {
			return false
		}
		s.faults = append(s.faults, seen)
	}
	note := strings.TrimRight(f.Note, "。；")
	if note == "" {
		note = s.summary(rule)
	}
	cause := f.Cause
	if cause == "" {
		cause = note
	}
	message := s.labelled(p, note)
	if len(f.Nearest) > 0 {
		message += "，最接近：" + strings.Join(f.Nearest, "、") + f.Advice
	}
	if fix := s.fix(rule); fix != "" && !strings.Contains(note, fix) {
		message += "；请" + fix
	}
	n := len(s.out)
	if added = s.finding(rule, p, otherwise, message, s.labelled(p, cause), f.Nearest); added && n < len(s.out) {
		s.out[n].Advice = f.Advice
		s.out[n].Word = f.Word
	}
	return added
}

// labelled begins a note with the field's label, unless it does so itself.
func (s *scan) labelled(p spot, note string) string {
	label := s.label(p.field)
	switch {
	case strings.HasPrefix(note, label):
		return note
	case strings.HasPrefix(note, "“"):
		return label + note // it begins with what the cell says
	}
	return "“" + label + "”" + note
}

// isBroken reports whether a cell holds nothing readable at all, whatever its field.
func isBroken(p spot) bool {
	if p.v.Fault == nil {
		return false
	}
	switch p.v.Fault.Rule {
	case spec.CellErrorRule, spec.FormulaUncached, spec.AutoConverted, spec.DamagedText, spec.NullWord, spec.Placeholder, spec.PrecisionLost:
		return true
	}
	return false
}

func (s *scan) summary(rule spec.RuleID) string { return s.c.catalogue[rule].Summary }
func (s *scan) fix(rule spec.RuleID) string     { return s.c.catalogue[rule].Fix }
