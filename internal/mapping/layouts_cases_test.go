package mapping_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hbupload/internal/mapping"
	"hbupload/internal/mapping/layout"
	"hbupload/internal/spec"
)

// sheetsDir writes CSV files of a folder, one a sheet, and returns the folder.
func sheetsDir(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func mustParse(t *testing.T, text string) *layout.Layout {
	t.Helper()
	lay, err := layout.Parse("试样.yaml", []byte(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, err.(*layout.Error).Hint())
	}
	lay.Name = "试样"
	return lay
}

func mapText(t *testing.T, csv, yaml string) *judge {
	t.Helper()
	dir := sheetsDir(t, map[string]string{"one.csv": csv})
	j, src, err := mapInput(t, filepath.Join(dir, "one.csv"), mustParse(t, yaml))
	if err != nil {
		t.Fatal(err)
	}
	if acc := src.Accounts(); acc.Read != acc.Used+len(acc.Skipped) {
		t.Errorf("rows: read %d, used %d, skipped %v", acc.Read, acc.Used, acc.Skipped)
	}
	return j
}

const idA, idB = "130102197503111212", "130102197904121235"

// A re-examination takes smoking, protection and exposure from the first one
// of the same person: derived, named, and never over what is written.
func TestRecheckInherits(t *testing.T) {
	t.Parallel()
	csv := "编号,姓名,身份证号,日期,标识,吸烟,吸烟年,吸烟月,日量,防护,危害因素,接害日期,年,月,日\n" +
		"3,试样甲," + idA + ",2024-06-20,复查,,,,7,,噪声,,,,\n" +
		"1,试样甲," + idA + ",2024-05-20,初检,3,10,6,12,经常佩戴,噪声,2015-04-01,9,1,0\n" +
		"0,试样甲," + idA + ",2023-05-20,初检,4,,,,偶尔佩戴,噪声,2015-04-01,8,1,0\n" +
		"9,试样甲," + idA + ",2025-05-20,初检,4,,,,无佩戴,噪声,2015-04-01,10,1,0\n" +
		"4,试样乙," + idB + ",2024-06-20,复查,,,,,,噪声,,,,\n"
	yaml := `
recheck: inherit
sheets:
  - key: 编号
    person: {姓名: 姓名, 身份证号: 身份证号, 体检日期: 日期, 初复检标识: 标识, 吸烟情况: 吸烟, 吸烟史年: 吸烟年, 吸烟史月: 吸烟月, 平均每天吸烟量: 日量, 防护用品佩戴情况: 防护}
    hazards: [{危害因素: 危害因素, 开始接害日期: 接害日期, 接害工龄年: 年, 接害工龄月: 月, 接害工龄日: 日}]
`
	j := mapText(t, csv, yaml)
	again := &j.records[0]
	for id, want := range map[spec.FieldID]string{spec.SmokingStatus: "3", spec.PersonalHistoryYear: "10", spec.DailySmokingVolum: "7", spec.ProtectiveEquipmentCode: "4"} {
		if got := again.At(id); got.Text != want || (want != "7") != got.Has(spec.StepInherited) {
			t.Errorf("%s = %q %v, want %q", id.Key(), got.Text, got.Steps, want)
		}
	}
	h := &again.Hazards[0]
	if h.At(spec.HazardYear).Text != "9" || h.At(spec.HazardStartDate).Text != "2015-04-01" || !strings.Contains(h.At(spec.HazardYear).Steps[0].Note, "初检 1") {
		t.Errorf("exposure %q %v", h.At(spec.HazardYear).Text, h.At(spec.HazardYear).Steps)
	}
	if v := j.records[4].At(spec.SmokingStatus); v.Text != "" {
		t.Errorf("somebody without a first examination inherits %q", v.Text)
	}
	off := mapText(t, csv, strings.Replace(yaml, "recheck: inherit", "recheck: off", 1))
	if v := off.records[0].At(spec.SmokingStatus); v.Text != "" {
		t.Errorf("without recheck: inherit there is %q", v.Text)
	}
}

const longYAML = `
sheets:
  - rows: repeated
    key: 编号
    person: {姓名: 姓名, 身份证号: 身份证号}
    hazards: [{危害因素: {column: 危害因素, split: true}}]
    items: [{项目: 项目, 检查结果: 结果}]
`

// Rows of one person may lie apart, stand blank below the first, or name
// somebody else under the same number.
func TestLongSheets(t *testing.T) {
	t.Parallel()
	csv := "编号,姓名,身份证号,危害因素,项目,结果\n1,试样甲," + idA + ",噪声,收缩压,120\n2,试样乙," + idB + ",苯、噪声,收缩压,130\n,,,,舒张压,80\n1,试样甲," + idA + ",噪声,舒张压,70\n1,,,,体重,60\n"
	j := mapText(t, csv, longYAML)
	if len(j.records) != 2 {
		t.Fatalf("%d records, want 2", len(j.records))
	}
	if r := &j.records[0]; r.Key != "1" || len(r.Items) != 3 || len(r.Hazards) != 1 || r.Items[2].Place.Row != 6 {
		t.Errorf("%s: %d items, %d hazards", r.Key, len(r.Items), len(r.Hazards))
	}
	if r := &j.records[1]; r.Key != "2" || len(r.Items) != 2 || len(r.Hazards) != 2 {
		t.Errorf("%s: %d items, %d hazards", r.Key, len(r.Items), len(r.Hazards))
	}
	other := mapText(t, strings.Replace(csv, "1,试样甲,"+idA+",噪声,舒张压", "1,试样丙,"+idB+",噪声,舒张压", 1), longYAML)
	if len(other.records) != 3 || other.records[0].Key != "1" || other.records[1].Key != "1" {
		t.Errorf("two persons under one number became %d records", len(other.records))
	}
}

// A key of several columns joins, and is never shown: it may hold an identity
// number.
func TestJoinedKeys(t *testing.T) {
	t.Parallel()
	dir := sheetsDir(t, map[string]string{
		"人.csv":  "姓名,身份证号,日期\n试样甲," + idA + ",2024-05-20\n试样甲," + idA + ",2024-06-20\n",
		"项目.csv": "身份证号,日期,项目,结果\n" + idA + ",2024-06-20,收缩压,130\n" + idA + ",2024-05-20,收缩压,120\n" + idB + ",2024-05-20,收缩压,120\n," + "2024-05-20,收缩压,121\n",
	})
	j, src, err := mapInput(t, dir, mustParse(t, `
sheets:
  - sheet: 人
    key: [身份证号, 日期]
    person: {姓名: 姓名, 身份证号: 身份证号, 体检日期: 日期}
  - sheet: 项目
    key: [身份证号, 日期]
    items: [{项目: 项目, 检查结果: 结果}]
`))
	if err != nil {
		t.Fatal(err)
	}
	acc := src.Accounts()
	if len(j.records) != 2 || j.records[0].Key != "人!2" || len(j.records[0].Items) != 1 || j.records[0].Items[0].At(spec.Result).Text != "120" || j.records[1].Items[0].At(spec.Result).Text != "130" {
		t.Errorf("records %+v", flatten(j.records))
	}
	if len(acc.Orphans) != 2 || acc.Orphans[0].Key != "" || acc.Read != acc.Used+len(acc.Skipped) {
		t.Errorf("orphans %+v", acc.Orphans)
	}
}

// Each way to a value, with the fault or step that it leaves.
func TestRules(t *testing.T) {
	t.Parallel()
	const head = "编号,姓名,身份证号,省,市,号,起,备注,类型,工龄,电话\n"
	row := "1,试样甲," + idA + ",河北,,AB-77,20140301 入职,/,复检,5,13900000001.0\n"
	for _, c := range []struct {
		rule, want string
		fault      spec.RuleID
	}{
		{`用人单位名称: {join: [省, 市, 号], with: "/"}`, "河北/AB-77", ""},
		{`用人单位名称: {column: 号, match: '(\d+)$'}`, "77", ""},
		{`用人单位名称: {column: 号, match: '^X(\d+)$'}`, "AB-77", spec.NumberFormat},
		{`用人单位名称: {position: D}`, "河北", ""},
		{`用人单位名称: {pattern: '^省'}`, "河北", ""},
		{`用人单位名称: {column: [厂, 省]}`, "河北", ""},
		{`用人单位名称: {column: 市, default: 石家庄}`, "石家庄", ""},
		{`用人单位名称: [市, 省]`, "河北", ""},
		{`用人单位名称: {column: 备注, blank: [/]}`, "", ""},
		{`用人单位名称: 备注`, "/", ""},
		{`用人单位名称: {value: 甲, when: {column: 类型, equals: [初检, 复检]}}`, "甲", ""},
		{`用人单位名称: {value: 甲, when: {column: 类型, matches: ^初}}`, "", ""},
		{`用人单位名称: {value: 甲, when: [{column: 市, blank: true}, {column: 省, blank: false}]}`, "甲", ""},
		{`用人单位名称: {value: 甲, when: [{column: 市, blank: true}, {column: 省, blank: true}]}`, "", ""},
		{`出生日期: {column: 起, match: '^(\d{8})'}`, "2014-03-01", ""},
		{`出生日期: {column: 备注, take: from}`, "/", spec.DateFormat},
		{`年龄: {column: 工龄, take: year}`, "5", spec.NumberFormat},
		{`联系电话: 电话`, "13900000001", ""},
		{`性别: {column: 类型, values: {复检: 男}}`, "1", ""},
		{`性别: {column: 类型}`, "复检", spec.Enum},
	} {
		j := mapText(t, head+row, "sheets:\n  - key: 编号\n    person:\n      姓名: 姓名\n      身份证号: 身份证号\n      "+c.rule+"\n")
		lay := mustParse(t, "sheets:\n  - key: 编号\n    person: {姓名: 姓名, "+c.rule+"}\n")
		v := j.records[0].At(lay.Sheets[0].Person[1].Field)
		fault := spec.RuleID("")
		if v.Fault != nil {
			fault = v.Fault.Rule
		}
		if v.Text != c.want && !v.Has(spec.StepDerived) || fault != c.fault {
			t.Errorf("%s: %q (fault %q), want %q (%q)", c.rule, v.Text, fault, c.want, c.fault)
		}
	}
}

// A number that a spreadsheet spoiled stays known as a number whatever the
// mapping does to its text.
func TestSpoiledNumbersAreNotRepaired(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "x.xlsx")
	writeBook(t, path, []sheetData{{name: "表", rows: [][]any{{"编号", "姓名", "证件"}, {"1", "试样甲", 130102197503111212.0}}}})
	for _, rule := range []string{"证件", "{column: 证件, match: '^(.*)$'}", `{join: [证件]}`} {
		j, _, err := mapInput(t, path, mustParse(t, "sheets:\n  - key: 编号\n    person: {姓名: 姓名, 身份证号: "+rule+"}\n"))
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, f := range j.findings {
			found = found || f.Rule == spec.IDCardPrecisionLost
		}
		if v := j.records[0].At(spec.IDCard); !found || v.Cell != spec.CellNumber {
			t.Errorf("%s: a numeric identity number passed as %q, kind %d", rule, v.Text, v.Cell)
		}
	}
}

