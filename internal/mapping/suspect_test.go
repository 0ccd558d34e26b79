package mapping

import (
	"slices"
	"strings"
	"testing"

	"hbupload/internal/spec"
	"hbupload/internal/table/grid"
)

// verdict is what a cell becomes: its text, and the rule that refuses or doubts it.
func verdict(v *spec.Value) string {
	switch {
	case v.Fault != nil:
		return "! " + string(v.Fault.Rule)
	case v.Doubt != nil:
		return v.Text + " ? " + string(v.Doubt.Rule)
	}
	return v.Text
}

func number(num float64, text string) grid.Cell {
	return grid.Cell{Kind: grid.Number, Num: num, Text: text}
}

func dateCell(num float64) grid.Cell {
	return grid.Cell{Kind: grid.Date, Num: num, Text: shortest(num), Format: "m\"月\"d\"日\""}
}

// formatted is a number that its format shows in a way of its own.
func formatted(num float64, code string) grid.Cell {
	return grid.Cell{Kind: grid.Number, Num: num, Text: shortest(num), Format: code}
}

func untyped(s string) grid.Cell { return grid.Cell{Kind: grid.Untyped, Text: s} }

// suspectCase is a cell of a field, and what verdict says of its value.
type suspectCase struct {
	field spec.FieldID
	cell  grid.Cell
	want  string
}

// convertedCells are what a spreadsheet turned into a date, or looks like it.
func convertedCells() []suspectCase {
	return []suspectCase{
		{spec.Result, dateCell(44929), "! auto-converted"},
		{spec.Result, dateCell(0.1111111111), "! auto-converted"},
		{spec.UpperLimit, dateCell(44929), "! auto-converted"},
		{spec.Unit, dateCell(44929), "! auto-converted"},
		{spec.PatientName, dateCell(44929), "! auto-converted"},
		{spec.EmpPhone, dateCell(13800138000), "! auto-converted"},
		{spec.Age, dateCell(35), "! auto-converted"},
		{spec.SexCode, dateCell(1), "! auto-converted"},
		{spec.TypeOfWorkCode, dateCell(36312), "! auto-converted"},
		{spec.ContactHazardCode, dateCell(1081), "! auto-converted"},
		{spec.EmployerCreditCode, dateCell(44929), "! auto-converted"},
		{spec.EmployerIndustry, dateCell(44929), "! auto-converted"},
		{spec.ExamKey, dateCell(44929), "! auto-converted"},
		{spec.Propose, dateCell(44929), "2023-01-03 ? auto-converted"},
		{spec.OtherContent, dateCell(0.1111111111), "02:40:00 ? auto-converted"},
		{spec.PeDate, dateCell(44929), "2023-01-03"},
		{spec.PeDate, dateCell(20240520), "2024-05-20"},
		{spec.Result, text("5-Jan"), "! auto-converted"},
		{spec.Result, formatted(1, `"阳性";;"阴性"`), "阳性 ? auto-converted"},
		{spec.Result, formatted(0, `"阳性";;"阴性"`), "阴性 ? auto-converted"},
		{spec.SexCode, formatted(1, `[=1]"女";"男"`), "2 ? auto-converted"},
		{spec.Age, formatted(35, `"成人"`), "! number-format"},
		{spec.Result, formatted(5, ";;;"), "5 ? auto-converted"},
		{spec.Result, formatted(0, "0;-0;;@"), "0"},
		{spec.Result, formatted(12345, "0.0,"), "12345 ? auto-converted"},
		{spec.Result, formatted(5.25, `0.0"mg"`), "5.25"},
		{spec.ExamKey, formatted(7, `"甲"`), "7"},
		{spec.Result, untyped("Jan-50"), "! auto-converted"},
		{spec.Result, untyped("1月3日"), "! auto-converted"},
		{spec.Result, untyped("3:40:00"), "! auto-converted"},
		{spec.Result, text("2023-01-03"), "2023-01-03 ? auto-converted"},
		{spec.Result, text("1-3"), "1-3"},
		{spec.Result, text("1:160"), "1:160"},
		{spec.Result, text("1月3日复查"), "1月3日复查"},
		{spec.Propose, text("1月3日"), "1月3日"},
	}
}

