package workbook

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/xuri/excelize/v2"

	"hbupload/internal/host"
	"hbupload/internal/spec"
)

// Doubtful is somebody who must be looked up in the platform's own list.
type Doubtful struct {
	Key    string
	Values []string // of DoubtfulFields
	Why    string
}

// DoubtfulFields are what a person needs to find somebody on the platform.
func DoubtfulFields() []spec.FieldID {
	return []spec.FieldID{spec.PatientName, spec.IDCard, spec.PeDate, spec.PeFlag, spec.EmpOrgName, spec.EmployerEnterpriseName}
}

// worksheetName is the one sheet of a worksheet.
const worksheetName = "核对"

// Worksheet is a workbook to be printed or filled in while looking people up:
// one line a person, with a place for the answer and for who found it.
func Worksheet(people []Doubtful) (out []byte, err error) {
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := f.SetSheetName("Sheet1", worksheetName); err != nil {
		return nil, err
	}
	widths := []int{18, 10, 21, 12, 8, 28, 28, 44, 14, 12}
	head := []string{spec.ExamKey.Label()}
	for _, id := range DoubtfulFields() {
		head = append(head, id.Label())
	}
	head = append(head, "当前情况", "平台上有吗（有/没有）", "核对人")
	if err := worksheetLine(f, 1, head, widths); err != nil {
		return nil, err
	}
	for i := range people {
		p := &people[i]
		line := append([]string{p.Key}, p.Values...)
		if err := worksheetLine(f, i+2, append(line, p.Why, "", ""), widths); err != nil {
			return nil, err
		}
	}
	if err := worksheetLooks(f, len(people)+1, widths); err != nil {
		return nil, err
	}
	buf, err := f.WriteToBuffer()
	if err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

func worksheetLine(f *excelize.File, row int, texts []string, widths []int) error {
	for c, text := range texts {
		texts[c] = host.SafeText(text, maxWords)
		if err := f.SetCellStr(worksheetName, spec.ColumnName(c+1)+strconv.Itoa(row), texts[c]); err != nil {
			return err
		}
	}
	return f.SetRowHeight(worksheetName, row, rowHeight(texts, widths)+4)
}

// worksheetLooks is everything but the texts: widths, colours, lines to write
// on, the choice of the answer, and the layout on paper.
func worksheetLooks(f *excelize.File, rows int, widths []int) error {
	var lines []excelize.Border
	for _, side := range []string{"left", "right", "top", "bottom"} {
		lines = append(lines, excelize.Border{Type: side, Color: "B8C2CC", Style: 1})
	}
	place := &excelize.Alignment{Vertical: "center", WrapText: true}
	head, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true, Color: "FFFFFF", Size: 11, Family: "微软雅黑"},
		Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"2F5D86"}}, Alignment: place, Border: lines})
	if err != nil {
		return err
	}
	body, err := f.NewStyle(&excelize.Style{NumFmt: formatText, Font: &excelize.Font{Size: 10, Family: "微软雅黑"}, Alignment: place, Border: lines})
	if err != nil {
		return err
	}
	for i, width := range widths {
		letter := spec.ColumnName(i + 1)
		if err := f.SetColWidth(worksheetName, letter, letter, float64(width)); err != nil {
			return err
		}
	}
	last := spec.ColumnName(len(widths))
	end := strconv.Itoa(rows)
	answer := spec.ColumnName(len(widths) - 1)
	if err := f.SetCellStyle(worksheetName, "A1", last+"1", head); err != nil {
		return err
	}
	if rows > 1 {
		choice := excelize.NewDataValidation(true)
		choice.SetSqref(answer + "2:" + answer + end)
		if err := errors.Join(f.SetCellStyle(worksheetName, "A2", last+end, body), choice.SetDropList([]string{"有", "没有"}), f.AddDataValidation(worksheetName, choice)); err != nil {
			return err
		}
	}
	return errors.Join(f.AutoFilter(worksheetName, "A1:"+last+end, nil),
		f.SetPanes(worksheetName, &excelize.Panes{Freeze: true, XSplit: 1, YSplit: 1, TopLeftCell: "B2", ActivePane: "bottomRight"}),
		f.SetHeaderFooter(worksheetName, &excelize.HeaderFooterOptions{
			OddHeader: "&L结果不明的记录：到平台上逐个核对，填写后两栏&R含个人信息，请妥善保管", OddFooter: "&C第 &P 页，共 &N 页"}),
		printed(f, worksheetName, true, 1))
}

// printed lays a sheet out for paper: A4 across, the row of column names on every
// page, and all columns on one page if across.
func printed(f *excelize.File, sheet string, across bool, head int) error {
	landscape := "landscape"
	a4 := 9
	high := 0
	layout := &excelize.PageLayoutOptions{Orientation: &landscape, Size: &a4}
	titles := &excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: fmt.Sprintf("'%s'!$%d:$%d", sheet, head, head), Scope: sheet}
	if !across {
		titles.RefersTo = "'" + sheet + "'!$A:$A," + titles.RefersTo
		return errors.Join(f.SetPageLayout(sheet, layout), f.SetDefinedName(titles))
	}
	fit := true
	one := 1
	layout.FitToWidth = &one
	layout.FitToHeight = &high
	return errors.Join(f.SetPageLayout(sheet, layout), f.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &fit}), f.SetDefinedName(titles))
}
