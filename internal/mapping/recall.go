package mapping

import (
	"hash/maphash"
	"strings"

	"hbupload/internal/spec"
	"hbupload/internal/table/grid"
)

// recall remembers what cells were coded to: an export says the same few thousand
// things over and over (units, marks, limits, common results), and looking at a cell
// in every respect takes ten times as long as finding it here. Of two cells that
// share a slot the later one stays.
type recall struct {
	seed  maphash.Seed
	slots []recalled
}

// recalled is one cell and the value that was made of it, which had no fault and no
// doubt. Its texts and steps never change and are shared by all who get it.
type recalled struct {
	field    spec.FieldID
	date1904 bool
	cell     grid.Cell
	value    spec.Value
}

const (
	recallSlots = 1 << 11
	recallText  = 40 // bytes: longer texts are seldom said twice
)

func newRecall() recall {
	return recall{seed: maphash.MakeSeed(), slots: make([]recalled, recallSlots)}
}

// slot is where a cell of a field is remembered; nil for cells that say something
// of their own each time: numbers and names of people, keys, long texts.
func (r *recall) slot(f *spec.Field, cell *grid.Cell) *recalled {
	switch {
	case cell.Struck, cell.Text == "", len(cell.Text) > recallText:
		return nil
	case f.Kind == spec.KindKey, f.Kind == spec.KindIdentity, f.Kind == spec.KindNameList, f.Kind == spec.KindText && f.Section == spec.SectionPerson:
		return nil
	}
	return &r.slots[(maphash.String(r.seed, cell.Text)+uint64(f.ID)*recallSpread)%recallSlots]
}

// recallSpread keeps apart the fields that say the same: 0, 1, 正常.
const recallSpread = 61

// holds reports whether a slot has the value of such a cell.
func (s *recalled) holds(f *spec.Field, cell *grid.Cell, date1904 bool) bool {
	have := &s.cell
	return s.field == f.ID && have.Text == cell.Text && have.Kind == cell.Kind && have.Num == cell.Num &&
		have.Percent == cell.Percent && have.Format == cell.Format && s.date1904 == date1904
}

// value codes one cell into v, which already knows its place.
func (c *coder) value(v *spec.Value, f *spec.Field, cell *grid.Cell) {
	slot := c.recall.slot(f, cell)
	if slot == nil || len(v.Steps) > 0 {
		c.valueOf(v, f, cell, cellKind(cell.Kind))
		return
	}
	place := v.Place
	if slot.holds(f, cell, c.date1904) {
		*v = slot.value
		v.Place = place
		return
	}
	own := *cell
	own.Text = strings.Clone(cell.Text) // not a part of its row, which would stay in memory
	c.valueOf(v, f, &own, cellKind(cell.Kind))
	if v.Fault == nil && v.Doubt == nil {
		*slot = recalled{field: f.ID, date1904: c.date1904, cell: own, value: *v}
		slot.value.Steps = v.Steps[:len(v.Steps):len(v.Steps)]
		slot.value.Parts = v.Parts[:len(v.Parts):len(v.Parts)]
	}
}
