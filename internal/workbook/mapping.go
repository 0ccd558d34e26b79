package workbook

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"hbupload/internal/dict"
	"hbupload/internal/mapping/draft"
	"hbupload/internal/mapping/layout"
	"hbupload/internal/spec"
	"hbupload/internal/table"
)

// MappingSuffix is how a mapping workbook beside its export is called.
const MappingSuffix = ".映射.xlsx"

// The sheets of a mapping workbook.
const (
	sheetQuestions = "问题"
	sheetColumns   = "列"
	sheetWords     = "词"
	sheetItems     = "项目"
	sheetGuide     = "说明"
	sheetText      = "高级"
)

// The heads of the columns to fill in, by which they are found again.
const (
	headAnswer = "回答（选或填）"
	headField  = "读成字段（可改）"
	headEntry  = "平台字典（选或填）"
	headItem   = "平台项目（选或填）"
	headUnit   = "单位"
	headRange  = "参考范围"
)

// Mapping is the workbook in which a person answers a draft: a sheet each for
// questions, columns, words and items, and the mapping's own text. Answers that were
// given earlier stand in their cells.
func Mapping(d *draft.Draft, given ...draft.Answer) (out []byte, err error) {
	b := &formBook{f: excelize.NewFile(), styles: map[string]int{}, given: map[string]string{}}
	for _, a := range given {
		b.given[a.ID] = a.Text
	}
	defer func() { err = errors.Join(err, b.f.Close()) }()
	if b.lists, err = newLists(b.f, "下拉列表，请勿修改"); err != nil {
		return nil, err
	}
	for _, m := range []*form{questionForm(d), columnForm(d), wordForm(d), itemForm(d)} {
		if err := b.write(m); err != nil {
			return nil, err
		}
	}
	if err := errors.Join(b.guide(d), b.text(d.Text)); err != nil {
		return nil, err
	}
	if err := b.f.DeleteSheet("Sheet1"); err != nil {
		return nil, err
	}
	first, err := b.f.GetSheetIndex(sheetQuestions)
	if err != nil {
		return nil, err
	}
	b.f.SetActiveSheet(first)
	if err := b.f.SetSheetVisible(table.ListsSheet, false); err != nil {
		return nil, err
	}
	buf, err := b.f.WriteToBuffer()
	if err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

// MappingOver is Mapping with the answers of the workbook that stands at path, as far
// as they still fit; told says how many do. None there, or none that can be read, is
// an empty one.
func MappingOver(ctx context.Context, d *draft.Draft, path string, dicts *dict.Set) (out []byte, told string, err error) {
	var earlier []draft.Answer
	if _, err := os.Stat(path); err == nil {
		if earlier, err = MappingAnswers(ctx, path); err != nil {
			earlier = nil
		}
	}
	kept, dropped := draft.Keep(d.Text, earlier, dicts)
	if len(earlier) > 0 {
		told = fmt.Sprintf("%s 里以前的回答：%d 处带了过来，%d 处不再适用、没有带", path, len(kept), dropped)
	}
	out, err = Mapping(d, kept...)
	return out, told, err
}

func questionForm(d *draft.Draft) *form {
	m := &form{name: sheetQuestions, title: "问题：" + d.Input, tab: "D64550",
		hint: "只有人能回答的问题，涉及人数多的在前。点“回答”一栏从下拉列表里选，也可以自己写（“为什么要问”里写着可以写什么）；不清楚的可先空着。写完保存，再执行 hbupload map check。",
		columns: []formColumn{{head: "序号", width: 6, number: true}, {head: "问题", width: 46, wrap: true}, {head: headAnswer, width: 38, wrap: true, answer: true},
			{head: "为什么要问", width: 50, wrap: true}, {head: "涉及人数", width: 10, number: true}, {head: "字段", width: 18, wrap: true}}}
	if len(d.Questions) == 0 {
		m.hint = "没有需要回答的问题。「列」「词」「项目」三张表请再核对一遍。"
	}
	headers := ownHeaders(d)
	for i := range d.Questions {
		q := &d.Questions[i]
		choices := q.Candidates
		if q.Own {
			choices = append(slices.Clone(choices), headers...)
		}
		m.rows = append(m.rows, formRow{ids: []string{q.ID}, choices: choices, cells: []string{strconv.Itoa(i + 1), q.Text, "", q.Why, strconv.Itoa(q.People), q.Where}})
	}
	return m
}

// maxOwnHeaders bounds the columns that an answer offers beside its candidates.
const maxOwnHeaders = 200

// ownHeaders are the export's columns that may be an answer, the unused ones first.
func ownHeaders(d *draft.Draft) []string {
	var out []string
	for _, used := range []bool{false, true} {
		for i := range d.Columns {
			c := &d.Columns[i]
			if !c.Fixed && c.Values > 0 && (c.Field != "") == used && !slices.Contains(out, c.Header) && len(out) < maxOwnHeaders {
				out = append(out, c.Header)
			}
		}
	}
	return out
}

func columnForm(d *draft.Draft) *form {
	m := &form{name: sheetColumns, title: "列：导出里的每一列读成什么字段", tab: "2F5D86",
		hint: "“读成字段”一栏可从下拉列表里改；不需要的列选“" + draft.Unused + "”。灰色的是没有用到的列，请看看有没有该用的。检查项目的列排在最后，对应关系见「项目」。示例已遮盖。",
		columns: []formColumn{{head: "工作表", width: 22, wrap: true}, {head: "表头", width: 28, wrap: true}, {head: "有内容的格数", width: 13, number: true},
			{head: "示例（已遮盖）", width: 42, wrap: true}, {head: headField, width: 32, wrap: true, answer: true}, {head: "把握", width: 13}}}
	fields := append([]string{draft.Unused}, draft.Fields()...)
	var items []formRow // last: what can be changed must not be looked for among hundreds of them
	for i := range d.Columns {
		c := &d.Columns[i]
		r := formRow{ids: []string{c.ID}, choices: fields, state: rowAsIs}
		sheet := c.Sheet
		field := c.Field
		sure := ""
		if c.File != "" {
			sheet = c.File + "\n" + c.Sheet
		}
		if c.Confidence > 0 {
			sure = strconv.Itoa(c.Confidence) + "%"
		}
		switch {
		case c.Fixed:
			r.state = rowLocked
			r.ids = nil
			r.choices = nil
			sure = "见「高级」"
		case field == "":
			r.state = rowIdle
			field = draft.Unused
		}
		r.cells = []string{sheet, c.Header, strconv.Itoa(c.Values), strings.Join(c.Samples, "  |  "), field, sure}
		if c.Fixed && (field == draft.ItemColumn || field == spec.ItemCode.Label()) {
			r.cells[5] = "见「项目」"
			items = append(items, r)
			continue
		}
		m.rows = append(m.rows, r)
	}
	m.rows = append(m.rows, items...)
	return m
}

func wordForm(d *draft.Draft) *form {
	m := &form{name: sheetWords, title: "词：本院的写法是平台的哪一个", tab: "1E7B3C",
		hint: "黄色的还没有认出来，要人来选；绿色的是程序认出来的，请核对。下拉列表里是平台字典的“代码 名称”，没有合适的可以直接写平台字典里的代码或名称（hbupload dict search 词 可查）。",
		columns: []formColumn{{head: "字段", width: 22, wrap: true}, {head: "本院的写法", width: 44, wrap: true}, {head: "出现次数", width: 10, number: true},
			{head: "涉及人数", width: 10, number: true}, {head: headEntry, width: 52, wrap: true, answer: true}}}
	for i := range d.Words {
		w := &d.Words[i]
		m.rows = append(m.rows, formRow{ids: []string{w.ID}, choices: w.Candidates, state: settled(w.Choice),
			cells: []string{w.Field, w.Word, strconv.Itoa(w.Count), strconv.Itoa(w.People), withCode(w.Choice, w.Candidates)}})
	}
	return m
}

func itemForm(d *draft.Draft) *form {
	m := &form{name: sheetItems, title: "项目：本院的检查项目是平台的哪一项", tab: "7A5B00",
		hint: "黄色的还没有认出来，要人来选；绿色的是程序认出来的，请核对。平台不收的项目选“" + layout.Skip + "”；灰色的是没有用到、可能是检查结果的列，要上传就选平台项目。没有合适的可以直接写平台项目的代码或名称（hbupload dict search 词 可查）。导出里没有单位或参考范围的，可在后两栏补上（参考范围如 3.5-9.5、<5.2、≥60）。",
		columns: []formColumn{{head: "本院项目", width: 36, wrap: true}, {head: "结果个数", width: 10, number: true}, {head: "涉及人数", width: 10, number: true},
			{head: headItem, width: 48, wrap: true, answer: true}, {head: headUnit, width: 16, wrap: true, answer: true}, {head: headRange, width: 20, wrap: true, answer: true}}}
	for i := range d.Items {
		x := &d.Items[i]
		r := formRow{ids: []string{x.ID}, choices: x.Candidates, state: settled(x.Choice),
			cells: []string{x.Name, strconv.Itoa(x.Count), strconv.Itoa(x.People), withCode(x.Choice, x.Candidates), x.Unit, x.Range}}
		if x.Idle {
			r.state = rowIdle
		}
		if x.Single {
			r.ids = append(r.ids, draft.UnitID(x.Name), draft.RangeID(x.Name))
		}
		m.rows = append(m.rows, r)
	}
	return m
}

// settled is the state of what the draft has made its choice of, or not.
func settled(choice string) rowState {
	if choice == "" {
		return rowOpen
	}
	return rowAsIs
}

// withCode is a choice as the candidates show it, “code name”.
func withCode(choice string, candidates []string) string {
	for _, c := range candidates {
		if _, name, ok := strings.Cut(c, " "); ok && name == choice {
			return c
		}
	}
	return choice
}

// guide writes 「说明」.
func (b *formBook) guide(d *draft.Draft) error {
	lines := []string{
		"这个工作簿说明怎样读“" + d.Input + "”这样的导出。填好、保存，以后同样表头的导出都按它读取。",
		"",
		"1. 「问题」：只有人能回答的问题。选一个候选答案，或自己写；空着就当没有回答。",
		"2. 「列」：导出的每一列读成什么字段，没有用到的列也列在这里。",
		"3. 「词」：本院的写法对应平台字典的哪一个代码。",
		"4. 「项目」：本院的检查项目对应平台的哪一项，或“" + layout.Skip + "”。",
		"5. 「高级」：映射的原文，供管理员看和改。上面四张表的回答会写进去，不用两处都改。",
		"",
		"黄色的格子等人来填，绿色的是程序的判断（可以改），灰色的没有用到或不在这里改。",
		"保存后检查：hbupload map check 导出文件（本文件不在它旁边时写 hbupload map check 本文件 导出文件）；填得不对的格子会逐个指出。",
		"没有问题后上传：hbupload push 导出文件 --mapping 本文件 --dry-run，再去掉 --dry-run。本文件放在导出文件旁边时不用写 --mapping。",
		"夜间自动上传用的映射要放在配置旁边的 mappings 文件夹里。",
		"管理员要 YAML 文件：hbupload map export 本文件 -o 名称.mapping.yaml。",
		"",
		"用 Excel、WPS 或 LibreOffice 填写都可以，请仍保存为 .xlsx。可以排序和筛选；不要改动工作表的名称和隐藏的两列。",
	}
	for _, s := range d.Sheets {
		shape := s.Shape
		if shape == "" {
			shape = "没有用到"
		}
		lines = append(lines, fmt.Sprintf("读到的表：%s「%s」%d 行，%s", s.File, s.Name, s.Rows, shape))
	}
	for _, name := range d.Unread {
		lines = append(lines, "没有认出表头、没有用到的表："+name)
	}
	return b.page(sheetGuide, "说明", lines, 130, face, true)
}

// textRow is the row in which the mapping's own text begins.
const textRow = 3

// text writes 「高级」: the mapping's own text, a line a row.
func (b *formBook) text(text string) error {
	lines := append([]string{"# 以下是映射的原文（YAML），供管理员使用，语法见 hbupload help 映射。本行和第 1 行不属于原文"}, strings.Split(strings.TrimRight(text, "\n"), "\n")...)
	return b.page(sheetText, "高级：映射的原文", lines, 150, "Consolas", false)
}

// page writes a sheet of lines: the title, then each line in a row of its own.
func (b *formBook) page(name, title string, lines []string, width int, font string, wrap bool) error {
	if _, err := b.f.NewSheet(name); err != nil {
		return err
	}
	head, err := b.style("title", nil)
	if err != nil {
		return err
	}
	body, err := b.style("line"+font, &excelize.Style{NumFmt: formatText, Font: &excelize.Font{Size: 10, Family: font, Color: "20242A"}, Alignment: &excelize.Alignment{Vertical: "center", WrapText: wrap}})
	if err != nil {
		return err
	}
	err = errors.Join(b.f.SetCellStr(name, "A1", table.ReportMark+title), b.f.SetCellStyle(name, "A1", "A1", head), b.f.SetRowHeight(name, 1, 30),
		b.f.SetColWidth(name, "A", "A", float64(width)), b.f.SetCellStyle(name, "A2", "A"+strconv.Itoa(len(lines)+1), body), printed(b.f, name, true, 1))
	for i, line := range lines {
		if wrap {
			err = errors.Join(err, b.f.SetRowHeight(name, i+2, rowHeight([]string{line}, []int{width})))
		}
		for col := 1; line != ""; col++ { // a line longer than a cell goes on beside it
			part := Prefix(line, maxTextCell)
			line = line[len(part):]
			err = errors.Join(err, b.f.SetCellStr(name, spec.ColumnName(col)+strconv.Itoa(i+2), part))
		}
	}
	return err
}

// maxTextCell is how many bytes of a line stand in one cell.
const maxTextCell = 30_000

// Prefix is the beginning of a text, whole characters of at most limit bytes.
func Prefix(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit]
}
