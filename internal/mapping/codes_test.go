package mapping

import (
	"strings"
	"testing"
	"time"

	"hbupload/internal/dict"
	"hbupload/internal/meaning"
	"hbupload/internal/sandbox"
	"hbupload/internal/spec"
	"hbupload/internal/table/grid"
)

// TestCodeCell: code, name, alias, exact before loose; else up to three nearest
// entries and never a guess.
func TestCodeCell(t *testing.T) {
	t.Parallel()
	o := Options{Aliases: map[string]map[string]string{
		"careType": {"岗中": "在岗期间", "Ａ 类": "1", "迷路": "没有这一项"}, "hazardCode": {"吵": "噪声"},
		"hazard": {"二氯乙烷": "1041", "吵": "高温"}, "peFlag": {"首次": "初检", "1": "初检"},
	}}
	for _, c := range []struct {
		field spec.FieldID
		cell  grid.Cell
		want  string
		step  spec.StepKind // "" for none
		rule  spec.RuleID   // "" for no fault
	}{
		{spec.HazardCode, text("2008"), "2008", "", ""},
		{spec.HazardCode, text("噪声"), "2008", spec.StepName, ""},
		{spec.HazardCode, text(" 噪 声 "), "2008", spec.StepName, ""},
		{spec.HazardCode, text("紫外辐射(紫外线)"), "2006", spec.StepName, ""},
		{spec.HazardCode, text("紫外辐射【紫外线】"), "2006", spec.StepName, ""},
		{spec.HazardCode, text("其他物理因素"), "2099", spec.StepName, ""}, // 其它 in the dictionary
		{spec.HazardCode, text("其它粉尘"), "1029", spec.StepName, ""},
		{spec.HazardCode, text("２００８"), "2008", spec.StepWidth, ""},
		{spec.HazardCode, grid.Cell{Kind: grid.Number, Num: 2008, Text: "2008"}, "2008", "", ""},
		{spec.HazardCode, text("二氯乙烷"), "1041", spec.StepAlias, ""},
		{spec.HazardCode, text("吵"), "2001", spec.StepAlias, ""}, // the dictionary's own table of aliases comes first
		{spec.HazardCode, text("噪音"), "噪音", "", spec.UnknownCode},
		{spec.HazardCode, text("20080"), "20080", "", spec.UnknownCode},
		{spec.CareTypeCode, text("岗中"), "2", spec.StepAlias, ""},
		{spec.CareTypeCode, text("岗 中"), "2", spec.StepAlias, ""},
		{spec.CareTypeCode, text("a类"), "1", spec.StepAlias, ""},
		{spec.CareTypeCode, text("迷路"), "迷路", "", spec.UnknownCode},
		{spec.MonitorTypeCode, text("1"), "01", spec.StepZeros, ""},
		{spec.MonitorTypeCode, grid.Cell{Kind: grid.Number, Num: 2, Text: "2"}, "02", spec.StepZeros, ""},
		{spec.MonitorTypeCode, text("001"), "01", spec.StepZeros, ""},
		{spec.OccDiseaseCode, text("101"), "0101", spec.StepZeros, ""},
		{spec.PeFlag, text("初检"), "0", spec.StepEnum, ""},
		{spec.PeFlag, text("0"), "0", "", ""},
		{spec.PeFlag, text("首次"), "0", spec.StepAlias, ""},
		{spec.PeFlag, text("1"), "1", "", ""}, // the document's code, whatever an alias says
		{spec.PeFlag, text("2"), "2", "", spec.Enum},
		{spec.PeFlag, text("00"), "00", "", spec.Enum},
		{spec.IDType, text("1"), "01", spec.StepZeros, ""},
		{spec.IDType, text("居民身份证"), "01", spec.StepEnum, ""},
		{spec.DataVersion, text("="), "0", spec.StepEnum, ""},
		{spec.DataVersion, text("＜"), "1", spec.StepEnum, ""},
		{spec.DataVersion, text("﹤"), "1", spec.StepEnum, ""},
		{spec.DataVersion, text(">"), ">", "", spec.Enum},
		{spec.IsMain, text("是"), "1", spec.StepEnum, ""},
		{spec.IsMain, text("次要"), "0", spec.StepEnum, ""},
	} {
		v := code(t, o, c.field, c.cell, false)
		if v.Text != c.want || (v.Fault == nil) != (c.rule == "") || (v.Fault != nil && v.Fault.Rule != c.rule) {
			t.Errorf("%s %q: %q, fault %+v; want %q %s", c.field.Label(), c.cell.Text, v.Text, v.Fault, c.want, c.rule)
		}
		if c.step != "" && !v.Has(c.step) {
			t.Errorf("%s %q: steps %+v lack %s", c.field.Label(), c.cell.Text, v.Steps, c.step)
		}
		if c.rule == spec.UnknownCode && len(v.Fault.Nearest) > 3 {
			t.Errorf("%q: %d proposals", c.cell.Text, len(v.Fault.Nearest))
		}
	}
}

