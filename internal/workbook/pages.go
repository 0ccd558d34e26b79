package workbook

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"hbupload/internal/rules"
	"hbupload/internal/spec"
	"hbupload/internal/table"
	"hbupload/internal/wire"
)

// maxLinks is how many links a worksheet can have; later lines go without.
const maxLinks = 65000

// maxLines is how many findings are listed one by one; every further cause
// still has its line.
const maxLines = 200000

// pageHead is the row of the column names of the two pages.
const pageHead = "3"

// printTitles has a page's column names on every sheet of paper.
func printTitles(sheet string, index int) string {
	return `<definedName name="_xlnm.Print_Titles" localSheetId="` + strconv.Itoa(index) + `">'` + sheet + `'!$` + pageHead + `:$` + pageHead + `</definedName>`
}

// maxWords bounds a text in the two sheets.
const maxWords = 2000

// todo writes 「待修改」: one line for each finding, those of one cause together,
// the most frequent first, each linked to its cell.
func (a *Annotation) todo(w io.Writer, s *bookStyles) error {
	sheet := newSheetWriter(w, sheetHead{widths: []float64{8, 16, 14, 9, 20, 56, 40, 44}, frozen: 3, selected: true, tab: "D64550"})
	errors, warnings, people := a.tally()
	sheet.begin(1, 30)
	sheet.text(1, s.look(lookTitle), fmt.Sprintf("%s待修改：错误 %d 处，提示 %d 处，涉及 %d 人", table.ReportMark, errors, warnings, people))
	sheet.begin(2, 20)
	sheet.text(1, s.look(lookHint), a.advice(errors+warnings))
	row := int32(3)
	sheet.begin(row, 22)
	for i, name := range []string{"级别", "体检编号", "工作表", "单元格", "列", "问题", "可能是", "办法"} {
		sheet.text(int32(i+1), s.look(lookHead), name)
	}
	var links []link
	for _, g := range a.byCause() {
		if row++; row > maxRows-2 {
			break
		}
		band := lookBandWarning
		if g.severity == spec.Error {
			band = lookBandError
		}
		sheet.begin(row, 22)
		sheet.text(1, s.look(band), g.title())
		for col := int32(2); col <= 8; col++ {
			sheet.text(col, s.look(band), "")
		}
		for n, i := range g.findings {
			if row++; row > maxLines {
				sheet.begin(row, 0)
				sheet.text(6, s.look(lookText), fmt.Sprintf("此种原因另有 %d 处没有列出", len(g.findings)-n))
				break
			}
			if to := a.todoLine(sheet, s, row, &a.Findings[i]); to != "" && len(links) < maxLinks {
				links = append(links, link{"D" + strconv.Itoa(int(row)), to})
			}
		}
	}
	return sheet.end("A3:H"+strconv.Itoa(int(row)), nil, links)
}

// advice says what to do with the copy.
func (a *Annotation) advice(n int) string {
	if n == 0 {
		return a.remark + "没有需要修改的地方。每个人的结果见「结果」表。本文件含个人信息，请勿外传。"
	}
	return a.remark + "在本文件里直接修改红色（错误）和黄色（提示）的单元格，保存后用本文件重新上传即可；已接收的人不会重传（改了他们的内容，要加 --resend changed 才再传）。" +
		"点“单元格”一列跳到要改的地方。「待修改」「结果」两张表由程序生成，读取时会忽略。本文件含个人信息，请勿外传。"
}

// todoLine writes one finding and returns the place that its link leads to.
func (a *Annotation) todoLine(sheet *sheetWriter, s *bookStyles, row int32, f *spec.Finding) string {
	message, near, fix := wire.SafeText(a.trouble(f), maxWords), strings.Join(f.Nearest, "；"), a.fix(f.Rule)
	sheet.begin(row, rowHeight([]string{message, near, fix, f.Key}, []int{56, 40, 44, 16}))
	level := lookMiddle
	if f.Severity == spec.Error {
		level = lookBad
	}
	name, cell, to := "", f.Place.Cell(), ""
	if f.Place.Sheet != nil {
		name = f.Place.Sheet.Name
		at := cell
		if at == "" && f.Place.Row > 0 {
			at, cell = "A"+strconv.Itoa(int(f.Place.Row)), "第 "+strconv.Itoa(int(f.Place.Row))+" 行"
		}
		if to = place(name, at); at == "" {
			to = ""
		}
	}
	sheet.text(1, s.look(level), severityName(f.Severity))
	sheet.text(2, s.look(lookText), f.Key)
	sheet.text(3, s.look(lookText), name)
	if look := lookLink; to == "" {
		sheet.text(4, s.look(lookText), cell)
	} else {
		sheet.text(4, s.look(look), cell)
	}
	sheet.text(5, s.look(lookText), f.Place.Header)
	sheet.text(6, s.look(lookWrap), message)
	sheet.text(7, s.look(lookWrap), near)
	sheet.text(8, s.look(lookWrap), fix)
	return to
}

// tally counts errors, warnings and the people concerned.
func (a *Annotation) tally() (errors, warnings, people int) {
	seen := map[int]bool{}
	for i := range a.Findings {
		f := &a.Findings[i]
		if f.Severity == spec.Error {
			errors++
		} else {
			warnings++
		}
		if f.Record >= 0 {
			seen[f.Record] = true
		}
	}
	return errors, warnings, len(seen)
}

// cluster is the findings of one cause.
type cluster struct {
	severity spec.Severity
	cause    string
	rule     spec.RuleID
	people   int
	findings []int // indices
}

func (c *cluster) title() string {
	unit := "人"
	n := c.people
	if n == 0 {
		unit, n = "处", len(c.findings)
	}
	text := fmt.Sprintf("%s · %d %s：%s", severityName(c.severity), n, unit, wire.SafeText(c.cause, maxWords))
	if c.people > 0 && len(c.findings) > c.people {
		text += fmt.Sprintf("（%d 处）", len(c.findings))
	}
	return text
}

// byCause orders the findings as Groups does, with their members.
func (a *Annotation) byCause() []*cluster {
	type id struct {
		rule     spec.RuleID
		severity spec.Severity
		cause    string
	}
	at := map[id]*cluster{}
	last := map[*cluster]int{}
	for i := range a.Findings {
		f := &a.Findings[i]
		k := id{f.Rule, f.Severity, rules.Cause(f)}
		c, ok := at[k]
		if !ok {
			c = &cluster{severity: f.Severity, cause: k.cause, rule: f.Rule}
			at[k] = c
		}
		c.findings = append(c.findings, i)
		if prev, seen := last[c]; f.Record >= 0 && (!seen || prev != f.Record) {
			c.people++
			last[c] = f.Record
		}
	}
	var out []*cluster
	for _, g := range rules.Groups(a.Findings) {
		out = append(out, at[id{g.Rule, g.Severity, g.Cause}])
	}
	return out
}

// rowHeight is the height at which wrapped texts show whole in columns of the
// given widths, in points.
func rowHeight(texts []string, widths []int) float64 {
	lines := 1
	for i, text := range texts {
		n := 0
		for _, r := range text {
			if n++; r >= 0x2e80 {
				n++
			}
		}
		lines = max(lines, (n+widths[i]-3)/(widths[i]-2))
	}
	return float64(min(18+14*(lines-1), 400))
}
