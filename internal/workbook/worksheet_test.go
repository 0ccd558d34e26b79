package workbook_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"hbupload/internal/workbook"
)

// TestWorksheet: the list to look people up by reads on the screen and on paper,
// offers its answers, and holds no formula.
func TestWorksheet(t *testing.T) {
	t.Parallel()
	why := strings.Repeat("上次发送没有得到明确答复，", 6)
	data, err := workbook.Worksheet([]workbook.Doubtful{{Key: "=1+1", Values: []string{"测试甲", "130102196801011012", "2024-03-01", "初检", "测试机械制造有限公司", "测试机械制造有限公司"}, Why: why}, {Key: "TJ2", Values: make([]string, 6)}})
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	rows, err := f.GetRows("核对")
	if err != nil || len(rows) != 3 || rows[0][0] != "体检编号" || rows[0][9] != "核对人" || rows[1][0] != "=1+1" || rows[1][2] != "130102196801011012" || rows[1][7] != why {
		t.Errorf("%v %q", err, rows)
	}
	if formula, _ := f.GetCellFormula("核对", "A2"); formula != "" {
		t.Errorf("a formula: %s", formula)
	}
	if high, _ := f.GetRowHeight("核对", 2); high < 50 {
		t.Errorf("a long text is cut off at %v points", high)
	}
	if panes, err := f.GetPanes("核对"); err != nil || !panes.Freeze || panes.YSplit != 1 {
		t.Errorf("%v %+v", err, panes)
	}
	lists, err := f.GetDataValidations("核对")
	if err != nil || len(lists) != 1 || lists[0].Sqref != "I2:I3" || !strings.Contains(lists[0].Formula1, "有,没有") {
		t.Errorf("%v %+v", err, lists)
	}
	onPaper(t, f, "核对", "'核对'!$1:$1")
}

// onPaper: across, and the head on every page.
func onPaper(t *testing.T, f *excelize.File, sheet, head string) {
	t.Helper()
	layout, err := f.GetPageLayout(sheet)
	if err != nil || layout.Orientation == nil || *layout.Orientation != "landscape" {
		t.Errorf("%s: %v %+v", sheet, err, layout)
	}
	for _, name := range f.GetDefinedName() {
		if name.Name == "_xlnm.Print_Titles" && name.Scope == sheet {
			if name.RefersTo != head {
				t.Errorf("%s repeats %s, want %s", sheet, name.RefersTo, head)
			}
			return
		}
	}
	t.Errorf("%s repeats no head on paper", sheet)
}
