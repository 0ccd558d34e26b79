package workbook

import (
	"errors"
	"strconv"

	"github.com/xuri/excelize/v2"

	"hbupload/internal/host"
	"hbupload/internal/spec"
)

// Table is one sheet of a workbook of tables.
type Table struct {
	Name   string
	Note   string // above the header
	Head   []string
	Widths []int // in characters, one a column
	Rows   [][]Entry
}

// Entry is a cell of a table.
type Entry struct {
	Text   string
	Link   string // a file, with a place in it behind "#"; "" for none
	Number bool   // Text is a number to reckon with
	Strong bool   // a sum, a heading of a group
}

// Tables is a workbook with a sheet for each table, ready to be printed across.
func Tables(tables []Table) (out []byte, err error) {
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	looks, err := newTableLooks(f)
	if err != nil {
		return nil, err
	}
	for i := range tables {
		if i == 0 {
			err = f.SetSheetName("Sheet1", tables[i].Name)
		} else {
			_, err = f.NewSheet(tables[i].Name)
		}
		if err == nil {
			err = looks.write(f, &tables[i])
		}
		if err != nil {
			return nil, err
		}
	}
	buf, err := f.WriteToBuffer()
	if err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

// tableLooks are the styles of a workbook of tables.
type tableLooks struct{ note, head, text, link, number, strong, sum int }

func newTableLooks(f *excelize.File) (*tableLooks, error) {
	var lines []excelize.Border
	for _, side := range []string{"left", "right", "top", "bottom"} {
		lines = append(lines, excelize.Border{Type: side, Color: "B8C2CC", Style: 1})
	}
	place := &excelize.Alignment{Vertical: "center", WrapText: true}
	grey := excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E8EEF4"}}
	font := func(bold bool, colour string) *excelize.Font {
		return &excelize.Font{Size: 10, Family: "微软雅黑", Bold: bold, Color: colour}
	}
	l := &tableLooks{}
	for _, s := range []struct {
		id    *int
		style excelize.Style
	}{
		{&l.note, excelize.Style{Font: font(false, "555555"), Alignment: place}},
		{&l.head, excelize.Style{Font: font(true, "FFFFFF"), Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"2F5D86"}}, Alignment: place, Border: lines}},
		{&l.text, excelize.Style{NumFmt: formatText, Font: font(false, ""), Alignment: place, Border: lines}},
		{&l.link, excelize.Style{NumFmt: formatText, Font: &excelize.Font{Size: 10, Family: "微软雅黑", Color: "1155CC", Underline: "single"}, Alignment: place, Border: lines}},
		{&l.number, excelize.Style{Font: font(false, ""), Alignment: place, Border: lines}},
		{&l.strong, excelize.Style{NumFmt: formatText, Font: font(true, ""), Alignment: place, Border: lines, Fill: grey}},
		{&l.sum, excelize.Style{Font: font(true, ""), Alignment: place, Border: lines, Fill: grey}},
	} {
		id, err := f.NewStyle(&s.style)
		if err != nil {
			return nil, err
		}
		*s.id = id
	}
	return l, nil
}

func (l *tableLooks) write(f *excelize.File, t *Table) error {
	for i, width := range t.Widths {
		letter := spec.ColumnName(i + 1)
		if err := f.SetColWidth(t.Name, letter, letter, float64(width)); err != nil {
			return err
		}
	}
	last := spec.ColumnName(len(t.Head))
	err := errors.Join(f.MergeCell(t.Name, "A1", last+"1"), f.SetCellStr(t.Name, "A1", host.SafeText(t.Note, maxWords)), f.SetCellStyle(t.Name, "A1", last+"1", l.note),
		f.SetRowHeight(t.Name, 1, rowHeight([]string{t.Note}, []int{sum(t.Widths)})+4))
	for i, text := range t.Head {
		cell := spec.ColumnName(i+1) + "2"
		err = errors.Join(err, f.SetCellStr(t.Name, cell, text), f.SetCellStyle(t.Name, cell, cell, l.head))
	}
	if err != nil {
		return err
	}
	for i, row := range t.Rows {
		if err := l.row(f, t, i+3, row); err != nil {
			return err
		}
	}
	return errors.Join(f.AutoFilter(t.Name, "A2:"+last+strconv.Itoa(len(t.Rows)+2), nil),
		f.SetPanes(t.Name, &excelize.Panes{Freeze: true, YSplit: 2, TopLeftCell: "A3", ActivePane: "bottomLeft"}),
		f.SetHeaderFooter(t.Name, &excelize.HeaderFooterOptions{OddFooter: "&C第 &P 页，共 &N 页"}), printed(f, t.Name, true, 2))
}

func sum(numbers []int) int {
	total := 0
	for _, n := range numbers {
		total += n
	}
	return total
}

func (l *tableLooks) row(f *excelize.File, t *Table, line int, entries []Entry) error {
	texts := make([]string, len(entries))
	for i, e := range entries {
		texts[i] = host.SafeText(e.Text, maxWords)
		if err := l.cell(f, t.Name, spec.ColumnName(i+1)+strconv.Itoa(line), e, texts[i]); err != nil {
			return err
		}
	}
	return f.SetRowHeight(t.Name, line, rowHeight(texts, t.Widths)+4)
}

func (l *tableLooks) cell(f *excelize.File, sheet, cell string, e Entry, text string) error {
	style := l.text
	n, bad := strconv.Atoi(text)
	switch {
	case e.Number && bad == nil && e.Strong:
		style = l.sum
	case e.Number && bad == nil:
		style = l.number
	case e.Strong:
		style = l.strong
	case e.Link != "":
		style = l.link
	}
	var err error
	if e.Number && bad == nil {
		err = f.SetCellInt(sheet, cell, int64(n))
	} else {
		err = f.SetCellStr(sheet, cell, text)
	}
	if e.Link != "" {
		err = errors.Join(err, f.SetCellHyperLink(sheet, cell, e.Link, "External"))
	}
	return errors.Join(err, f.SetCellStyle(sheet, cell, cell, style))
}