// TestCellsThatAreNoText: error values and formulas without a result are said
// as such for every kind of field.
func TestCellsThatAreNoText(t *testing.T) {
	t.Parallel()
	for _, f := range spec.Fields() {
		if f.ID == spec.ExamKey {
			continue
		}
		v := code(t, Options{}, f.ID, grid.Cell{Kind: grid.Error, Text: "#N/A"}, false)
		wantFault(t, v, spec.CellErrorRule)
		wantFault(t, code(t, Options{}, f.ID, grid.Cell{Kind: grid.Formula, Text: "A1"}, false), spec.FormulaUncached)
		for _, blank := range []string{"", " ", "\u3000", "\u200b\u00a0"} {
			v := code(t, Options{}, f.ID, text(blank), false)
			if v.Text != "" || v.Fault != nil || v.Cell != spec.CellBlank {
				t.Errorf("%s: blank %q became %q, %v, %v", f.Key, blank, v.Text, v.Fault, v.Cell)
			}
		}
	}
}

// TestCodeList: a cell with several entries is cut so that each part is one.
func TestCodeList(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"噪声":            "2008",
		"噪声、高温":         "2008,2001",
		"噪声,高温；矽尘;煤尘，苯": "2008,2001,1001,1002,1037",
		"2008,2001":     "2008,2001",
		"1,2-二氯乙烷":      "1041",
		"噪声,1,2-二氯乙烷":   "2008,1041",
		"氯甲醚、双氯甲醚、噪声":   "1043,2008",
		"铬及其化合物（三氧化铬、铬酸盐、重铬酸盐）": "1035",
		"苯、苯的氨基、硝基化合物":          "1037,1053",
		"噪声、噪声、2008":            "2008",
		"噪声、":                   "2008",
		"噪声\n高温":                "2008,2001",
		"噪声、\r\n高温\n":           "2008,2001",
		"铅及其\n无机化合物、噪声":         "1031,2008",
		"噪声、火星尘":                "?unknown-code",
		"噪声/高温":                 "?unknown-code",
		"氯甲醚":                   "?unknown-code",
	} {
		v := code(t, Options{}, spec.ContactHazardCode, text(in), false)
		got := v.Text
		if v.Fault != nil {
			got = "?" + string(v.Fault.Rule)
		}
		if got != want || (v.Fault == nil && strings.Join(v.Parts, ",") != v.Text) {
			t.Errorf("%q: %s, parts %q; want %s", in, got, v.Parts, want)
		}
	}
}

// TestUnknownInList: every word of a cell that is no entry is named; the first may be learned.
func TestUnknownInList(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"噪声、火星尘": "接触危害因素“火星尘”不在字典",
		"火星尘、噪声、土星尘、木星、土星尘": "接触危害因素“火星尘”不在字典（同一格里不在字典的共 3 个，另有“土星尘”、“木星”）",
	} {
		v := code(t, Options{}, spec.ContactHazardCode, text(in), false)
		if v.Fault == nil || v.Fault.Note != want || v.Fault.Word != "火星尘" || v.Fault.Cause != "接触危害因素“火星尘”不在字典" {
			t.Errorf("%s: %+v, want %s", in, v.Fault, want)
		}
	}
}

