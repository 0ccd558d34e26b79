package workbook_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hbupload/internal/fault"
	"hbupload/internal/mapping/draft"
	"hbupload/internal/workbook"
)

// someDraft is a draft with something on each sheet.
func someDraft() *draft.Draft {
	fields := draft.Fields()
	d := &draft.Draft{Name: "导出", Input: "五月体检.xlsx", Unread: []string{"封面"},
		Sheets: []draft.Sheet{{Name: "体检", HeaderRows: []int32{2}, Rows: 48, Shape: "一行一人"}},
		Questions: []draft.Question{
			{ID: "问题␟1", Text: "“体检类型”列里没有写监护种类的人，按什么监护种类上报？", Why: "监护种类决定结论可以怎样写，空着的人不能上传。可以选一个候选，也可以写导出里另一列的表头。", Where: "监护种类", Candidates: []string{"上岗前", "在岗期间", "离岗时"}, People: 32, Own: true},
			{ID: "问题␟2", Text: "用人单位名称在哪一列？", Why: "这一项必填，导出里没有认出来。", Where: "用人单位名称", Candidates: []string{"单位", "所属单位"}, People: 48, Own: true}},
		Columns: []draft.Column{
			{ID: draft.ColumnID("", "体检", "编号"), Sheet: "体检", Header: "编号", Values: 48, Samples: []string{"T****1", "T****2"}, Field: fields[0], Confidence: 95},
			{ID: draft.ColumnID("", "体检", "血压"), Sheet: "体检", Header: "血压", Values: 48, Samples: []string{"1**/**"}, Field: "检查结果（一组列）", Fixed: true},
			{ID: draft.ColumnID("", "体检", "部门"), Sheet: "体检", Header: "部门", Values: 40, Samples: []string{"一**间", "二**间", "后**"}}},
		Words: []draft.Word{{ID: "词␟工种␟焊工", Field: "工种", Word: "焊工", Count: 12, People: 12, Candidates: []string{"99-003 电焊工", "99-004 气焊工, 割工"}},
			{ID: "词␟性别␟M", Field: "性别", Word: "M", Count: 30, People: 30, Candidates: []string{"1 男", "2 女"}, Choice: "1 男"}},
		Items: []draft.Item{{ID: "项目␟谷丙转氨酶", Name: "谷丙转氨酶", Unit: "U/L", Range: "9--50", Count: 48, People: 48, Candidates: []string{"30011 丙氨酸氨基转移酶", "不上传"}}},
		Text:  "name: 导出\nsheets:\n  - sheet: 体检\n    columns: [编号, 血压, 部门]\n    key: 编号\n    person: {姓名: 姓名}\n" + strings.Repeat("#", 70_000) + "\n\n# end\n"}
	return d
}

func writeMapping(t testing.TB, d *draft.Draft) string {
	t.Helper()
	data, err := workbook.Mapping(d)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "导出"+workbook.MappingSuffix)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestMappingWorkbook: what is written is read back as it was, and an answer that does
// not fit is an error at its cell.
func TestMappingWorkbook(t *testing.T) {
	t.Parallel()
	d := someDraft()
	path := writeMapping(t, d)
	f := openBook(t, path)
	if got := strings.Join(f.GetSheetList(), " "); got != "字典 问题 列 词 项目 说明 高级" {
		t.Errorf("sheets %s", got)
	}
	text, err := workbook.ReadMapping(context.Background(), path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if strings.TrimRight(text, "\n") != strings.TrimRight(d.Text, "\n") {
		t.Errorf("the text came back as %d bytes, of %d", len(text), len(d.Text))
	}
	for _, c := range []struct{ sheet, cell, text, at string }{
		{"问题", "C4", "随便", "「问题」C4"},
		{"列", "E5", "检查结果", "「列」E5"}, // a locked cell
		{"列", "E4", "没有的字段", "「列」E4"},
		{"项目", "D9", "不上传", "「项目」D9"}, // a row of the person's own
		{"高级", "A5", "  sheets: [", "「高级」A"},
	} {
		g := openBook(t, path)
		if err := g.SetCellStr(c.sheet, c.cell, c.text); err != nil {
			t.Fatal(err)
		}
		out := filepath.Join(t.TempDir(), "x.映射.xlsx")
		if err := g.SaveAs(out); err != nil {
			t.Fatal(err)
		}
		_, err := workbook.ReadMapping(context.Background(), out, nil)
		var bad *workbook.AnswerError
		if !errors.As(err, &bad) || bad.Kind() != fault.Config || !strings.Contains(bad.Error(), c.at) || len(bad.Findings()) != 1 {
			t.Errorf("%s!%s: %v", c.sheet, c.cell, err)
		}
	}
	if err := f.DeleteSheet("高级"); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "y.映射.xlsx")
	if err := f.SaveAs(out); err != nil {
		t.Fatal(err)
	}
	if _, err := workbook.ReadMapping(context.Background(), out, nil); fault.KindOf(err) != fault.Config {
		t.Errorf("without 高级: %v", err)
	}
}
