package rules

import (
	"slices"
	"strings"

	"hbupload/internal/spec"
)

// findings are what is said of the record under check.
type findings struct {
	cells
	out    []spec.Finding
	first  int // where this record's begin in out
	faults []cellFault
	doubts []int // indexes into out of the warnings about values that are sent
}

// cellFault is a fault of a cell. Under a mapping one cell may feed several
// fields, or each hazard of the person: it is said once.
type cellFault struct {
	place spec.Place
	rule  spec.RuleID
	note  string
}

// report adds a finding of the rule at the spot.
func (s *findings) report(rule spec.RuleID, p spot, message, cause string) {
	s.finding(rule, p, s.c.policy.defaults[rule], message, cause, nil)
}

// warn is report where the circumstances make an error a warning, unless the
// configuration says otherwise.
func (s *findings) warn(rule spec.RuleID, p spot, message, cause string) {
	s.finding(rule, p, spec.Warning, message, cause, nil)
}

// finding adds a finding unless its rule is off or the cell has it already.
func (s *findings) finding(rule spec.RuleID, p spot, otherwise spec.Severity, message, cause string, nearest []string) (added bool) {
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
	s.add(spec.Finding{Rule: rule, Place: place, Field: p.field, Path: s.path(p), Message: message, Cause: cause, Nearest: nearest}, severity)
	return true
}

// add adds a finding as it is, unless it weighs nothing.
func (s *findings) add(f spec.Finding, severity spec.Severity) {
	if severity == spec.Off {
		return
	}
	f.Key = s.rec.Key
	f.Record = -1
	f.Severity = severity
	s.out = append(s.out, f)
}

// anonymous takes the record's names and numbers out of a text: where columns have
// slipped, a name stands where a message quotes a code.
func (s *findings) anonymous(text string) string {
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

// whole adds a finding about the record that no field carries; it points at the
// person's key.
func (s *findings) whole(rule spec.RuleID, path, message, cause string) {
	place := s.rec.At(spec.ExamKey).Place
	if place.Sheet == nil {
		place = s.rec.Place
	}
	s.add(spec.Finding{Rule: rule, Place: place, Field: spec.NoField, Path: path, Message: message, Cause: cause}, s.c.policy.Severity(rule, spec.NoField))
}

// rowFaults reports what is wrong with the record's rows as a whole.
func (s *findings) rowFaults() {
	for i := range s.rec.Faults {
		rule := s.rec.Faults[i].Fault.Rule
		s.add(spec.Finding{Rule: rule, Place: s.rec.Faults[i].Place, Field: spec.NoField, Message: s.rec.Faults[i].Fault.Note, Cause: s.c.summary(rule)}, s.c.policy.Severity(rule, spec.NoField))
	}
}

// fault turns what mapping could not code into the finding of its rule.
func (s *findings) fault(p spot) { s.faultOf(p, p.v.Fault, s.c.policy.defaults[p.v.Fault.Rule]) }

func (s *findings) faultOf(p spot, f *spec.Fault, otherwise spec.Severity) (added bool) {
	rule := f.Rule
	if place := s.place(p); place.Col > 0 && f.Note != "" {
		seen := cellFault{place, rule, f.Note}
		if slices.Contains(s.faults, seen) {
			return false
		}
		s.faults = append(s.faults, seen)
	}
	note := strings.TrimRight(f.Note, "。；")
	if note == "" {
		note = s.c.summary(rule)
	}
	cause := f.Cause
	if cause == "" {
		cause = note
	}
	message := s.labelled(p, note)
	if len(f.Nearest) > 0 {
		message += "，最接近：" + strings.Join(f.Nearest, "、") + f.Advice
	}
	if fix := s.c.fix(rule); fix != "" && !strings.Contains(note, fix) {
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
func (s *findings) labelled(p spot, note string) string {
	label := s.label(p.field)
	switch {
	case strings.HasPrefix(note, label):
		return note
	case strings.HasPrefix(note, "“"):
		return label + note // it begins with what the cell says
	}
	return "“" + label + "”" + note
}
