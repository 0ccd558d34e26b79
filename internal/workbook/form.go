package workbook

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"hbupload/internal/host"
	"hbupload/internal/spec"
	"hbupload/internal/table"
)

// form is a sheet on which a person answers: a title, a sentence, column names,
// and a row for each thing with a cell or several to fill in.
type form struct {
	name, title, hint string
	tab               string // colour of the tab
	columns           []formColumn
	rows              []formRow
}

// formColumn is a column of a form.
type formColumn struct {
	head   string
	width  int // in characters
	wrap   bool
	number bool
	answer bool // a cell to fill in; the first such column is the one with choices
}

// formRow is a row of a form, its cells in the order of the columns.
type formRow struct {
	ids     []string // what each cell to fill in answers, in the order of those columns; "" for one that is not changed here
	cells   []string
	choices []string // of the first cell to fill in
	state   rowState
}

// rowState is how a row looks.
type rowState int

// The states of a row.
const (
	rowOpen   rowState = iota // somebody has to answer
	rowAsIs                   // answered by the draft; may be changed
	rowIdle                   // not used
	rowLocked                 // not changed here
)

// The hidden columns of a form, two for each column to fill in: which thing of the
// draft its cells answer, and what stood in them. Their heads end with the head of
// that column, by which all are found, wherever a person moved them.
const (
	headID     = "编号·"
	headBefore = "原值·"
)

// formHead is the row of the column names of a form.
const formHead = 3

// formBook writes forms.
type formBook struct {
	f      *excelize.File
	lists  *lists
	styles map[string]int
	given  map[string]string // what a person answered earlier, by what it answers
}

// write adds the form's sheet.
func (b *formBook) write(m *form) error {
	if _, err := b.f.NewSheet(m.name); err != nil {
		return err
	}
	if err := b.top(m); err != nil {
		return err
	}
	cells := map[string][]int{} // list → rows
	var order []string
	byList := map[string][]string{}
	for i := range m.rows {
		r := &m.rows[i]
		if err := b.row(m, formHead+1+i, r); err != nil {
			return err
		}
		if len(r.choices) == 0 {
			continue
		}
		key := strings.Join(r.choices, "\n")
		if byList[key] == nil {
			order = append(order, key)
			byList[key] = r.choices
		}
		cells[key] = append(cells[key], formHead+1+i)
	}
	first := m.answers()[0]
	for _, key := range order {
		if err := b.lists.offer(m.name, sqref(spec.ColumnName(first+1), cells[key]), m.columns[first].head, byList[key]); err != nil {
			return err
		}
	}
	return b.looks(m)
}

// answers are the columns to fill in, from 0.
func (m *form) answers() []int {
	var out []int
	for i := range m.columns {
		if m.columns[i].answer {
			out = append(out, i)
		}
	}
	return out
}

// id is what the cell of a column answers, "" for none.
func (m *form) id(r *formRow, column int) string {
	for n, i := range m.answers() {
		if i == column && n < len(r.ids) {
			return r.ids[n]
		}
	}
	return ""
}

// sqref names cells of a column, neighbours as a range.
func sqref(letter string, rows []int) string {
	var parts []string
	for i := 0; i < len(rows); {
		end := i
		for end+1 < len(rows) && rows[end+1] == rows[end]+1 {
			end++
		}
		part := letter + strconv.Itoa(rows[i])
		if end > i {
			part += ":" + letter + strconv.Itoa(rows[end])
		}
		parts = append(parts, part)
		i = end + 1
	}
	return strings.Join(parts, " ")
}

// top writes title, sentence and column names.
func (b *formBook) top(m *form) error {
	last := spec.ColumnName(len(m.columns))
	width := 0
	for _, c := range m.columns {
		width += c.width
	}
	title, err := b.style("title", &excelize.Style{Font: &excelize.Font{Bold: true, Size: 15, Color: "12395B", Family: face}, Alignment: &excelize.Alignment{Vertical: "center"}})
	if err != nil {
		return err
	}
	hint, err := b.style("hint", &excelize.Style{Font: &excelize.Font{Size: 10, Color: "5B6570", Family: face}, Alignment: &excelize.Alignment{Vertical: "center", WrapText: true}})
	if err != nil {
		return err
	}
	err = errors.Join(
		b.f.SetCellStr(m.name, "A1", table.ReportMark+m.title), b.f.SetCellStyle(m.name, "A1", "A1", title), b.f.SetRowHeight(m.name, 1, 30),
		b.f.SetCellStr(m.name, "A2", m.hint), b.f.MergeCell(m.name, "A2", last+"2"), b.f.SetCellStyle(m.name, "A2", last+"2", hint),
		b.f.SetRowHeight(m.name, 2, rowHeight([]string{m.hint}, []int{width})+4),
		b.f.SetRowHeight(m.name, formHead, 24))
	heads := []string{}
	for _, c := range m.columns {
		heads = append(heads, c.head)
	}
	for _, i := range m.answers() {
		heads = append(heads, headID+m.columns[i].head, headBefore+m.columns[i].head)
	}
	for i, head := range heads {
		cell := spec.ColumnName(i+1) + strconv.Itoa(formHead)
		colour := "5B7A99"
		if i < len(m.columns) && m.columns[i].answer {
			colour = "C2571A"
		}
		style, serr := b.style("head"+colour, &excelize.Style{Font: &excelize.Font{Bold: true, Color: "FFFFFF", Size: 10, Family: face}, Border: thinLines(),
			Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}}, Alignment: &excelize.Alignment{Vertical: "center", WrapText: true}})
		err = errors.Join(err, serr, b.f.SetCellStr(m.name, cell, head), b.f.SetCellStyle(m.name, cell, cell, style))
	}
	return err
}

