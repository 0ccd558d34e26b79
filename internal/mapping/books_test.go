package mapping_test

import (
	"path/filepath"
	"strings"
	"testing"

	"hbupload/internal/mapping/layout"
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

// TestMappingNamesFiles: sheets of one name in several files are told apart by the
// file that a mapping names, as a draft does.
func TestMappingNamesFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	writeBook(t, filepath.Join(dir, "人员.xlsx"), []sheetData{{name: "Sheet1", rows: [][]any{{"体检编号", "姓名", "身份证号"}, {"A1", "甲", "1"}, {"A2", "乙", "2"}}}})
	writeBook(t, filepath.Join(dir, "结果1月.xlsx"), []sheetData{{name: "Sheet1", rows: [][]any{{"体检编号", "项目", "检查结果"}, {"A2", "收缩压", "120"}}}})
	writeBook(t, filepath.Join(dir, "结果2月.xlsx"), []sheetData{{name: "Sheet1", rows: [][]any{{"体检编号", "项目", "检查结果"}, {"A2", "舒张压", "70"}}}})
	for name, files := range map[string][2]string{"names": {"人员", "/结果.*/"}, "extension": {"人员.xlsx", "/^结果/"}} {
		text := "name: 两处\nsheets:\n  - sheet: Sheet1\n    file: " + files[1] + "\n    key: 体检编号\n    items: [{项目: 项目, 检查结果: 检查结果}]\n" +
			"  - file: " + files[0] + "\n    key: 体检编号\n    person: {姓名: 姓名, 身份证号: 身份证号}\n"
		lay, err := layout.Parse("m.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		j, src, err := mapInput(t, dir, lay)
		if err != nil {
			t.Fatal(name, err)
		}
		if len(j.records) != 2 || len(j.records[1].Items) != 2 || len(src.Accounts().Unrecognised) != 0 {
			t.Errorf("%s: %d records, unused %v", name, len(j.records), src.Accounts().Unrecognised)
		}
	}
	lay, err := layout.Parse("m.yaml", []byte("sheets:\n  - sheet: Sheet1\n    file: 别处.xlsx\n    person: {姓名: 姓名}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := mapInput(t, dir, lay); err == nil || !strings.Contains(err.Error(), "别处.xlsx Sheet1") {
		t.Error(err)
	}
}
