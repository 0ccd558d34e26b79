package summary

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"hbupload/internal/ledger"
	"hbupload/internal/workbook"
)

// Columns are the conclusions in the order of the table.
func Columns() []string {
	return []string{"目前未见异常", "复查", "疑似职业病", "职业禁忌证", "其他疾病或异常", "其他结论"}
}

// Line counts the people of one kind of care and one hazard.
type Line struct {
	Care     string `json:"care"`
	Hazard   string `json:"hazard"`
	Examined int    `json:"examined"`
	Counts   []int  `json:"counts"` // of Columns
}

// Table is hazards against conclusions, of the records that the platform has accepted.
type Table struct {
	From    string         `json:"from"`
	To      string         `json:"to"`
	Lines   []Line         `json:"lines"`
	People  int            `json:"people"` // records counted: those of the ledger
	Read    int            `json:"read"`
	LeftOut map[string]int `json:"left_out"` // why → people
}

// NewTable counts the people examined from one day to another; "" is open.
func NewTable(people []Person, from, to string) *Table {
	t := &Table{From: from, To: to, LeftOut: map[string]int{}, Read: len(people), Lines: []Line{}}
	at := map[[2]string]int{}
	for i := range people {
		p := &people[i]
		if why := p.leftOut(from, to); why != "" {
			t.LeftOut[why]++
			continue
		}
		t.People++
		for _, h := range p.Hazards {
			key := [2]string{p.Care, h.Name}
			j, known := at[key]
			if !known {
				j = len(t.Lines)
				at[key] = j
				t.Lines = append(t.Lines, Line{Care: p.Care, Hazard: h.Name, Counts: make([]int, len(Columns()))})
			}
			t.Lines[j].Examined++
			t.Lines[j].Counts[column(h.Conclusion)]++
		}
	}
	slices.SortFunc(t.Lines, func(a, b Line) int { return cmp.Or(cmp.Compare(a.Care, b.Care), cmp.Compare(a.Hazard, b.Hazard)) })
	return t
}

func (p *Person) leftOut(from, to string) string {
	switch {
	case p.Examined == "" || from != "" && p.Examined < from || to != "" && p.Examined > to:
		return "体检日期不在这段时间"
	case p.SubmissionID == 0:
		return "没有上传过"
	case p.State != ledger.StateAccepted:
		return "没有被平台接收（" + p.State.Label() + "）"
	case !p.SameContent:
		return "导出里的内容和平台已接收的不同"
	}
	return ""
}

// column is where a conclusion is counted.
func column(name string) int {
	for i, words := range [][]string{{"未见异常"}, {"复查"}, {"疑似"}, {"禁忌"}, {"其他疾病", "其它疾病"}} {
		for _, w := range words {
			if strings.Contains(name, w) {
				return i
			}
		}
	}
	return len(Columns()) - 1
}

// Book is the table as a workbook.
func (t *Table) Book() ([]byte, error) {
	main := workbook.Table{Name: "汇总", Note: t.Title() + "。一人接触几种危害因素的，每种各计一次；合计人数 " + strconv.Itoa(t.People) + "，是台账里已接收的记录数。",
		Head: append([]string{"监护种类", "危害因素", "受检人次"}, Columns()...), Widths: []int{14, 26, 10, 13, 8, 12, 12, 15, 10}}
	for _, l := range t.Lines {
		main.Rows = append(main.Rows, entries(l.Care, l.Hazard, l, false))
	}
	main.Rows = append(main.Rows, entries("合计", "", t.Sum(), true))
	out := workbook.Table{Name: "未计入", Note: "读到 " + strconv.Itoa(t.Read) + " 人，计入 " + strconv.Itoa(t.People) + " 人；其余的和原因：", Head: []string{"原因", "人数"}, Widths: []int{50, 10}}
	for _, why := range t.Reasons() {
		out.Rows = append(out.Rows, []workbook.Entry{{Text: why}, {Text: strconv.Itoa(t.LeftOut[why]), Number: true}})
	}
	return workbook.Tables([]workbook.Table{main, out})
}

// Title is what the table is about.
func (t *Table) Title() string {
	return "体检日期 " + cmp.Or(t.From, "最早") + " 至 " + cmp.Or(t.To, "最晚") + "，已被平台接收的"
}

// Reasons are those of LeftOut in order.
func (t *Table) Reasons() []string {
	var out []string
	for why := range t.LeftOut {
		out = append(out, why)
	}
	slices.Sort(out)
	return out
}

// Sum adds the lines up.
func (t *Table) Sum() Line {
	all := Line{Care: "合计", Counts: make([]int, len(Columns()))}
	for _, l := range t.Lines {
		all.Examined += l.Examined
		for i, n := range l.Counts {
			all.Counts[i] += n
		}
	}
	return all
}

func entries(care, hazard string, l Line, strong bool) []workbook.Entry {
	out := []workbook.Entry{{Text: care, Strong: strong}, {Text: hazard, Strong: strong}, {Text: strconv.Itoa(l.Examined), Number: true, Strong: strong}}
	for _, n := range l.Counts {
		out = append(out, workbook.Entry{Text: strconv.Itoa(n), Number: true, Strong: strong})
	}
	return out
}
