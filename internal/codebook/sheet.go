package codebook

import (
	"errors"

	"github.com/xuri/excelize/v2"

	"hbupload/internal/spec"
)

// The sheets of a new book.
const (
	sheetName = "代码对照"
	noteSheet = "说明"
)

// formatText keeps the spreadsheet program from making numbers and dates of codes.
const formatText = 49

// pen writes entries into a workbook.
type pen struct {
	f *excelize.File
	h *header
}

// put writes an entry over the row of the same word, or below the last row.
// It reports whether anything was changed.
func (p *pen) put(book *Book, e Entry) (bool, error) {
	row := int32(0)
	for _, old := range book.rows {
		if !e.same(old) {
			continue
		}
		if old.Code == e.Code && old.Name == e.Name {
			return false, nil
		}
		if old.sheet != nil && old.sheet.ref.Name == p.h.ref.Name && row == 0 {
			row = old.row
		}
	}
	if row == 0 {
		p.h.last++
		row = p.h.last
	}
	return true, p.write(row, e)
}

func (p *pen) write(row int32, e Entry) error {
	e.Domain = domainLabel(e.Domain)
	style, err := p.f.NewStyle(&excelize.Style{NumFmt: formatText, Alignment: &excelize.Alignment{Vertical: "center"}})
	if err != nil {
		return err
	}
	for i, c := range columns() {
		col, ok := p.h.cols[i]
		if !ok {
			continue
		}
		cell := spec.Place{Row: row, Col: col}.Cell()
		if err := errors.Join(p.f.SetCellStr(p.h.ref.Name, cell, *c.at(&e)), p.f.SetCellStyle(p.h.ref.Name, cell, cell, style)); err != nil {
			return err
		}
	}
	return nil
}

// blank is a new book with its header and an explanation.
func blank() (*excelize.File, *header, error) {
	f := excelize.NewFile()
	h := &header{ref: &spec.SheetRef{Name: sheetName}, last: 1, cols: map[int]int32{}}
	for i := range columns() {
		h.cols[i] = int32(i) + 1
	}
	if err := errors.Join(f.SetSheetName("Sheet1", sheetName), head(f), explain(f)); err != nil {
		_ = f.Close()
		return nil, nil, err
	}
	return f, h, nil
}

// head writes the header: bold, frozen, with a filter and the list of dictionaries.
func head(f *excelize.File) error {
	text, err := f.NewStyle(&excelize.Style{NumFmt: formatText, Alignment: &excelize.Alignment{Vertical: "center"}})
	if err != nil {
		return err
	}
	bold, err := f.NewStyle(&excelize.Style{NumFmt: formatText, Font: &excelize.Font{Bold: true, Color: "FFFFFF"},
		Fill:      excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"2F6DB5"}},
		Alignment: &excelize.Alignment{Vertical: "center", Horizontal: "center"}})
	if err != nil {
		return err
	}
	for i, c := range columns() {
		name := spec.ColumnName(i + 1)
		if err := errors.Join(f.SetColStyle(sheetName, name, text), f.SetColWidth(sheetName, name, name, c.width),
			f.SetCellStr(sheetName, name+"1", c.label), f.SetCellStyle(sheetName, name+"1", name+"1", bold)); err != nil {
			return err
		}
	}
	list := excelize.NewDataValidation(true)
	list.Sqref = "B2:B5000"
	if err := list.SetDropList(domainLabels()); err != nil {
		return err
	}
	paper := 9
	landscape := "landscape"
	wide := 1
	pages := 0
	fit := true
	return errors.Join(f.AddDataValidation(sheetName, list),
		f.SetPanes(sheetName, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}),
		f.SetSheetProps(sheetName, &excelize.SheetPropsOptions{FitToPage: &fit}),
		f.SetPageLayout(sheetName, &excelize.PageLayoutOptions{Size: &paper, Orientation: &landscape, FitToWidth: &wide, FitToHeight: &pages}))
}

// explain writes the sheet that tells people what the book is.
func explain(f *excelize.File) error {
	if _, err := f.NewSheet(noteSheet); err != nil {
		return err
	}
	lines := []string{
		"这本对照表记下本院的写法各对应平台字典里的哪一条，由 hbupload 每次读取文件时使用。",
		"只有在「待修改」里勾选了“以后都这样”的写法才会登记到这里；也可以自己添加、改正、删除行。",
		"顺序：先按字典原样查找，再看配置里的别名，最后查这张表。",
		"“字典”填字典名称（如 工种、危害因素）或字段名称（如 性别）；“代码”填平台代码，“名称”可空，填了须与代码一致。",
		"“机构”空白表示各机构通用；只给一家用时，填机构编码、机构名称或 profile 名称。",
		"有误的行不会使用，程序会逐行指出。修改时请先关闭正在运行的 hbupload；打开着这个文件时，程序不会往里写。",
	}
	wrap, err := f.NewStyle(&excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	if err != nil {
		return err
	}
	for i, line := range lines {
		cell := spec.Place{Row: int32(i) + 1, Col: 1}.Cell()
		if err := errors.Join(f.SetCellStr(noteSheet, cell, line), f.SetCellStyle(noteSheet, cell, cell, wrap)); err != nil {
			return err
		}
	}
	return f.SetColWidth(noteSheet, "A", "A", 90)
}
