package reconcile

import (
	"net/url"
	"path/filepath"
	"strconv"
	"strings"

	"hbupload/internal/ledger"
	"hbupload/internal/workbook"
)

// Book is the outcome as a workbook: a sheet for each kind, with links to the rows of
// the list. at is the folder that it will lie in.
func (c *Comparison) Book(at string) ([]byte, error) {
	var tables []workbook.Table
	for _, kind := range Kinds() {
		t := workbook.Table{Name: kind.Label(), Note: noteOf(kind) + "。含个人信息，请妥善保管，用完删除。",
			Head:   []string{"体检编号", "名单的行", "姓名（平台）", "证件号（平台）", "体检日期（平台）", "姓名（本机）", "证件号（本机）", "体检日期（本机）", "台账", "处理", "说明"},
			Widths: []int{18, 18, 11, 21, 12, 11, 21, 12, 12, 14, 44}}
		for _, m := range c.Matches {
			if m.Kind == kind {
				t.Rows = append(t.Rows, c.line(m, at))
			}
		}
		tables = append(tables, t)
	}
	return workbook.Tables(tables)
}

func noteOf(k Kind) string {
	switch k {
	case exact:
		return "姓名、证件号（看得见的部分）、体检日期、机构都相符"
	case probable:
		return "没有出入，但分不清是不是同一个人：请在平台上打开核对，再用 hbupload resolve"
	case conflict:
		return "是同一个人，而日期、姓名等不同：请在平台上核对，程序不替您了结"
	case portalOnly:
		return "名单里有，给出的导出文件里没有；台账里有没有，见“说明”"
	}
	return "台账里已接收或结果不明，名单里没有"
}

func (c *Comparison) line(m Match, at string) []workbook.Entry {
	out := make([]workbook.Entry, 11)
	if m.Row >= 0 {
		r := &c.Rows[m.Row]
		out[1] = workbook.Entry{Text: r.place(), Link: r.link(at)}
		out[2].Text = r.Name
		out[3].Text = r.Number
		out[4].Text = r.Date
	}
	if m.Ours >= 0 {
		o := &c.Ours[m.Ours]
		out[0].Text = o.Key
		out[5].Text = o.Name
		out[6].Text = o.Number
		out[7].Text = o.Date
		out[8].Text = o.State.Label()
	}
	out[9].Text = settledLabel(m.Settled)
	out[10].Text = m.Reason
	return out
}

// settledLabel says in a word what was settled.
func settledLabel(h ledger.How) string {
	switch h {
	case ledger.AsSent:
		return "记为已接收"
	case ledger.AsResend:
		return "可以再传"
	}
	return ""
}

// link leads to the row's own cell from a workbook in the given folder.
func (r *Row) link(at string) string {
	if r.Sheet == nil {
		return ""
	}
	path := r.Sheet.File
	if r.Sheet.Input != "" {
		path = r.Sheet.Input
	}
	if rel, err := filepath.Rel(at, path); err == nil {
		path = rel
	}
	link := (&url.URL{Path: filepath.ToSlash(path)}).String()
	switch strings.ToLower(filepath.Ext(path)) {
	case ".xlsx", ".xlsm", ".xls":
		link += "#" + url.PathEscape("'"+strings.ReplaceAll(r.Sheet.Name, "'", "''")+"'!A"+strconv.Itoa(int(r.Line)))
	}
	return link
}