// TestAmbiguousCut: two possible cuts are nobody's guess.
func TestAmbiguousCut(t *testing.T) {
	t.Parallel()
	d := dict.New("hazard", []dict.Entry{{Code: "1", Name: "甲"}, {Code: "2", Name: "乙"}, {Code: "3", Name: "甲、乙"}, {Code: "4", Name: "丙"}, {Code: "5", Name: "乙、丙"}}, time.Time{})
	all := []*dict.Dictionary{d}
	for _, info := range spec.Dictionaries() {
		if info.Code != "hazard" {
			all = append(all, sandbox.SampleSet().Dict(info.Code))
		}
	}
	o := Options{Dicts: dict.NewSet(all...)}
	if v := code(t, o, spec.ContactHazardCode, text("甲、乙"), false); v.Fault != nil || v.Text != "3" {
		t.Errorf("the whole cell is an entry: %q %v", v.Text, v.Fault)
	}
	wantFault(t, code(t, o, spec.ContactHazardCode, text("甲、乙、丙"), false), spec.AmbiguousName)
	if v := code(t, o, spec.ContactHazardCode, text("1、2、4"), false); v.Fault != nil || v.Text != "1,2,4" {
		t.Errorf("codes are clear: %q %v", v.Text, v.Fault)
	}
}

// TestNarrowing: a work type by monitoring type, then by industry; an item by
// its class; never the first.
func TestNarrowing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, work, industry string
		monitors             []string
		want                 string // "" is ambiguous-name
	}{
		{"routine", "电焊工", "", []string{"01"}, "99-001"},
		{"active, industry", "电焊工", "C3610", []string{"02"}, "00-21"},
		{"active, letterless industry", "电焊工", "3610", []string{"02"}, "00-21"},
		{"active, no industry", "电焊工", "", []string{"02"}, ""},
		{"active, foreign industry", "电焊工", "A0111", []string{"02"}, ""},
		{"nothing known", "电焊工", "", nil, ""},
		{"both kinds leave it open", "破碎工", "", []string{"02"}, ""},
		{"industry settles", "破碎工", "C3011", []string{"02"}, "00-30"},
		{"one code only", "喷漆工", "", nil, "99-003"},
		{"the code itself", "00-20", "", []string{"01"}, "00-20"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var rec spec.Record
			rec.At(spec.TypeOfWorkCode).Text, rec.At(spec.EmployerIndustry).Text = c.work, c.industry
			for _, m := range c.monitors {
				rec.AddHazard().At(spec.MonitorTypeCode).Text = m
			}
			testCoder(t, Options{}, false).complete(&rec)
			v := rec.At(spec.TypeOfWorkCode)
			if c.want == "" {
				wantFault(t, v, spec.AmbiguousName)
			} else if v.Fault != nil || v.Text != c.want {
				t.Errorf("%q, %+v; want %s", v.Text, v.Fault, c.want)
			}
		})
	}
	for class, want := range map[string]string{"尿常规": "4020200", "生化": "4030300", " 生 化": "4030300", "血常规": "", "": ""} {
		var rec spec.Record
		it := rec.AddItem()
		it.At(spec.ItemCode).Text, it.At(spec.ItemClassName).Text = "葡萄糖", class
		testCoder(t, Options{}, false).complete(&rec)
		if v := it.At(spec.ItemCode); want == "" {
			wantFault(t, v, spec.AmbiguousName)
		} else if v.Text != want || v.Fault != nil {
			t.Errorf("class %q: %q, %+v; want %s", class, v.Text, v.Fault, want)
		}
	}
}