// Tables may stand in a file beside the mapping or in a sheet of the export.
func TestTablesOfFilesAndSheets(t *testing.T) {
	t.Parallel()
	dir := sheetsDir(t, map[string]string{
		"人.csv": "编号,姓名,ALT结果,身高结果\n1,试样甲,30,170\n", "对照.csv": "说明,,\n本院,平台,备注\nALT,4030100,x\n身高,不上传,\n"})
	for name, tables := range map[string]string{
		"sheet": "{sheet: 对照, from: 本院, to: 平台}",
		"file":  "{file: " + filepath.Join(dir, "对照.csv") + ", from: 本院, to: 平台}",
	} {
		lay := mustParse(t, "tables:\n  项目: "+tables+"\nsheets:\n  - sheet: 人\n    key: 编号\n    person: {姓名: 姓名}\n    items: [{检查结果: '{item}结果', names: 项目}]\n")
		lay.File = filepath.Join(dir, "试样.mapping.yaml")
		j, src, err := mapInput(t, dir, lay)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if r := &j.records[0]; len(r.Items) != 1 || r.Items[0].At(spec.ItemCode).Text != "4030100" || len(src.Accounts().Ignored) != 1 {
			t.Errorf("%s: %d items, ignored %v", name, len(r.Items), src.Accounts().Ignored)
		}
	}
	var e *mapping.Error
	_, err := tryLayout(t, dir, mustParse(t, "tables:\n  项目: {sheet: 没有}\nsheets:\n  - sheet: 人\n    person: {姓名: 姓名}\n"))
	if !errors.As(err, &e) {
		t.Errorf("a missing table: %v", err)
	}
}

