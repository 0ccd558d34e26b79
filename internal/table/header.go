package table

import (
	"unicode/utf8"

	"hbupload/internal/spec"
	"hbupload/internal/table/grid"
)

// maxHeaderText is how long a cell may be and still name a column.
const maxHeaderText = 120

// found is the outcome of the search for a header.
type found struct {
	ok     bool
	header Header
	first  int // index of the header's first row
	next   int // index of the first row behind the header
	known  int
}

// finder looks for the header among the first rows of a sheet: the row, or the
// pair of rows, with the most known headers.
type finder struct {
	rule   HeaderRule
	rows   []grid.Row
	merges func() ([]grid.Range, error) // asked only when two rows look like a pair

	asked  bool
	merged []grid.Range
}

func (f *finder) find() (found, error) {
	if len(f.rule.Rows) > 0 {
		return f.told()
	}
	best := f.bestSingle()
	pair := best
	for i := 0; i+1 < len(f.rows); i++ {
		if best.known > 0 && i > best.first {
			break // what stands below the header is data, however it looks
		}
		if !f.mayPair(i) {
			continue
		}
		h, ok, err := f.pair(i)
		if err != nil {
			return found{}, err
		}
		// A pair that knows as much as one of its rows wins over it, or the
		// other row would be taken for data or for a title.
		within := best.first >= h.first && best.first < h.next
		if ok && (h.known > pair.known || h.known == pair.known && within) {
			pair = h
		}
	}
	best = pair
	best.ok = best.known >= f.minKnown() && (!f.rule.NeedKey || f.hasKey(best.header))
	return best, nil
}

// bestSingle is the row that knows the most columns by itself.
func (f *finder) bestSingle() found {
	var best found
	for i := range f.rows {
		if h := f.single(i); h.known > best.known {
			best = h
		}
	}
	return best
}

// told is the header in the rows that the rule names.
func (f *finder) told() (found, error) {
	for i := range f.rows {
		if f.rows[i].Num != f.rule.Rows[0] {
			continue
		}
		h := f.single(i)
		if len(f.rule.Rows) > 1 && i+1 < len(f.rows) && f.rows[i+1].Num == f.rule.Rows[1] {
			spans, err := f.spans(i)
			if err != nil {
				return found{}, err
			}
			h, _ = f.joinedPair(i, spans)
		}
		h.ok = len(h.header.Columns) > 0
		return h, nil
	}
	return found{}, nil
}

func (f *finder) minKnown() int {
	if f.rule.MinKnown > 0 {
		return f.rule.MinKnown
	}
	return 3
}

func (f *finder) hasKey(h Header) bool {
	for _, c := range h.Columns {
		if isKey(f.rule, c) {
			return true
		}
	}
	return false
}

// single is the i-th row taken for a header.
func (f *finder) single(i int) found {
	row := &f.rows[i]
	out := found{first: i, next: i + 1, header: Header{Rows: []int32{row.Num}, Columns: make([]Column, 0, len(row.Cells))}}
	for j := range row.Cells {
		if c := row.Cells[j]; cellHasValue(&c) {
			out.header.Columns = appendColumn(out.header.Columns, Column{Col: c.Col, Name: headerText(c.Text)})
		}
	}
	out.known = f.known(out.header)
	// A row with the exam key's header is preferred to one that names as many
	// things but not it.
	if f.rule.NeedKey && !f.hasKey(out.header) {
		out.known = 0
	}
	return out
}

func appendColumn(cols []Column, c Column) []Column {
	c.Key = spec.HeaderKey(c.Name)
	if c.Key == "" {
		return cols
	}
	return append(cols, c)
}

// known counts the different known headers.
func (f *finder) known(h Header) int {
	seen := map[string]bool{}
	for _, c := range h.Columns {
		for _, key := range []string{c.Key, spec.HeaderKey(c.Sub)} {
			if key != "" && len(key) <= maxHeaderText && f.rule.Known(key) {
				seen[key] = true
				break
			}
		}
	}
	return len(seen)
}

// mayPair tells, without looking at merged areas, whether the i-th row and the
// next may be a row of groups over a row of sub-headers: neighbours, only
// words, and a group over at least two sub-headers.
func (f *finder) mayPair(i int) bool {
	upper := &f.rows[i]
	lower := &f.rows[i+1]
	if lower.Num != upper.Num+1 || !onlyNames(upper) || !onlyNames(lower) {
		return false
	}
	if _, n := firstValue(upper); n < 2 {
		return false
	}
	up := names(upper)
	low := names(lower)
	under := 0 // sub-headers beneath nothing, beside a group
	for col := range low {
		if up[col] == "" {
			under++
			continue
		}
		// A row with a value beneath the exam key's header is a row of data.
		if f.rule.IsKey != nil && f.rule.IsKey(spec.HeaderKey(up[col])) {
			return false
		}
	}
	return under > 0
}