// damagedCells lost characters on their way.
func damagedCells() []suspectCase {
	return []suspectCase{
		{spec.PatientName, text("测试\ufffd"), "! damaged-text"},
		{spec.PatientName, grid.Cell{Kind: grid.Text, Text: "测试", Struck: true}, "! damaged-text"},
		{spec.Result, grid.Cell{Kind: grid.Number, Text: "5.6", Num: 5.6, Struck: true}, "! damaged-text"},
		{spec.PeDate, grid.Cell{Kind: grid.Date, Text: "45352", Num: 45352, Struck: true}, "! damaged-text"},
		{spec.ExamKey, grid.Cell{Kind: grid.Number, Text: "7", Num: 7, Struck: true}, "! damaged-text"},
		{spec.Unit, text("\ufffdmol/L"), "! damaged-text"},
		{spec.HazardCode, text("噪\ufffd"), "! damaged-text"},
		{spec.SexCode, untyped("\ufffd"), "! damaged-text"},
		{spec.PeDate, text("2024\ufffd05月20日"), "! damaged-text"},
		{spec.ExamKey, text("TJ\ufffd1"), "! damaged-text"},
		{spec.PatientName, text("测试?"), "! damaged-text"},
		{spec.PatientName, text("?测试"), "! damaged-text"},
		{spec.PatientName, text("??"), "! damaged-text"},
		{spec.EmpOrgName, text("锟斤拷矿业"), "! damaged-text"},
		{spec.PatientName, text("ÕÅÈý"), "ÕÅÈý ? damaged-text"},
		{spec.PatientName, text(`\u5f20三`), `\u5f20三 ? damaged-text`},
		{spec.PatientName, text("%E5%BC%A0"), "%E5%BC%A0 ? damaged-text"},
		{spec.PatientName, text("张□"), "张□ ? damaged-text"},
		{spec.PatientName, text("张\n三"), "张\n三 ? damaged-text"},
		{spec.PatientName, text("José·Müller"), "José·Müller"},
		{spec.Unit, text("10?/L"), "10?/L ? damaged-text"},
		{spec.EmpOrgName, text("某?山矿业"), "! damaged-text"},
		{spec.EnterpriseName, text("某?矿"), "! damaged-text"},
		{spec.PreparerName, text("李?"), "! damaged-text"},
		{spec.PatientName, text("JOHN?"), "JOHN?"},
		{spec.Result, text("肺结核?"), "肺结核?"},
		{spec.Result, text("双肺?见异常"), "双肺?见异常 ? damaged-text"},
		{spec.OtherContent, text("??症"), "??症 ? damaged-text"},
		{spec.PatientName, text("测试&#40863;"), "测试&#40863; ? damaged-text"},
		{spec.PatientName, text("买买提&middot;艾力"), "买买提&middot;艾力 ? damaged-text"},
		{spec.Result, text("A&B;正常"), "A&B;正常"},
		{spec.PatientName, text("测试\ue863"), "测试\ue863 ? damaged-text"},
		{spec.Propose, text("复\u0007查"), "复\u0007查 ? damaged-text"},
		{spec.Propose, text("复\n查"), "复\n查"},
	}
}

// invisibleCells hold characters that show nothing.
func invisibleCells() []suspectCase {
	return []suspectCase{
		{spec.EmpPhone, text("\u202d13900003737\u202c"), "13900003737"},
		{spec.PatientName, text("测\u200b试\u200e"), "测试"},
		{spec.Unit, text("mmol\u2066/L"), "mmol/L"},
		{spec.ExamKey, text("\u202aTJ0001\u202c"), "TJ0001"},
		{spec.PeDate, text("\u200e2024-05-20"), "2024-05-20"},
		{spec.Age, text("3\u200d5"), "35"},
		{spec.Result, text("\ufeff阴\u00ad性"), "阴性"},
		{spec.EmployerCreditCode, text("91130827MA085\u2060BKGX8"), "91130827MA085BKGX8"},
		{spec.PatientName, text("\u200b\u202c"), ""},
	}
}