// A mapping reads no file outside its own folder, also not by a link.
func TestTablesStayBesideTheMapping(t *testing.T) {
	t.Parallel()
	dir := sheetsDir(t, map[string]string{"人.csv": "编号,姓名,ALT结果\n1,试样甲,30\n", "对照.csv": "本院,平台\nALT,4030100\n"})
	home := filepath.Join(dir, "mappings")
	if err := os.Mkdir(home, 0o700); err != nil {
		t.Fatal(err)
	}
	linked := os.Symlink(filepath.Join("..", "对照.csv"), filepath.Join(home, "link.csv")) == nil
	for _, file := range []string{"../对照.csv", filepath.Join(dir, "对照.csv"), "link.csv"} {
		if file == "link.csv" && !linked {
			continue
		}
		lay := mustParse(t, "tables:\n  项目: {file: "+file+", from: 本院, to: 平台}\nsheets:\n  - sheet: 人\n    key: 编号\n    person: {姓名: 姓名}\n    items: [{检查结果: '{item}结果', names: 项目}]\n")
		lay.File = filepath.Join(home, "试样.mapping.yaml")
		_, err := tryLayout(t, dir, lay)
		var e *mapping.Error
		if !errors.As(err, &e) || !strings.Contains(e.Message, "不在映射文件所在的文件夹里") {
			t.Errorf("%s: %v", file, err)
		}
	}
}

