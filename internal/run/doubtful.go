package run

import (
	"hbupload/internal/spec"
	"hbupload/internal/workbook"
)

// Doubtful collects who must be looked up in the platform's own list.
type Doubtful struct {
	Why  map[PersonRow]string
	Rows []workbook.Doubtful
}

// PersonRow is where a person stands. A key may be masked, a row never is.
type PersonRow struct {
	sheet spec.SheetRef
	row   int32
}

// RowOf is the row of a place.
func RowOf(p spec.Place) PersonRow {
	if p.Sheet == nil {
		return PersonRow{row: p.Row}
	}
	return PersonRow{*p.Sheet, p.Row}
}

// Restart implements spec.Visitor.
func (d *Doubtful) Restart() { d.Rows = nil }

// Record implements spec.Visitor.
func (d *Doubtful) Record(rec *spec.Record) error {
	why, ok := d.Why[RowOf(rec.Place)]
	if !ok {
		return nil
	}
	p := workbook.Doubtful{Key: rec.Key, Why: why}
	for _, id := range workbook.DoubtfulFields() {
		text := rec.At(id).Text
		if name := id.Field().Enum.Name(text); name != "" {
			text = name // the platform's pages show names
		}
		p.Values = append(p.Values, text)
	}
	d.Rows = append(d.Rows, p)
	return nil
}