// TestWorkSuggestions: what a finding proposes fits the record's monitoring type, or
// says that it does not.
func TestWorkSuggestions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ work, monitor, nearest, advice, note string }{
		{"电焊", "01", "99-001 电焊工、00-20 电焊工、00-21 电焊工", "（适用于常规监测的：99-001 电焊工）", "工种“电焊”不在字典"},
		{"电焊", "02", "00-20 电焊工、00-21 电焊工、99-001 电焊工", "（适用于主动监测的：00-20 电焊工、00-21 电焊工）", "工种“电焊”不在字典"},
		{"电焊", "", "00-20 电焊工、00-21 电焊工、99-001 电焊工", "", "工种“电焊”不在字典"},
		{"破碎", "01", "00-05 破碎工、00-30 破碎工", "（都不适用于常规监测）", "工种“破碎”不在字典"},
		{"破碎", "02", "00-05 破碎工、00-30 破碎工", "", "工种“破碎”不在字典"},
		{"电焊工", "02", "", "", "工种“电焊工”有不止一个代码：00-20 电焊工（主动监测 C3311），00-21 电焊工（主动监测 C3610）；请改填代码"},
	} {
		t.Run(c.work+c.monitor, func(t *testing.T) {
			t.Parallel()
			var rec spec.Record
			rec.At(spec.TypeOfWorkCode).Text = c.work
			rec.AddHazard().At(spec.MonitorTypeCode).Text = c.monitor
			testCoder(t, Options{}, false).complete(&rec)
			f := rec.At(spec.TypeOfWorkCode).Fault
			if f == nil || strings.Join(f.Nearest, "、") != c.nearest || f.Advice != c.advice || f.Note != c.note {
				t.Errorf("%+v", f)
			}
		})
	}
}

// TestMemory: what is remembered of one cell is not changed by another.
func TestMemory(t *testing.T) {
	t.Parallel()
	c, f := testCoder(t, Options{}, false), spec.HazardCode.Field()
	cell := text("噪声")
	var first, second spec.Value
	c.value(&first, &f, &cell)
	first.Derive(spec.StepDerived, "x", "a test")
	c.value(&second, &f, &cell)
	if second.Text != "2008" || len(second.Steps) != 1 {
		t.Errorf("%q with %d steps", second.Text, len(second.Steps))
	}
}

// TestQuote: a message never repeats what may be somebody's number, nor much.
func TestQuote(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"电焊": "“电焊”", "130102196801011012": "“***”", "张三 13900003737 电焊": "“张三 *** 电焊”", "139 0000 3737": "“***”", "0311-8765 4321": "“***”", "2026-05-28": "“2026-05-28”", "a\nb": "“a b”",
		strings.Repeat("长", 30): "“" + strings.Repeat("长", 24) + "…”",
	} {
		if got := quote(in); got != want {
			t.Errorf("quote(%q) = %s, want %s", in, got, want)
		}
	}
}

// FuzzCodeList: whatever a cell says, its parts are entries of the dictionary,
// none twice, or it has a fault and is not changed.
func FuzzCodeList(f *testing.F) {
	for _, s := range []string{"噪声、高温", "1,2-二氯乙烷", "氯甲醚、双氯甲醚", "，；,;", "（噪声、高温）", "2008,2008", "噪声、火星尘"} {
		f.Add(s)
	}
	set := sandbox.SampleSet()
	means, err := meaning.NewClassifier(meaning.Config{Dicts: set})
	if err != nil {
		f.Fatal(err)
	}
	field := spec.ContactHazardCode.Field()
	f.Fuzz(func(t *testing.T, s string) {
		c := newCoder(Options{Dicts: set, Meanings: means}, false)
		v, cell := &spec.Value{}, text(s)
		c.value(v, &field, &cell)
		if v.Fault != nil {
			if len(v.Parts) > 0 || len([]rune(v.Fault.Note)) > 2000 {
				t.Fatalf("%q: %+v", s, v)
			}
			return
		}
		seen := map[string]bool{}
		for _, p := range v.Parts {
			if _, ok := set.Dict("hazard").ByCode(p); !ok || seen[p] {
				t.Fatalf("%q became %q", s, v.Text)
			}
			seen[p] = true
		}
		if strings.Join(v.Parts, ",") != v.Text {
			t.Fatalf("%q: parts %q of %q", s, v.Parts, v.Text)
		}
	})
}