// Told header rows are taken even where others look better.
func TestToldHeader(t *testing.T) {
	t.Parallel()
	csv := "编号,姓名,身份证号\n说明,填写说明,填写说明\n编号,姓名,证件\n1,试样甲," + idA + "\n"
	j := mapText(t, csv, "sheets:\n  - header: 3\n    key: 编号\n    person: {姓名: 姓名, 身份证号: 证件}\n")
	if len(j.records) != 1 || j.records[0].At(spec.IDCard).Text != idA || j.records[0].At(spec.IDCard).Place.Header != "证件" {
		t.Errorf("records %v", flatten(j.records))
	}
}

// A cell that feeds several fields, or each hazard of a person, is complained
// of once for each cause.
func TestOneFindingForACell(t *testing.T) {
	t.Parallel()
	csv := "编号,姓名,身份证号,危害因素,类型,工龄,结论,项目结果,项目范围\n1,试样甲," + idA + ",噪声、苯,岗中,很久,1,5,3-5(男)\n"
	j := mapText(t, csv, `
sheets:
  - key: 编号
    person: {姓名: 姓名, 身份证号: 身份证号}
    every_hazard: {监护种类: 类型, 体检结论: 结论, 接害工龄: 工龄}
    hazards: [{危害因素: {column: 危害因素, split: true}}]
    items: [{检查结果: "{item}结果", 参考范围: "{item}范围"}]
`)
	count := map[string]int{}
	for _, f := range j.findings {
		if f.Rule == spec.NumberFormat || f.Rule == spec.UnknownCode {
			count[f.Place.Cell()]++
		}
	}
	if count["E2"] != 1 || count["F2"] != 1 || count["I2"] != 1 || len(j.records[0].Hazards) != 2 {
		t.Errorf("findings by cell: %v", count)
	}
}

// A re-examination under the number of its first examination takes the person from it,
// and from nobody where several first examinations have the number.
func TestRecheckUnderTheSameNumber(t *testing.T) {
	t.Parallel()
	yaml := `
sheets:
  - key: [编号, 标识, 日期]
    first: 编号
    person: {姓名: 姓名, 身份证号: 身份证号, 体检日期: 日期, 初复检标识: 标识}
`
	csv := "编号,姓名,身份证号,日期,标识\n1,,,2024-06-20,复查\n1,试样甲," + idA + ",2024-05-20,初检\n1,,,2024-07-20,复查\n2,,,2024-06-20,复查\n"
	j := mapText(t, csv, yaml)
	for i, want := range []string{"试样甲", "试样甲", "试样甲", ""} {
		if got := j.records[i].At(spec.PatientName).Text; got != want {
			t.Errorf("record %d: %q, want %q", i+1, got, want)
		}
	}
	for i, want := range []string{"one!2", "1", "one!4", "one!5"} {
		if got := j.records[i].Key; got != want {
			t.Errorf("record %d is %q, want %q", i+1, got, want)
		}
	}
	j = mapText(t, csv+"1,试样乙,"+idB+",2024-05-21,初检\n", yaml)
	if got := j.records[0].At(spec.PatientName).Text; got != "" {
		t.Errorf("two first examinations under the number lend %q", got)
	}
}