// emptyCells hold words for nothing and texts that ask for a value.
func emptyCells() []suspectCase {
	return []suspectCase{
		{spec.PatientName, text("NULL"), "! null-word"},
		{spec.PeDate, text("null"), "! null-word"},
		{spec.HazardCode, text("undefined"), "! null-word"},
		{spec.Result, untyped(`\N`), "! null-word"},
		{spec.IDCard, text("nan"), "! null-word"},
		{spec.SexCode, text("None"), "! null-word"},
		{spec.Age, text("NaN"), "! null-word"},
		{spec.PatientName, text("(空)"), "! null-word"},
		{spec.PatientName, text("（空）"), "! null-word"},
		{spec.PatientName, text("#NULL"), "! null-word"},
		{spec.PatientName, text("ＮＵＬＬ"), "! null-word"},
		{spec.PatientName, text("N/A"), "! null-word"},
		{spec.PatientName, text("－"), "! null-word"},
		{spec.PatientName, text("无"), "! null-word"},
		{spec.PatientName, text("无忌"), "无忌"},
		{spec.PreparerName, text("/"), "/"},
		{spec.HazardOther, text("无"), "无"},
		{spec.EmergencyContact, text("无"), "无"},
		{spec.Propose, text("无"), "无"},
		{spec.Result, text("-"), "-"},
		{spec.PatientName, text(`"null"`), "! null-word"},
		{spec.PatientName, text("DBNull"), "! null-word"},
		{spec.ExamKey, text("NULL"), "! null-word"},
		{spec.EmergencyContact, text("NULL"), " ? null-word"},
		{spec.IsMain, text("NULL"), " ? null-word"},
		{spec.HazardStartDate, text("NULL"), " ? null-word"},
		{spec.ResultFlag, text("NULL"), " ? null-word"},
		{spec.Propose, text("NULL 值"), "NULL 值"},
		{spec.EmpOrgName, text("请填写"), "! placeholder"},
		{spec.Unit, text("请填写"), "! placeholder"},
		{spec.HazardCode, text("待定"), "! placeholder"},
		{spec.Result, untyped("待补"), "! placeholder"},
		{spec.EmployerCreditCode, text("18 位代码"), "! placeholder"},
		{spec.PreparerName, text("填表人"), "! placeholder"},
		{spec.Propose, text("请填写完整"), "请填写完整"},
	}
}

// numberCells are numbers that lost digits, and decimal points with digits on one side.
func numberCells() []suspectCase {
	return []suspectCase{
		{spec.EmployerCreditCode, number(911301007000018000, "911301007000018000"), "! precision-lost"},
		{spec.EmpPhone, number(1390000373712345678, "1.39000037371235E+18"), "! precision-lost"},
		{spec.ExamKey, number(20240301000012345, "20240301000012345"), "! precision-lost"},
		{spec.TypeOfWorkCode, number(1234567890123456, "1234567890123456"), "! precision-lost"},
		{spec.Age, number(1234567890123456, "1234567890123456"), "! precision-lost"},
		{spec.OhOrgCode, text("1.30E+08"), "! precision-lost"},
		{spec.EmpPhone, untyped("1.39E+10"), "! precision-lost"},
		{spec.ExamKey, untyped("2.02403E+16"), "! precision-lost"},
		{spec.ExamKey, untyped("1E05"), "1E05"},
		{spec.EmpPhone, number(13900003737, "1.3900003737E10"), "13900003737"},
		{spec.IDCard, number(130102199001010000, "130102199001010000"), "130102199001010000"},
		{spec.Result, text("122."), "122"},
		{spec.Result, untyped(".5"), "0.5"},
		{spec.UpperLimit, text("９."), "9"},
		{spec.Result, text("1.50"), "1.50"},
		{spec.Result, text("."), "."},
	}
}

// TestSuspect: help: 接口读法 3, cells that are not what they seem, for each kind of field
// and each form of input.
func TestSuspect(t *testing.T) {
	t.Parallel()
	for _, k := range slices.Concat(convertedCells(), damagedCells(), invisibleCells(), emptyCells(), numberCells()) {
		if got := verdict(code(t, Options{}, k.field, k.cell, false)); got != k.want {
			t.Errorf("%s %q: %q, want %q", k.field.Key(), k.cell.Text, got, k.want)
		}
	}
}

// TestInvisibleIsNoted: what is taken off a value is told on it.
func TestInvisibleIsNoted(t *testing.T) {
	t.Parallel()
	for _, f := range spec.Fields() {
		v := code(t, Options{}, f.ID, text("\u202d1\u202c"), false)
		if f.Kind != spec.KindNameList && (!v.Has(spec.StepInvisible) || strings.Contains(v.Text, "\u202c") || v.Raw != "\u202d1\u202c") {
			t.Errorf("%s: %q, steps %+v", f.Key, v.Text, v.Steps)
		}
	}
}