// row writes one row.
func (b *formBook) row(m *form, row int, r *formRow) error {
	var err error
	var widths []int
	for i := range m.columns {
		widths = append(widths, m.columns[i].width)
	}
	texts := make([]string, len(m.columns))
	was := make([]string, len(m.columns))
	for i := range m.columns {
		c := &m.columns[i]
		texts[i] = host.SafeText(r.cells[i], maxWords)
		was[i] = texts[i]
		state := m.stateOf(r, i)
		if answer, ok := b.given[m.id(r, i)]; ok && c.answer {
			texts[i] = answer
			state = rowAsIs
		}
		cell := spec.ColumnName(i+1) + strconv.Itoa(row)
		style, serr := b.cellStyle(c, state)
		err = errors.Join(err, serr, b.f.SetCellStyle(m.name, cell, cell, style))
		if n, perr := strconv.Atoi(texts[i]); c.number && perr == nil {
			err = errors.Join(err, b.f.SetCellInt(m.name, cell, int64(n)))
			continue
		}
		err = errors.Join(err, b.f.SetCellStr(m.name, cell, texts[i]))
	}
	at := strconv.Itoa(row)
	for n, i := range m.answers() {
		hidden := len(m.columns) + 2*n
		err = errors.Join(err,
			b.f.SetCellStr(m.name, spec.ColumnName(hidden+1)+at, m.id(r, i)),
			b.f.SetCellStr(m.name, spec.ColumnName(hidden+2)+at, was[i]))
	}
	return errors.Join(err, b.f.SetRowHeight(m.name, row, max(rowHeight(texts, widths), 20)))
}

// stateOf is how a cell of a row looks: a cell to fill in beside the first one is
// open while it is blank.
func (m *form) stateOf(r *formRow, column int) rowState {
	c := &m.columns[column]
	switch {
	case !c.answer || m.answers()[0] == column:
		return r.state
	case m.id(r, column) == "":
		return rowLocked
	case r.cells[column] == "":
		return rowOpen
	}
	return rowAsIs
}

// face is the font of what we write.
const face = "微软雅黑"

func thinLines() []excelize.Border {
	var lines []excelize.Border
	for _, side := range []string{"left", "right", "top", "bottom"} {
		lines = append(lines, excelize.Border{Type: side, Color: "D3DAE2", Style: 1})
	}
	return lines
}

// cellStyle is how a cell of a row looks.
func (b *formBook) cellStyle(c *formColumn, state rowState) (int, error) {
	s := &excelize.Style{Font: &excelize.Font{Size: 10, Family: face, Color: "20242A"}, Border: thinLines(), NumFmt: formatText,
		Alignment: &excelize.Alignment{Vertical: "center", WrapText: c.wrap}}
	if c.number {
		s.NumFmt = 0
		s.Alignment.Horizontal = "right"
		s.Alignment.Indent = 1 // a figure must not touch the words beside it
	}
	if state == rowIdle || state == rowLocked {
		s.Font.Color = "8A93A0"
	}
	if c.answer {
		colour := map[rowState]string{rowOpen: "FFF0B5", rowAsIs: "EFF7EE", rowIdle: "F3F5F7", rowLocked: "E6E9ED"}[state]
		s.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}}
	}
	return b.style(fmt.Sprint("cell", c.answer, c.number, c.wrap, state), s)
}

// style is the number of a style, each made once.
func (b *formBook) style(key string, s *excelize.Style) (int, error) {
	if n, ok := b.styles[key]; ok {
		return n, nil
	}
	n, err := b.f.NewStyle(s)
	b.styles[key] = n
	return n, err
}

// looks is everything but the cells.
func (b *formBook) looks(m *form) error {
	var err error
	for i, c := range m.columns {
		letter := spec.ColumnName(i + 1)
		err = errors.Join(err, b.f.SetColWidth(m.name, letter, letter, float64(c.width)))
	}
	last := spec.ColumnName(len(m.columns) + 2*len(m.answers()))
	head := strconv.Itoa(formHead)
	return errors.Join(err,
		b.f.SetColVisible(m.name, spec.ColumnName(len(m.columns)+1)+":"+last, false),
		b.f.AutoFilter(m.name, "A"+head+":"+last+strconv.Itoa(formHead+max(1, len(m.rows))), nil),
		b.f.SetPanes(m.name, &excelize.Panes{Freeze: true, YSplit: formHead, TopLeftCell: "A" + strconv.Itoa(formHead+1), ActivePane: "bottomLeft"}),
		b.f.SetSheetProps(m.name, &excelize.SheetPropsOptions{TabColorRGB: &m.tab}),
		printed(b.f, m.name, true, formHead))
}
