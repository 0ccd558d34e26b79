package summary

import (
	"strconv"

	"hbupload/internal/workbook"
)

// Book is the table as a workbook.
func (t *Table) Book() ([]byte, error) {
	main := workbook.Table{Name: "汇总", Note: t.Title() + "。" + t.Counted(),
		Head: append([]string{"监护种类", "危害因素", "受检人次"}, Columns()...), Widths: []int{14, 26, 10, 13, 8, 12, 12, 15, 10}}
	for _, l := range t.Lines {
		main.Rows = append(main.Rows, entries(l.Care, l.Hazard, l, false))
	}
	main.Rows = append(main.Rows, entries("合计", "", t.Sum(), true))
	out := workbook.Table{Name: "未计入", Note: "读到 " + strconv.Itoa(t.Read) + " 人，计入 " + strconv.Itoa(t.People) + " 人；其余的和原因：", Head: []string{"体检编号", "原因"}, Widths: []int{24, 50}}
	for _, l := range t.Left {
		out.Rows = append(out.Rows, texts(l.Key, l.Reason))
	}
	absent := workbook.Table{Name: "不在这些文件里", Note: t.Reckoning(), Head: []string{"体检编号", "接收日期", "当时的文件"}, Widths: []int{24, 14, 44}}
	for _, a := range t.Ledger.NotInFiles {
		absent.Rows = append(absent.Rows, texts(a.Key, a.At, a.File))
	}
	return workbook.Tables([]workbook.Table{main, out, absent})
}

// Counted says how people are counted.
func (t *Table) Counted() string {
	return "计入 " + strconv.Itoa(t.People) + " 人，都是台账里已接收的记录；一人接触几种危害因素的，每种各计一次，同一种写了几行的只计一次（结论按最重的）。"
}

// Reckoning says where all the records are that the ledger has as accepted.
func (t *Table) Reckoning() string {
	a := &t.Ledger
	text := "台账里已接收 " + strconv.Itoa(a.Accepted) + " 条 = 计入 " + strconv.Itoa(t.People) + " + 在文件里而未计入 " + strconv.Itoa(a.LeftOut) + " + 不在这些文件里 " + strconv.Itoa(len(a.NotInFiles))
	if t.From != "" {
		text += " + 不在这些文件里而且 " + t.From + " 以前就已接收 " + strconv.Itoa(a.Earlier)
	}
	return text + "。台账不保存体检日期和结论：不在这些文件里的，要把它的导出文件一起写上才能计入。"
}

func entries(care, hazard string, l Line, strong bool) []workbook.Entry {
	out := []workbook.Entry{{Text: care, Strong: strong}, {Text: hazard, Strong: strong}, {Text: strconv.Itoa(l.Examined), Number: true, Strong: strong}}
	for _, n := range l.Counts {
		out = append(out, workbook.Entry{Text: strconv.Itoa(n), Number: true, Strong: strong})
	}
	return out
}

func texts(cells ...string) []workbook.Entry {
	out := make([]workbook.Entry, len(cells))
	for i, t := range cells {
		out[i].Text = t
	}
	return out
}
