package mapping

import (
	"cmp"
	"fmt"
	"slices"

	"hbupload/internal/dict"
	"hbupload/internal/mapping/layout"
	"hbupload/internal/spec"
	"hbupload/internal/table/grid"
)

// twin is a column that has another's name: two columns for one field.
type twin struct {
	col, again int32
}

// pairs are the columns of a sheet that are one field's, in the order of their letters.
func (b *boundSheet) pairs() []twin {
	out := slices.Clone(b.twins)
	b.eachRule(func(r *boundRule) {
		for _, c := range r.cases {
			for i, again := range c.twins {
				for _, col := range again {
					out = append(out, twin{c.cols[i], col})
				}
			}
		}
	})
	slices.SortFunc(out, func(x, y twin) int { return cmp.Or(cmp.Compare(x.col, y.col), cmp.Compare(x.again, y.again)) })
	return slices.Compact(out)
}

// twinNotes says which columns of a sheet are one field's. They are named by their
// letters, because a header may be somebody's data.
func (s *Source) twinNotes(p *part) {
	for _, t := range p.bound.pairs() {
		s.acc.Twins = append(s.acc.Twins, fmt.Sprintf("「%s」的 %s 列与 %s 列是同一项内容：逐行比对，写得不同的行报错，其余取 %s 列，空白时取另一列",
			s.sheetTitle(p.sheet), spec.ColumnName(int(t.col)), spec.ColumnName(int(t.again)), spec.ColumnName(int(t.col))))
	}
}

// filledRef is a column's reference with its placeholder filled.
func filledRef(ref layout.Ref, hole string) layout.Ref {
	if hole == "" {
		return ref
	}
	names := make([]string, len(ref.Names))
	for i, name := range ref.Names {
		names[i] = filled(name, hole)
	}
	ref.Names = names
	return ref
}

// twins finds the further columns for the same field, which no other rule reads:
// each row is held against them, and they count as read.
func (b *binder) twins() {
	for _, bc := range b.cases {
		for i, ref := range b.names[bc] {
			again := b.again(ref, bc.cols[i])
			if len(again) == 0 {
				continue
			}
			if bc.twins == nil {
				bc.twins = make([][]int32, len(bc.cols))
			}
			bc.twins[i] = again
			for _, col := range again {
				if b.key(col) == b.key(bc.cols[i]) {
					bc.same = append(bc.same, col)
				}
			}
		}
	}
	for i, ref := range b.table.Key {
		for _, col := range b.again(ref, b.out.key[i]) {
			b.out.twins = append(b.out.twins, twin{b.out.key[i], col})
		}
	}
	for _, bc := range b.cases {
		for _, again := range bc.twins {
			for _, col := range again {
				b.used[col] = true
			}
		}
	}
	for _, t := range b.out.twins {
		b.used[t.again] = true
	}
	b.redirect()
}

// key is how a column's header is compared.
func (b *binder) key(col int32) string {
	for _, c := range b.header.Columns {
		if c.Col == col {
			return c.Key
		}
	}
	return ""
}

// again lists the columns other than col that a reference fits and nothing reads.
func (b *binder) again(ref layout.Ref, col int32) []int32 {
	if col == 0 || ref.Number > 0 {
		return nil
	}
	keys := make([]string, len(ref.Names))
	for i, name := range ref.Names {
		keys[i] = spec.HeaderKey(name)
	}
	var out []int32
	for _, c := range b.header.Columns {
		if c.Col == col || b.used[c.Col] {
			continue
		}
		if slices.Contains(keys, c.Key) || ref.Pattern != nil && (ref.Pattern.MatchString(c.Key) || ref.Pattern.MatchString(c.Name)) {
			out = append(out, c.Col)
		}
	}
	return out
}

// redirect takes the short way from the rules that now have more to look at.
func (b *binder) redirect() {
	each := func(rules []*boundRule) {
		for _, r := range rules {
			r.direct = direct(r)
		}
	}
	each(b.out.person)
	each(b.out.every)
	for _, g := range append(slices.Clone(b.out.hazards), b.out.items...) {
		each(g.rules)
	}
}

// first is the case's i-th cell, or where it is blank that of a further column for
// the same field, with its column.
func (e *evaluator) first(c *boundCase, i int) (*grid.Cell, int32) {
	cell := e.view.cell(c.cols[i])
	if c.twins == nil || cell != nil && !e.nothing(c, cell.Text) {
		return cell, c.cols[i]
	}
	for _, col := range c.twins[i] {
		if again := e.view.cell(col); again != nil && !e.nothing(c, again.Text) {
			return again, col
		}
	}
	return cell, c.cols[i]
}

// contradicted is the fault of a value that a further column for its field says
// otherwise; nil if there is none, or it is blank or says the same.
func (e *evaluator) contradicted(c *boundCase, f *spec.Field) *spec.Fault {
	for i, again := range c.twins {
		cell, at := e.first(c, i)
		for _, col := range again {
			other := e.view.cell(col)
			if cell == nil || other == nil || col == at || e.nothing(c, other.Text) || e.alike(c, f, cell, other, !slices.Contains(c.same, col)) {
				continue
			}
			return conflict(at, col)
		}
	}
	return nil
}

func conflict(col, again int32) *spec.Fault {
	return &spec.Fault{Rule: spec.ColumnConflict, Note: spec.ColumnName(int(col)) + " 列与 " + spec.ColumnName(int(again)) + " 列是同一项内容，这一行写得不同；请核对后改成一致，或删去不用的一列"}
}

// alike reports whether two cells say the same of a field: the same text, or the
// same code however it is written. In a column of another name (own), a word that is
// no dictionary's says nothing against the other's code: it is somebody's own number.
func (e *evaluator) alike(c *boundCase, f *spec.Field, a, b *grid.Cell, own bool) bool {
	var scratch spec.Value
	one := foldText(&scratch, e.code.shown(&scratch, a))
	two := foldText(&scratch, e.code.shown(&scratch, b))
	if one == two {
		return true
	}
	if !c.plain() {
		return false
	}
	if f.ID == spec.ItemCode || f.ID == spec.TypeOfWorkCode {
		return e.sameEntry(f, one, two, own)
	}
	var v, w spec.Value
	e.code.value(&v, f, a)
	e.code.value(&w, f, b)
	known := f.Kind == spec.KindCode || f.Kind == spec.KindEnum
	switch {
	case f.Kind == spec.KindNameList:
		return true // only compared
	case own && known && v.Fault == nil && w.Fault != nil:
		return true
	}
	return v.Fault == nil && w.Fault == nil && v.Text == w.Text
}

// sameEntry is alike for names that several entries may have.
func (e *evaluator) sameEntry(f *spec.Field, one, two string, own bool) bool {
	a, _ := e.code.find(f, one)
	b, _ := e.code.find(f, two)
	if own && len(a) > 0 && len(b) == 0 {
		return true
	}
	return slices.ContainsFunc(a, func(x dict.Entry) bool { return slices.Contains(b, x) })
}
