package workbook

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"hbupload/internal/spec"
	"hbupload/internal/table"
)

// Template is the standard workbook to be filled in.
type Template struct {
	Legal   func(spec.FieldID) []string // legal values for the drop-downs, nil for none
	Version string                      // of the dictionaries, shown on the hidden sheet
}

// templateRows is how many rows have drop-downs: results take a dozen rows for
// each person.
const templateRows = 100_000

// WriteTemplate writes the template to path and returns the path it got: a
// number is appended to a name that is taken.
func WriteTemplate(path string, t *Template) (string, error) {
	var buf bytes.Buffer
	if err := t.write(&buf); err != nil {
		return "", err
	}
	return writeNew(path, func(out *os.File) error { _, err := out.Write(buf.Bytes()); return err })
}

// templateBook is a template in the making.
type templateBook struct {
	*Template
	f      *excelize.File
	styles map[string]int
	lists  *lists
}

func (t *Template) write(w io.Writer) (err error) {
	b := &templateBook{Template: t, f: excelize.NewFile(), styles: map[string]int{}}
	defer func() { err = errors.Join(err, b.f.Close()) }()
	if err := b.f.SetSheetName("Sheet1", spec.SheetPerson.String()); err != nil {
		return err
	}
	if b.lists, err = newLists(b.f, "下拉列表，请勿修改  字典 "+t.Version); err != nil {
		return err
	}
	for id := spec.SheetPerson; id < spec.NumSheets; id++ {
		if err := b.sheet(id); err != nil {
			return err
		}
	}
	if err := b.f.MoveSheet(spec.SheetHazard.String(), table.ListsSheet); err != nil {
		return err
	}
	if err := b.f.MoveSheet(spec.SheetItem.String(), table.ListsSheet); err != nil {
		return err
	}
	for id := spec.SheetPerson; id < spec.NumSheets; id++ { // now that each has its place, by which names refer to it
		if err := printed(b.f, id.String(), false, 1); err != nil {
			return err
		}
	}
	b.f.SetActiveSheet(0)
	if err := b.f.SetSheetVisible(table.ListsSheet, false); err != nil {
		return err
	}
	return b.f.Write(w)
}

func (b *templateBook) sheet(id spec.SheetID) error {
	name := id.String()
	if _, err := b.f.NewSheet(name); err != nil {
		return err
	}
	for i, field := range spec.SheetFields(id) {
		if err := b.column(name, i+1, field); err != nil {
			return err
		}
	}
	if err := b.f.SetRowHeight(name, 1, 32); err != nil {
		return err
	}
	return b.f.SetPanes(name, &excelize.Panes{Freeze: true, XSplit: 1, YSplit: 1, TopLeftCell: "B2", ActivePane: "bottomRight"})
}

// column writes one field: header, note, format, drop-down and example.
func (b *templateBook) column(sheet string, col int, f spec.Field) error {
	letter := spec.ColumnName(col)
	head, err := b.style(headStyle(f))
	if err != nil {
		return err
	}
	body, err := b.style(bodyStyle(f))
	if err != nil {
		return err
	}
	example, err := b.style(exampleStyle(f))
	if err != nil {
		return err
	}
	text := b.example(f)
	return errors.Join(
		b.f.SetColWidth(sheet, letter, letter, columnWidth(f)),
		b.f.SetColStyle(sheet, letter, body),
		b.f.SetCellStr(sheet, letter+"1", f.Label), b.f.SetCellStyle(sheet, letter+"1", letter+"1", head),
		b.f.SetCellStr(sheet, letter+"2", text), b.f.SetCellStyle(sheet, letter+"2", letter+"2", example),
		b.f.AddComment(sheet, b.headerNote(letter+"1", f)),
		b.dropDown(sheet, letter, f),
	)
}

func columnWidth(f spec.Field) float64 {
	width := float64(2*len([]rune(f.Label)) + 4)
	switch f.Kind {
	case spec.KindIdentity:
		width = max(width, 23)
	case spec.KindDate:
		width = max(width, 13)
	case spec.KindCodeList, spec.KindNameList:
		width = max(width, 24)
	case spec.KindCode:
		width = max(width, 16)
	}
	if f.ID == spec.ExamKey {
		width = 26
	}
	return min(max(width, 11), 34)
}

// style is the number of a style, each made once.
func (b *templateBook) style(s *excelize.Style) (int, error) {
	key := fmt.Sprintf("%+v %+v %+v", s.NumFmt, s.Fill, s.Font)
	if n, ok := b.styles[key]; ok {
		return n, nil
	}
	n, err := b.f.NewStyle(s)
	b.styles[key] = n
	return n, err
}

const (
	formatText = 49 // "@"
	formatDate = 14 // the system's short date
)

func headStyle(f spec.Field) *excelize.Style {
	colour := "5B7A99"
	if f.Required && f.ID != spec.HazardNames {
		colour = "2F5D86"
	}
	switch {
	case f.ID == spec.ExamKey:
		colour = "2F5D86"
	case f.Section == spec.SectionHelper:
		colour = "8A93A0"
	}
	return &excelize.Style{NumFmt: formatText, Font: &excelize.Font{Bold: true, Color: "FFFFFF", Size: 11, Family: "微软雅黑"}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}},
		Alignment: &excelize.Alignment{Horizontal: "center", Vertical: "center", WrapText: true}}
}

// bodyStyle is text for whatever a spreadsheet program would turn into a
// number: identity numbers, codes, phones, and dictionary codes with zeros.
func bodyStyle(f spec.Field) *excelize.Style {
	s := &excelize.Style{NumFmt: formatText, Font: &excelize.Font{Size: 11, Family: "微软雅黑"}}
	switch f.Kind {
	case spec.KindDate:
		code := "yyyy-mm-dd"
		s.NumFmt = formatDate
		s.CustomNumFmt = &code
	case spec.KindNumber:
		s.NumFmt = 0
	}
	return s
}

