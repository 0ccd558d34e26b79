package mapping

import (
	"hbupload/internal/spec"
	"hbupload/internal/table"
	"hbupload/internal/table/grid"
)

// columns is which column of a sheet feeds which field.
type columns struct {
	sheet   spec.SheetID
	ref     *spec.SheetRef
	fields  []column
	byCol   []int // column number → index into fields, -1 for none
	key     int32 // the exam key's column, 0 if the sheet has none
	ignored []string

	keyPlace spec.Place // of the exam key, without its row
}

type column struct {
	field spec.Field
	place spec.Place // without its row
}

// newColumns reads the header of a sheet of the standard workbook. Of several
// columns for one field the one that bears its label feeds it, wherever it stands;
// of equals the first.
func newColumns(id spec.SheetID, ref *spec.SheetRef, header table.Header) *columns {
	c := &columns{sheet: id, ref: ref}
	known := spec.Headers(id)
	at := map[spec.FieldID]int{}
	for _, f := range spec.SheetFields(id) {
		at[f.ID] = len(c.fields)
		c.fields = append(c.fields, column{field: f, place: spec.Place{Sheet: ref, Header: f.Label}})
	}
	best := map[spec.FieldID]int{} // field → index of its column in the header
	for i, h := range header.Columns {
		if id, ok := known[h.Key]; ok {
			if old, taken := best[id]; !taken || headerRank(id, h.Key) < headerRank(id, header.Columns[old].Key) {
				best[id] = i
			}
		}
	}
	for i, h := range header.Columns {
		id, ok := known[h.Key]
		if !ok || best[id] != i {
			if h.Key != "" {
				c.ignored = append(c.ignored, h.Name)
			}
			continue
		}
		for int(h.Col) >= len(c.byCol) {
			c.byCol = append(c.byCol, -1)
		}
		c.byCol[h.Col] = at[id]
		c.fields[at[id]].place.Col, c.fields[at[id]].place.Header = h.Col, h.Name
		if id == spec.ExamKey {
			c.key = h.Col
		}
	}
	c.keyPlace = c.fields[at[spec.ExamKey]].place
	return c
}

// headerRank tells how surely a header means a field: its label before its key, and
// both before the other names, of which an export may use one for something else.
func headerRank(id spec.FieldID, key string) int {
	switch key {
	case spec.HeaderKey(id.Label()):
		return 0
	case spec.HeaderKey(id.Key()):
		return 1
	}
	return 2
}

// keyOf is the exam key of a row as the sheets are joined by it.
func (c *columns) keyOf(row *grid.Row) string {
	if c.key == 0 {
		return ""
	}
	cell := row.Cell(c.key)
	var v spec.Value
	return keyText(&v, &cell)
}

// brokenKey is the rule that a row's key cell breaks by itself, or "".
func (c *columns) brokenKey(row *grid.Row) spec.RuleID {
	switch row.Cell(c.key).Kind {
	case grid.Error:
		return spec.CellErrorRule
	case grid.Formula:
		return spec.FormulaUncached
	}
	return ""
}

// fill codes a row into values, which at finds by field.
func (c *columns) fill(code *coder, row *grid.Row, at func(spec.FieldID) *spec.Value) {
	for i := range c.fields {
		col := &c.fields[i]
		if c.sheet != spec.SheetPerson && col.field.ID == spec.ExamKey {
			continue
		}
		v := at(col.field.ID)
		v.Place = col.place
		v.Place.Row = row.Num
		if col.place.Col != 0 {
			v.Cell = spec.CellBlank
		}
	}
	for i := range row.Cells {
		cell := &row.Cells[i]
		if int(cell.Col) >= len(c.byCol) || c.byCol[cell.Col] < 0 {
			continue
		}
		field := &c.fields[c.byCol[cell.Col]].field
		if c.sheet != spec.SheetPerson && field.ID == spec.ExamKey {
			continue
		}
		code.value(at(field.ID), field, cell)
	}
}

// place is where a finding about the whole row points.
func (c *columns) place(row *grid.Row) spec.Place {
	p := c.keyPlace
	p.Row = row.Num
	return p
}
