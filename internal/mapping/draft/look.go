package draft

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"hbupload/internal/mapping"
	"hbupload/internal/mapping/layout"
	"hbupload/internal/spec"
	"hbupload/internal/table"
	"hbupload/internal/table/grid"
)

// The bounds of a first look.
const (
	maxRows     = 50_000     // rows of a sheet that are looked at
	maxCells    = 20_000_000 // cells of a sheet that are looked at
	maxDistinct = 300        // different values of a column that are kept
)

// export is what was looked at, and which of its sheets lists the persons.
type export struct {
	path    string
	voc     *vocabulary
	all     []*table.Sheet
	sheets  []*sheet // those with a header
	further []Sheet  // that are read with one before
	unread  []string
	forms   int
	primary *sheet // the persons', once that is decided
}

// look looks at all sheets.
func (e *export) look(ctx context.Context) (err error) {
	if e.all, err = e.voc.lex.Sheets(ctx); err != nil {
		return err
	}
	for i, src := range e.all {
		if err := e.consider(ctx, i+1, src); err != nil {
			return err
		}
	}
	return e.nothing()
}

// nothing is the error of an export without any header.
func (e *export) nothing() error {
	switch {
	case len(e.sheets) > 0:
		return nil
	case e.forms > 0:
		return &mapping.Error{File: e.path, Message: fmt.Sprintf("里面的 %d 张表是%s，不是一行一人的表", e.forms, mapping.FormName), Fix: mapping.FixForm}
	}
	return &mapping.Error{File: e.path, Message: "没有找到像表头的行（至少要认出三个列名）", Fix: "请确认文件里有姓名、身份证号、体检日期等列名；表头不在前 60 行时请先删去上面的内容"}
}

// consider looks at one sheet. One that can only be a further part of a sheet before
// is read with that.
func (e *export) consider(ctx context.Context, number int, src *table.Sheet) error {
	form, err := mapping.IsForm(ctx, src)
	if err != nil {
		return err
	}
	if form {
		// Nothing of it may be written into a mapping: its labels stand beside somebody's data.
		e.forms++
		e.unread = append(e.unread, fmt.Sprintf("第 %d 张表（%s）", number, mapping.FormName))
		return nil
	}
	s, err := e.lookAt(ctx, src, nil)
	if err != nil {
		return err
	}
	if s == nil {
		e.unread = append(e.unread, e.title(src))
		return nil
	}
	for _, first := range e.sheets {
		if mapping.Continues(src.Ref.Name, first.src.Ref.Name) && slices.Equal(first.names(), s.names()) {
			e.further = append(e.further, Sheet{File: e.file(src), Name: src.Ref.Name, HeaderRows: s.head, Rows: s.rows, Shape: "与" + e.title(first.src) + "同样，合在一起读", Columns: []Column{}})
			return nil
		}
	}
	e.sheets = append(e.sheets, s)
	return nil
}

// file is that of a sheet where there are several that hold workbooks.
func (e *export) file(src *table.Sheet) string {
	if src.Text {
		return "" // its name is that of the sheet
	}
	if !slices.ContainsFunc(e.all, func(other *table.Sheet) bool { return other.Ref.File != src.Ref.File }) {
		return ""
	}
	return e.voc.lex.FileName(src)
}

// title names a sheet with its file.
func (e *export) title(src *table.Sheet) string {
	return strings.TrimSpace(e.file(src) + " 「" + src.Ref.Name + "」")
}

// ambiguous reports whether another sheet has the same name in another file.
func (e *export) ambiguous(s *sheet) bool {
	return slices.ContainsFunc(e.sheets, func(o *sheet) bool {
		return o != s && spec.HeaderKey(o.src.Ref.Name) == spec.HeaderKey(s.src.Ref.Name)
	})
}

// lookAt reads the header, which may stand in told rows, and the first rows of a sheet;
// nil if it has none.
func (e *export) lookAt(ctx context.Context, src *table.Sheet, head []int32) (*sheet, error) {
	rule := table.HeaderRule{Known: e.voc.isKnown, MinKnown: 2, Rows: head, IsKey: func(key string) bool { return key == spec.HeaderKey(spec.ExamKey.Label()) }}
	scan, err := src.Scan(ctx, rule)
	if errors.Is(err, table.ErrNoHeader) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = scan.Close() }()
	s := &sheet{src: src, head: scan.Header().Rows, told: head != nil, byKey: map[string]*column{}, numbered: map[string]string{}, ends: map[spec.FieldID]string{}}
	at := map[int32]*column{}
	for _, c := range scan.Header().Columns {
		col := &column{Column: c, word: wordKey(c.Name), have: map[string]*seen{}}
		at[c.Col] = col
		s.cols = append(s.cols, col)
		if s.byKey[c.Key] == nil {
			s.byKey[c.Key] = col
		}
	}
	persons := counter{lex: e.voc.lex}
	if c, sure := e.voc.find(s, spec.ExamKey); sure >= surePart {
		persons.key = c.Col
	}
	for cells := 0; s.rows < maxRows && cells < maxCells; {
		row, err := scan.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if s.rows == 0 && head == nil && e.isRangeRow(s, row, at) {
			return e.lookAt(ctx, src, []int32{s.head[0], row.Num})
		}
		s.rows++
		cells += len(row.Cells)
		e.values(row, at, persons.of(row))
	}
	s.people = persons.n
	return s, nil
}

// values notes what stands in the columns.
func (e *export) values(row *grid.Row, at map[int32]*column, person int) {
	for i := range row.Cells {
		c := &row.Cells[i]
		col := at[c.Col]
		if col == nil {
			continue
		}
		if text := e.voc.lex.Shown(c); text != "" {
			col.note(strings.Clone(text), person)
		}
	}
}

// counter numbers the persons of a sheet: a row whose key is blank or that of the
// row above belongs to the same person.
type counter struct {
	lex  *mapping.Lexicon
	key  int32 // column, 0: each row is a person
	last string
	n    int
}

func (p *counter) of(row *grid.Row) int {
	if p.key == 0 {
		p.n++
		return p.n
	}
	cell := row.Cell(p.key)
	if key := p.lex.Key(&cell); p.n == 0 || key != "" && key != p.last {
		p.n++
		p.last = strings.Clone(key)
	}
	return p.n
}

// eachRow reads the first rows of a sheet again.
func (s *sheet) eachRow(ctx context.Context, visit func(row *grid.Row)) error {
	scan, err := s.src.Scan(ctx, table.HeaderRule{Rows: s.head, Known: func(key string) bool { return s.byKey[key] != nil }, MinKnown: 1})
	if err != nil {
		return err
	}
	defer func() { _ = scan.Close() }()
	for range maxRows {
		row, err := scan.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		visit(row)
	}
	return nil
}

// isRangeRow reports whether the first row under a header holds the reference ranges of
// the columns: no person, and hardly anything but ranges.
func (e *export) isRangeRow(s *sheet, row *grid.Row, at map[int32]*column) bool {
	ranges := 0
	for i := range row.Cells {
		text := e.voc.lex.Shown(&row.Cells[i])
		if text == "" {
			continue
		}
		c := at[row.Cells[i].Col]
		if c == nil || !isRange(text) {
			return false
		}
		ranges++
	}
	return ranges > 1 && len(s.head) == 1 && row.Num == s.head[0]+1
}

// isRange reports whether a text is a range and no number.
func isRange(text string) bool {
	low, okLow := layout.TakeLower.Apply(text)
	high, okHigh := layout.TakeUpper.Apply(text)
	return okLow && okHigh && low+high != ""
}
