package rules

import (
	"strconv"

	"hbupload/internal/spec"
)

// cells are the values of the record under check, and where they stand.
type cells struct {
	c       *Checker
	rec     *spec.Record
	numbers bool // the items' numbering was looked at
}

// spot is a value with its place in the record.
type spot struct {
	v     *spec.Value
	field spec.FieldID
	i     int // index of the hazard or item, -1 for the person
}

// at is the value of a field; i is the hazard's or item's index.
func (s *cells) at(f spec.FieldID, i int) spot {
	switch s.c.fields[f].Section {
	case spec.SectionHazard:
		return spot{s.rec.Hazards[i].At(f), f, i}
	case spec.SectionItem:
		return spot{s.rec.Items[i].At(f), f, i}
	}
	return spot{s.rec.At(f), f, -1}
}

// person is the value of a field of the person.
func (s *cells) person(f spec.FieldID) spot { return spot{s.rec.At(f), f, -1} }

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

func (s *cells) label(f spec.FieldID) string { return s.c.fields[f].Label }

// hazardsKnown reports whether hazardNames could be derived at all.
func (s *cells) hazardsKnown() bool {
	for i := range s.rec.Hazards {
		if s.at(spec.HazardCode, i).text() == "" {
			return false
		}
	}
	return len(s.rec.Hazards) > 0
}

// absent reports whether a value is a blank whose sheet has no such column at all: the
// column is to be added, and not each of its cells searched for.
func (s *cells) absent(p spot) bool {
	return p.empty() && p.v.Place.Sheet != nil && p.v.Place.Col == 0
}

// place is the cell to change; where the sheet has no such column, its row and the
// header that is missing.
func (s *cells) place(p spot) spec.Place {
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

func (s *cells) row(p spot) spec.Place {
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
func (s *cells) path(p spot) string {
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
func (s *cells) number() {
	items := s.rec.Items
	if !s.numbers && len(items) > 1 && items[0].Class == items[1].Class && items[0].Index == items[1].Index {
		s.rec.Group()
	}
	s.numbers = true
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
