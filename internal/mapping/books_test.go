package mapping_test

import (
	"path/filepath"
	"testing"
)

// TestFolderOfWorkbooks: the workbooks of one export, persons in one and results in
// others, are one set; this program's own copies beside them are not read.
func TestFolderOfWorkbooks(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	persons := sheetData{name: "体检信息", rows: [][]any{{"体检编号", "姓名", "身份证号"}, {"A1", "甲", "1"}, {"A2", "乙", "2"}}}
	hazards := sheetData{name: "危害因素", rows: [][]any{{"体检编号", "危害因素", "体检结论"}, {"A1", "噪声", "1"}, {"A2", "噪声", "1"}}}
	items := sheetData{name: "体检项目", rows: [][]any{{"体检编号", "项目", "检查结果"}, {"A2", "收缩压", "120"}}}
	more := sheetData{name: "体检项目", rows: [][]any{{"体检编号", "项目", "检查结果"}, {"A1", "收缩压", "130"}, {"A2", "舒张压", "70"}}}
	writeBook(t, filepath.Join(dir, "人员.xlsx"), []sheetData{persons, hazards})
	writeBook(t, filepath.Join(dir, "结果1.xlsx"), []sheetData{items})
	writeBook(t, filepath.Join(dir, "结果2.xlsx"), []sheetData{more})
	writeBook(t, filepath.Join(dir, "人员-含个人信息-20261128-050000.xlsx"), []sheetData{persons, hazards})
	j, src, err := mapInput(t, dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(j.records) != 2 || len(j.records[0].Items) != 1 || len(j.records[1].Items) != 2 || len(src.Accounts().Joined) != 1 {
		t.Errorf("%d records, joined %v", len(j.records), src.Accounts().Joined)
	}
}