// TestZones: a program writes Chinese midnight in UTC.
func TestZones(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"2024-02-29T16:00:00.000Z":      "2024-03-01",
		"2024-02-29T16:00:00Z":          "2024-03-01",
		"2024-02-29 16:00:00+00:00":     "2024-03-01",
		"2024-02-29T16:00:00 UTC":       "2024-03-01",
		"2024-03-01T00:00:00+08:00":     "2024-03-01",
		"2024-03-01T23:30:00+0800":      "2024-03-01",
		"2024-03-01T00:00:00Z":          "2024-03-01",
		"2024-03-01T08:30:00Z":          "2024-03-01",
		"2024-02-29T16:30:00Z":          "",
		"2024-02-29T23:59:59.999Z":      "",
		"2024-02-29T11:00:00-05:00":     "2024-03-01",
		"2024-03-01T00:00:00-05":        "2024-03-01",
		"2024-03-01T01:00:00+09:00":     "2024-03-01",
		"2024-03-01T00:30:00+09:00":     "",
		"2023-12-31T16:00:00Z":          "2024-01-01",
		"2024年2月29日 16:00:00 Z":         "2024-03-01",
		"2024/2/29 4:00 PM +00:00":      "2024-03-01",
		"2024-02-29 24:00:00":           "2024-02-29",
		"1988-06-04T15:00:00Z":          "1988-06-05", // summer time
		"1988-06-05T00:00:00+09:00":     "1988-06-05",
		"1988-12-04T15:00:00Z":          "1988-12-04",
		"1990-06-01T16:00:00Z":          "1990-06-02",
		"1988-06-04 23:00:00+08:00":     "1988-06-04",
		"2204-05-20":                    "",
		"0001-01-01":                    "",
		"2024-02-30T16:00:00Z":          "",
		"2024-02-29T16:00:00[Asia]":     "",
		"2024-02-29T16:00:00+08:00 CST": "",
	} {
		got, note, ok := parseDate(text)
		if got != want || ok != (want != "") {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
		if zoned := strings.Contains(text, "+") || strings.Contains(text, "Z") || strings.Contains(text, "UTC"); ok && zoned && note == "" {
			t.Errorf("%s: the zone is not noted", text)
		}
	}
}

// TestCodeAndName: our own suggestions are read back.
func TestCodeAndName(t *testing.T) {
	t.Parallel()
	o := Options{}
	coder := testCoder(t, o, false)
	for _, f := range spec.Fields() {
		switch f.Kind {
		case spec.KindEnum:
			for _, e := range f.Enum.Entries() {
				for _, with := range []string{" ", "", "：", "-", "　"} {
					if v := code(t, o, f.ID, text(e.Code+with+e.Name), false); v.Fault != nil || v.Text != e.Code {
						t.Errorf("%s %q: %q %+v", f.Key, e.Code+with+e.Name, v.Text, v.Fault)
					}
				}
			}
		case spec.KindCode, spec.KindCodeList:
			for _, e := range coder.dicts.Dict(f.Dict).Entries {
				for _, with := range []string{" ", "", "："} {
					found, _ := coder.find(&f, e.Code+with+e.Name)
					if len(found) != 1 || found[0].Code != e.Code {
						t.Errorf("%s %q: %+v", f.Key, e.Code+with+e.Name, found)
					}
				}
			}
		}
	}
	for field, wrong := range map[spec.FieldID]string{spec.SexCode: "2男", spec.IDType: "02居民身份证", spec.PeFlag: "0 复查"} {
		wantFault(t, code(t, o, field, text(wrong), false), spec.Enum)
	}
}

// TestDocumentNames: what clinics call the documents of the document's 4.2.
func TestDocumentNames(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"临时身份证": "01", "二代身份证": "01", "第二代居民身份证": "01", "居民身份证（二代）": "", "台胞证": "07", "台湾居民来往大陆通行证": "07", "港澳居民来往内地通行证": "06", "回乡证": "06",
		"外国人永久居留身份证": "99", "机动车驾驶证": "05", "户口本": "02", "外国护照": "03", "1": "01", "01居民身份证": "01", "学生证": "",
	} {
		v := code(t, Options{}, spec.IDType, text(name), false)
		if want == "" {
			wantFault(t, v, spec.Enum)
		} else if v.Fault != nil || v.Text != want {
			t.Errorf("%s: %q %+v", name, v.Text, v.Fault)
		}
	}
}