func exampleStyle(f spec.Field) *excelize.Style {
	s := bodyStyle(f)
	s.Font = &excelize.Font{Size: 11, Italic: true, Color: "8A93A0", Family: "微软雅黑"}
	s.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"F3F5F7"}}
	return s
}

// headerNote says what the document says of a field.
func (b *templateBook) headerNote(cell string, f spec.Field) excelize.Comment {
	var lines []string
	switch {
	case f.ID == spec.HazardNames: // derived
		lines = append(lines, "选填")
	case f.Required, f.ID == spec.ExamKey:
		lines = append(lines, "必填")
	case f.Section == spec.SectionHelper:
		lines = append(lines, "选填")
	default:
		lines = append(lines, "选填（有条件的见说明）")
	}
	if f.Note != "" {
		lines = append(lines, f.Note)
	}
	if kind := kindNote(f); kind != "" {
		lines = append(lines, kind)
	}
	if f.Enum != spec.EnumNone {
		var values []string
		for _, e := range f.Enum.Entries() {
			values = append(values, e.Code+" "+e.Name)
		}
		lines = append(lines, "可填（代码或名称）："+strings.Join(values, "；"))
	}
	if f.Dict != "" {
		how := "，可从下拉列表选择"
		if f.Kind == spec.KindCodeList || f.Kind == spec.KindNameList {
			how = "，几个用、分隔"
		}
		lines = append(lines, "取自平台字典“"+dictName(f.Dict)+"”，可填代码或名称"+how)
	}
	if f.Clause != "" && f.Section != spec.SectionHelper { // a helper is ours
		lines = append(lines, "依据：接口规范 V3.8 "+f.Clause)
	}
	text := strings.Join(lines, "\n")
	height := uint(0)
	for _, line := range lines {
		height += uint(20 * (1 + len([]rune(line))/22))
	}
	return excelize.Comment{Cell: cell, Author: "接口规范", Text: f.Label + "\n" + text, Width: 330, Height: height + 44}
}

func dictName(code string) string {
	for _, d := range spec.Dictionaries() {
		if d.Code == code {
			return d.Name
		}
	}
	return code
}

func kindNote(f spec.Field) string {
	switch f.Kind {
	case spec.KindDate:
		return "日期，例如 2026-03-05"
	case spec.KindIdentity, spec.KindDigits:
		return "文本格式，不要改成数字格式"
	case spec.KindNumber:
		return "数字，不小于 0"
	}
	return ""
}

// dropDown offers a field's legal values through the hidden sheet, which knows
// no limit of length. Other entries are not refused: a cell may hold a code.
func (b *templateBook) dropDown(sheet, letter string, f spec.Field) error {
	if b.Legal == nil || f.Kind == spec.KindCodeList || f.Kind == spec.KindNameList {
		return nil
	}
	values := b.Legal(f.ID)
	if len(values) == 0 {
		return nil
	}
	return b.lists.offer(sheet, fmt.Sprintf("%s2:%s%d", letter, letter, templateRows+1), f.Label, values)
}

// example is the field's value in the example row. No person is behind it.
func (b *templateBook) example(f spec.Field) string {
	if text, ok := exampleTexts()[f.ID]; ok {
		return text
	}
	if b.Legal == nil {
		return ""
	}
	values := b.Legal(f.ID)
	if want, ok := exampleChoices()[f.ID]; ok {
		if slices.Contains(values, want) {
			return want
		}
		return "" // another entry would not agree with the rest of the row
	}
	if f.Required && len(values) > 0 {
		return values[0]
	}
	return ""
}

// exampleChoices are the entries that make the example row one case: somebody at
// work who is exposed to noise, with a normal blood pressure.
func exampleChoices() map[spec.FieldID]string {
	return map[spec.FieldID]string{
		spec.HazardCode: "噪声", spec.CareTypeCode: "在岗期间", spec.ResultOptionCode: "目前未见异常", spec.MonitorTypeCode: "常规监测",
		spec.ItemClassName: "血压", spec.ItemCode: "收缩压",
	}
}

func exampleTexts() map[spec.FieldID]string {
	return map[spec.FieldID]string{
		spec.ExamKey: "示例（读取时跳过，可删）", spec.OhOrgCode: "130100001", spec.EmpOrgName: "示例机械有限公司", spec.EmpOrgBizCode: "18 位代码", spec.PeDate: "2026-03-05", spec.PeFlag: "初检",
		spec.PatientName: "示例", spec.SexCode: "男", spec.IDType: "居民身份证", spec.IDCard: "18 位号码", spec.EmpPhone: "11 位号码", spec.Birthday: "1990-01-01", spec.Age: "36",
		spec.TypeOfWorkCode: "电焊工", spec.HazardNames: "噪声", spec.ContactHazardCode: "噪声、电焊烟尘", spec.EmployerEnterpriseName: "示例机械有限公司", spec.EmployerCreditCode: "18 位代码", spec.PreparerName: "填表人", spec.PreparerPhone: "0311-00000000",
		spec.PreparerDate: "2026-03-12", spec.ReportOrgName: "示例医院", spec.SmokingStatus: "从不吸", spec.PersonalHistoryYear: "0", spec.PersonalHistoryMonth: "0", spec.DailySmokingVolum: "0",
		spec.HazardStartDate: "2015-07-01", spec.HazardYear: "10", spec.HazardMonth: "8", spec.HazardDay: "4",
		spec.IsMain: "否",
		spec.Result: "128", spec.ResultFlag: "正常", spec.LowerLimit: "90", spec.UpperLimit: "139", spec.Unit: "mmHg",
	}
}
