package xlsx

import (
	"bytes"

	"hbupload/internal/table/grid"
)

// addMerge takes the mergeCell that was just opened.
func (r *sheetRows) addMerge() error {
	ref, _ := r.lx.rawAttr("ref")
	m, ok := parseRange(ref)
	if !ok || m.LastCol > r.b.lim.Columns || m.LastRow > r.b.lim.Rows {
		return &syntaxError{msg: "合并单元格的范围有误"}
	}
	if len(r.merges) >= r.b.lim.Merges {
		return &limitError{"合并单元格过多，超出了读取上限"}
	}
	r.merges = append(r.merges, m)
	return nil
}

// parseRange reads A1:B2, or A1 for a single cell.
func parseRange(b []byte) (grid.Range, bool) {
	first, last, two := bytes.Cut(b, []byte(":"))
	if !two {
		last = first
	}
	c1, r1, ok1 := parseRef(first)
	c2, r2, ok2 := parseRef(last)
	return grid.Range{FirstRow: min(r1, r2), FirstCol: min(c1, c2), LastRow: max(r1, r2), LastCol: max(c1, c2)}, ok1 && ok2
}