func onlyNames(row *grid.Row) bool {
	for i := range row.Cells {
		c := &row.Cells[i]
		if cellHasValue(c) && (!isText(*c) || utf8.RuneCountInString(c.Text) > maxHeaderText) {
			return false
		}
	}
	return true
}

func names(row *grid.Row) map[int32]string {
	out := make(map[int32]string, len(row.Cells))
	for i := range row.Cells {
		if c := &row.Cells[i]; cellHasValue(c) {
			out[c.Col] = headerText(c.Text)
		}
	}
	return out
}

// span is a group of the upper row and the last column it stands over.
type span struct {
	first, last int32
	name        string
}

// spans finds what the cells of the upper row stand over: by the merged areas,
// and where there are none by the blank cells that follow.
func (f *finder) spans(i int) ([]span, error) {
	if !f.asked {
		m, err := f.merges()
		if err != nil {
			return nil, err
		}
		f.asked = true
		f.merged = m
	}
	upper := &f.rows[i]
	lower := &f.rows[i+1]
	last := int32(0)
	for _, row := range []*grid.Row{upper, lower} {
		for j := range row.Cells {
			if cellHasValue(&row.Cells[j]) {
				last = max(last, row.Cells[j].Col)
			}
		}
	}
	var out []span
	for j := range upper.Cells {
		c := &upper.Cells[j]
		if !cellHasValue(c) {
			continue
		}
		if n := len(out); n > 0 && out[n-1].last == 0 {
			out[n-1].last = c.Col - 1
		}
		out = append(out, span{first: c.Col, last: f.mergedTo(upper.Num, c.Col), name: headerText(c.Text)})
	}
	if n := len(out); n > 0 && out[n-1].last == 0 {
		out[n-1].last = last
	}
	return out, nil
}

// mergedTo is the last column of the merged area that begins at the cell; 0 if
// the file has no merged areas in that row at all.
func (f *finder) mergedTo(row, col int32) int32 {
	merged := false
	for _, m := range f.merged {
		if m.FirstRow > row || m.LastRow < row {
			continue
		}
		merged = true
		if m.FirstCol <= col && col <= m.LastCol {
			return m.LastCol
		}
	}
	if merged {
		return col
	}
	return 0
}

// pair is the i-th and the next row taken for one header.
func (f *finder) pair(i int) (found, bool, error) {
	spans, err := f.spans(i)
	if err != nil {
		return found{}, false, err
	}
	out, groups := f.joinedPair(i, spans)
	if groups == 0 {
		return found{}, false, nil
	}
	titled := f.single(i+1).known >= f.minKnown() && groups < 2
	return out, !titled, nil
}

// joinedPair names the columns of the i-th and the next row together; groups
// is how many cells of the upper row stand over two or more of the lower.
func (f *finder) joinedPair(i int, spans []span) (out found, groups int) {
	up := names(&f.rows[i])
	low := names(&f.rows[i+1])
	group := map[int32]string{}
	for _, s := range spans {
		subs := 0
		for col := s.first; col <= s.last; col++ {
			if low[col] != "" {
				group[col] = s.name
				subs++
			}
		}
		if subs >= 2 {
			groups++
		}
	}
	out = found{first: i, next: i + 2, header: Header{Rows: []int32{f.rows[i].Num, f.rows[i+1].Num}}}
	out.header.Columns = f.join(up, low, group)
	out.known = f.known(out.header)
	return out, groups
}

// join names the columns of two header rows. Where the lower row is the one
// with the known headers, a sub-header that is known and unique keeps its own
// name: 基本信息 over 姓名 is 姓名. Everywhere else group and sub-header are one
// name: 白细胞计数 over 结果 is 白细胞计数结果.
func (f *finder) join(up, low, group map[int32]string) []Column {
	last := int32(0)
	times := map[string]int{}
	for col, name := range low {
		last = max(last, col)
		times[spec.HeaderKey(name)]++
	}
	for col := range up {
		last = max(last, col)
	}
	main := f.count(low) >= f.count(up)
	var cols []Column
	for col := int32(1); col <= last; col++ {
		sub := low[col]
		top := group[col]
		switch {
		case sub == "":
			cols = appendColumn(cols, Column{Col: col, Name: up[col]})
		case top == "":
			cols = appendColumn(cols, Column{Col: col, Name: sub})
		case main && times[spec.HeaderKey(sub)] == 1 && f.rule.Known(spec.HeaderKey(sub)):
			cols = appendColumn(cols, Column{Col: col, Name: sub, Group: top, Sub: sub})
		default:
			cols = appendColumn(cols, Column{Col: col, Name: top + sub, Group: top, Sub: sub})
		}
	}
	return cols
}

func (f *finder) count(row map[int32]string) int {
	seen := map[string]bool{}
	for _, name := range row {
		if key := spec.HeaderKey(name); f.rule.Known(key) {
			seen[key] = true
		}
	}
	return len(seen)
}
