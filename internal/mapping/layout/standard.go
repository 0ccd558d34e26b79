package layout

import "hbupload/internal/spec"

// Standard is the built-in layout of the standard workbook: three tables joined
// by the exam key. Its columns may be missing and its child tables too; a column
// is found by its label, its key or another of its names, in that order.
func Standard() *Layout {
	l := &Layout{}
	for id := spec.SheetPerson; id < spec.NumSheets; id++ {
		l.Sheets = append(l.Sheets, standardSheet(id))
	}
	return l
}

func standardSheet(id spec.SheetID) *Sheet {
	s := &Sheet{Name: id.String(), Partial: true, Signs: standardSigns(id)}
	known := spec.Headers(id)
	var rules []*Rule
	for _, f := range spec.SheetFields(id) {
		ref := Ref{Names: standardNames(f, known)}
		if f.ID == spec.ExamKey {
			s.Key = []Ref{ref}
			continue
		}
		rules = append(rules, &Rule{Field: f.ID, Cases: []*Case{{Columns: []Ref{ref}, Group: 1}}})
	}
	switch id {
	case spec.SheetHazard:
		s.Hazards = []*Group{{Rules: rules}}
	case spec.SheetItem:
		s.Items = []*Group{{Rules: rules}}
	default:
		s.Person = rules
	}
	return s
}

// standardNames are the headers by which a field is known, its label first. A
// name that is another field's own is left to that field.
func standardNames(f spec.Field, known map[string]spec.FieldID) []string {
	var out []string
	for _, name := range append([]string{f.Label, f.Key}, f.Aliases...) {
		if known[spec.HeaderKey(name)] == f.ID {
			out = append(out, name)
		}
	}
	return out
}

// standardSigns are the fields by which, beside the exam key, a sheet of another
// name is known.
func standardSigns(id spec.SheetID) []spec.FieldID {
	switch id {
	case spec.SheetHazard:
		return []spec.FieldID{spec.HazardCode, spec.ResultOptionCode}
	case spec.SheetItem:
		return []spec.FieldID{spec.ItemCode, spec.Result}
	}
	return []spec.FieldID{spec.PatientName, spec.IDCard}
}
