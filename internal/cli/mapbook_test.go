package cli

import (
	"slices"
	"testing"

	"github.com/xuri/excelize/v2"
)

// filled is a cell that a person fills in: the sheet, a word of its line, the column
// ("" for the one with the drop-down), and the text.
type filled [4]string

// bookShape is all that a person does in a spreadsheet program to get an export
// accepted.
type bookShape struct {
	cells  []filled
	amend  map[string]string // cells of the export itself that are filled in first
	people int
}

// What is answered alike for several exports.
const (
	partZero    = "是：写了一部分的，没有写的部分算 0"
	blankNormal = "是：标记空白，结果是数字、阴性、未见异常、正常的，算正常"
	byLimits    = "是：在参考范围内为正常，超出为异常"
	allRoutine  = "全部是“常规监测”"
)

// sameEmployer answers that the employer is where people work, in two columns.
func sameEmployer(name, code string) []filled {
	return []filled{{"问题", "用工单位名称", "", "与用人单位相同：取“" + name + "”列（没有劳务派遣时）"},
		{"问题", "用工单位统一社会信用代码", "", "与用人单位相同：取“" + code + "”列（没有劳务派遣时）"}}
}

func bookShapes() map[string]bookShape {
	first := filled{"问题", "初复检标识", "", "初检"}
	again := append(sameEmployer("单位", "信用代码"), filled{"问题", "接触危害因素", "", "与体检的危害因素相同：取“危害因素”列"}, filled{"问题", "监测种类", "", allRoutine},
		filled{"问题", "接害工龄", "", partZero}, filled{"问题", "复查的人没有写吸烟史、防护、接害工龄的，取自同一文件里本人的初检吗？", "", "是：取自本人的初检"})
	return map[string]bookShape{
		"a": {people: 3, cells: append(sameEmployer("用人单位名称", "用人单位统一社会信用代码"), filled{"问题", "接害工龄日", "", "是：有年数的，没有写的部分算 0"}, filled{"问题", "吸烟情况", "", "4 从不吸"})},
		"b": {people: 3, cells: append(sameEmployer("单位", "单位信用代码"), first, filled{"问题", "接害工龄", "", partZero}, filled{"问题", "是否异常", "", blankNormal},
			filled{"问题", "体检结论", "", "按 “疑似职业病名称”、“职业禁忌证名称” 有没有内容判断，都不符合的不上传，其余目前未见异常"}, filled{"词", "焊工", "", "电焊工"})},
		// The export does not say for how long people were exposed: a column is added to it.
		"c": {people: 3, amend: map[string]string{"T1": "接害工龄", "T2": "6年", "T3": "6年", "T4": "6年", "T5": "6年", "T8": "6年", "T9": "6年", "T10": "6年"},
			cells: append(sameEmployer("单位名称", "信用代码"), first, filled{"问题", "接害工龄", "", partZero}, filled{"问题", "是否异常", "", blankNormal}, filled{"问题", "接触危害因素", "", "与体检的危害因素相同：取“有害因素”列"}, filled{"问题", "监测种类", "", allRoutine})},
		"d": {people: 3, cells: append(sameEmployer("单位", "统一信用代码"), first, filled{"问题", "接害工龄", "", partZero}, filled{"问题", "监测种类", "", allRoutine}, filled{"问题", "有数字结果没有是否异常的标记，按参考范围判断吗？", "", byLimits},
			filled{"项目", "收缩压", "单位", "mmHg"}, filled{"项目", "收缩压", "参考范围", "90-139"}, filled{"项目", "舒张压", "单位", "mmHg"}, filled{"项目", "舒张压", "参考范围", "60-89"})},
		"peis": {people: 8, cells: []filled{first, {"问题", "监测种类", "", allRoutine}, {"问题", "有数字结果没有是否异常的标记，按参考范围判断吗？", "", byLimits}}},
		"lis": {people: 8, cells: append(sameEmployer("CompanyName", "CompanyCode"), filled{"问题", "“Flag”空白表示正常吗？", "", blankNormal}, filled{"问题", "监测种类", "", allRoutine},
			filled{"问题", "有数字结果没有是否异常的标记，按参考范围判断吗？", "", byLimits}, filled{"词", "OnDuty", "", "2 在岗期间"}, filled{"词", "N", "", "0 正常"},
			filled{"项目", "SBP", "单位", "mmHg"}, filled{"项目", "SBP", "参考范围", "90-139"}, filled{"项目", "DBP", "单位", "mmHg"}, filled{"项目", "DBP", "参考范围", "60-89"},
			filled{"项目", "PTA", "", "双耳高频平均听阈"}, filled{"项目", "PTA", "单位", "dB"}, filled{"项目", "PTA", "参考范围", "0-25"})},
		// Rows of re-examinations do not say who the person is: another column, or the number
		// itself, leads to the first examination.
		"recheck":       {people: 3, cells: again},
		"shared-number": {people: 3, cells: again},
		// One person's exposure is blank: it is filled in where it belongs, in the export.
		"wide": {people: 5, amend: map[string]string{"O5": "10年2月19日"}, cells: append(sameEmployer("用人单位", "社会信用代码"), first, filled{"问题", "接害工龄", "", partZero},
			filled{"项目", "尿β2微球蛋白", "", "不上传"}, filled{"项目", "心脏听诊", "", "不上传"})},
	}
}

// fill fills cells of a mapping workbook in.
func fill(t *testing.T, path string, cells []filled) {
	t.Helper()
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, c := range cells {
		rows, err := f.GetRows(c[0])
		if err != nil {
			t.Fatal(err)
		}
		head := c[2]
		if head == "" {
			head = map[string]string{"问题": "回答（选或填）", "列": "读成字段（可改）", "词": "平台字典（选或填）", "项目": "平台项目（选或填）"}[c[0]]
		}
		col := slices.Index(rows[2], head)
		row := slices.IndexFunc(rows, func(r []string) bool { return slices.Contains(r, c[1]) })
		if col < 0 || row < 0 {
			t.Fatalf("no cell for %v", c)
		}
		at, err := excelize.CoordinatesToCellName(col+1, row+1)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.SetCellStr(c[0], at, c[3]); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Save(); err != nil {
		t.Fatal(err)
	}
}

// amend fills cells of the first sheet of an export in.
func amend(t *testing.T, path string, cells map[string]string) {
	t.Helper()
	if len(cells) == 0 {
		return
	}
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for at, text := range cells {
		if err := f.SetCellStr(f.GetSheetName(0), at, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Save(); err != nil {
		t.Fatal(err)
	}
}

// TestFromFileToAcceptedInExcel: each shape goes from the export to accepted with a
// mapping workbook in which a person fills the cells above in, and nothing else.
func TestFromFileToAcceptedInExcel(t *testing.T) {
	t.Parallel()
	for name, shape := range bookShapes() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newLayoutBench(t, name)
			export := b.path(b.export)
			amend(t, export, shape.amend)
			b.want(0, "map", "init", export)
			book := b.path("export.映射.xlsx")
			b.want(3, "map", "check", book, export)
			fill(t, book, shape.cells)
			b.want(0, "map", "check", book, export)
			b.want(0, "push", export, "--no-report", "--concurrency", "1")
			t.Logf("%d cells filled in", len(shape.cells)+len(shape.amend))
			// Of A to D the YAML mapping says what is right.
			sameStored(t, b, layoutFile(name, "stored.golden.json"), len(name) > 1)
			if n := len(b.stand.Stored()); n != shape.people {
				t.Errorf("%d people stored, want %d", n, shape.people)
			}
		})
	}
}
