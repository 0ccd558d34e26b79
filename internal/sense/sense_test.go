package sense

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"hbupload/internal/fault"
	"hbupload/internal/rules"
	"hbupload/internal/spec"
)

// one is a case: what is changed in a healthy person, and which rule that
// brings about ("" for none).
type one struct {
	name   string
	change func(*subject)
	rule   spec.RuleID
	says   string
}

func result(item, result, unit string) func(*subject) {
	return func(s *subject) { s.item(item, result, unit) }
}

func limitCases() []one {
	return []one{
		{"healthy", func(*subject) {}, "", ""},
		{"systolic 1400", result("收缩压", "1400", "mmHg"), spec.SenseRange, "50–300"},
		{"systolic at the limit", result("收缩压", "300", "mmHg"), "", ""},
		{"systolic above the limit", result("收缩压", "301", "mmHg"), spec.SenseRange, "收缩压"},
		{"systolic in kPa", result("收缩压", "16", "kPa"), "", ""},
		{"systolic in kPa under mmHg", result("收缩压", "16", "mmHg"), spec.SenseUnit, "kPa"},
		{"unit unknown to the catalogue", result("收缩压", "1400", "帕"), "", ""},
		{"unit blank", result("收缩压", "1400", ""), spec.SenseRange, ""},
		{"haemoglobin 14.2 g/L", result("血红蛋白", "14.2", "g/L"), spec.SenseUnit, "g/dL"},
		{"haemoglobin 14.2 g/dL", result("血红蛋白", "14.2", "g/dL"), "", ""},
		{"haemoglobin 142", result("血红蛋白", "142", "g/L"), "", ""},
		{"white cells per µL", result("白细胞计数", "6500", "10^9/L"), spec.SenseUnit, "µL"},
		{"white cells written 10*9/L", result("白细胞计数", "6.5", "×10*9/L"), "", ""},
		{"white cells written 10⁹/L", result("白细胞计数", "650", "10⁹/L"), spec.SenseUnit, ""},
		{"white cells 10³/µL", result("白细胞计数", "6.5", "10³/μL"), "", ""},
		{"creatinine in mg/dL", result("肌酐", "0.9", "μmol/L"), spec.SenseUnit, "mg/dL"},
		{"glucose in mg/dL", result("葡萄糖", "95", "mmol/L"), spec.SenseUnit, "mg/dL"},
		{"glucose of the urine is another item", result("900", "95", "mmol/L"), "", ""},
		{"height in metres", result("身高", "1.72", "cm"), spec.SenseUnit, "m"},
		{"weight in jin", result("体重", "320", "kg"), spec.SenseUnit, "斤"},
		{"percentage above 100", result("中性粒细胞百分比", "605", "%"), spec.SenseRange, ""},
		{"hearing threshold", result("双耳高频平均听阈", "180", "dB"), spec.SenseRange, ""},
		{"FVC in mL under L", result("用力肺活量（FVC）", "3800", "L"), spec.SenseUnit, "mL"},
		{"less than a limit says nothing", func(s *subject) { s.put(s.item("血铅", "5000", "µg/L").At(spec.DataVersion), "1") }, "", ""},
		{"not examined", func(s *subject) { s.put(s.item("收缩压", "0", "mmHg").At(spec.ResultFlag), "3") }, "", ""},
		{"words are no number", result("收缩压", "偏高", "mmHg"), "", ""},
	}
}

func pairCases() []one {
	pair := func(a, av, b, bv, unit string) func(*subject) {
		return func(s *subject) {
			s.item(a, av, unit)
			s.item(b, bv, unit)
		}
	}
	return []one{
		{"pressures swapped", pair("收缩压", "78", "舒张压", "122", "mmHg"), spec.SensePair, "填反"},
		{"pressures equal", pair("收缩压", "90", "舒张压", "90", "mmHg"), spec.SensePair, ""},
		{"pressures right", pair("收缩压", "91", "舒张压", "90", "mmHg"), "", ""},
		{"FEV1 above FVC", pair("用力肺活量（FVC）", "3.1", "第一秒用力呼气容积（FEV1）", "3.5", "L"), spec.SensePair, ""},
		{"FEV1 equals FVC", pair("用力肺活量（FVC）", "3.1", "第一秒用力呼气容积（FEV1）", "3.1", "L"), "", ""},
		{"direct above total bilirubin", pair("总胆红素", "10", "直接胆红素", "12", "µmol/L"), spec.SensePair, ""},
		{"albumin above protein", pair("总蛋白", "45", "白蛋白", "70", "g/L"), spec.SensePair, ""},
		{"other units are not compared", func(s *subject) {
			s.item("用力肺活量（FVC）", "3.1", "L")
			s.item("第一秒用力呼气容积（FEV1）", "2600", "mL")
		}, "", ""},
		{"percentages sum over 100", pair("中性粒细胞百分比", "70", "淋巴细胞百分比", "40", "%"), spec.SensePair, ""},
		{"percentages sum to 101", pair("中性粒细胞百分比", "61", "淋巴细胞百分比", "40", "%"), "", ""},
		{"BMI does not fit", func(s *subject) {
			s.item("身高", "172", "cm")
			s.item("体重", "70", "kg")
			s.item("体重指数", "32.5", "kg/m²")
		}, spec.SensePair, "身高"},
		{"weight in jin that a body could have in kg", pair("身高", "158", "体重", "150", ""), spec.SensePair, "斤"},
		{"very fat", pair("身高", "160", "体重", "138", ""), "", ""},
		{"neutrophils as a fraction", result("中性粒细胞百分比", "0.62", "%"), spec.SenseUnit, "比值"},
		{"BMI fits", func(s *subject) {
			s.item("身高", "172", "cm")
			s.item("体重", "70", "kg")
			s.item("体重指数", "23.7", "kg/m²")
		}, "", ""},
	}
}

func ageCases() []one {
	hazard := func(field spec.FieldID, text string) func(*subject) {
		return func(s *subject) { s.put(s.rec.Hazards[0].At(field), text) }
	}
	person := func(field spec.FieldID, text string) func(*subject) {
		return func(s *subject) { s.set(field, text) }
	}
	return []one{
		{"exposed since the age of three", hazard(spec.HazardStartDate, "1993-05-01"), spec.SenseAge, "3 岁"},
		{"exposed since the age of 13", hazard(spec.HazardStartDate, "2003-12-31"), spec.SenseAge, "13 岁"},
		{"exposed since the age of 14", hazard(spec.HazardStartDate, "2004-01-01"), "", ""},
		{"exposed for longer than grown up", hazard(spec.HazardYear, "23"), spec.SenseAge, "23 年"},
		{"exposed for 22 years", hazard(spec.HazardYear, "22"), "", ""},
		{"smoking for longer than alive", person(spec.PersonalHistoryYear, "40"), spec.SenseAge, "吸烟"},
		{"smoking since seven", person(spec.PersonalHistoryYear, "29"), "", ""},
		{"a hundred cigarettes", person(spec.DailySmokingVolum, "100"), "", ""},
		{"more than a hundred cigarettes", person(spec.DailySmokingVolum, "101"), spec.SenseAge, "支"},
		{"at work before sixteen", person(spec.Birthday, "2010-03-02"), spec.SenseAge, "劳动者"},
		{"a child at work", person(spec.Birthday, "2014-01-01"), spec.SenseAge, ""},
		{"a woman is pregnant", func(s *subject) {
			s.set(spec.SexCode, "2")
			s.item("心电图", "妊娠 20 周，窦性心律", "")
		}, "", ""},
		{"a man is pregnant", result("心电图", "妊娠 20 周", ""), spec.SenseSex, "妊娠"},
		{"a denial is none", result("心电图", "否认妊娠史", ""), "", ""},
		{"an item only women have", result("妇科检查子宫", "大小正常", ""), spec.SenseSex, "子宫"},
		{"the same, not done", result("妇科检查子宫", "/", ""), "", ""},
		{"a woman has a prostate", func(s *subject) {
			s.set(spec.SexCode, "2")
			s.item("前列腺 B 超", "大小正常", "")
		}, spec.SenseSex, "前列腺"},
		{"late", person(spec.PreparerDate, "2026-04-01"), spec.SenseLate, "31 天"},
		{"on the last day", person(spec.PreparerDate, "2026-03-31"), "", ""},
	}
}

func conclusionCases() []one {
	film := func(words string) func(*subject) {
		return func(s *subject) {
			s.hazard("10", "1")
			s.put(s.item("后前位胸片（DR）", words, "").At(spec.RadiographResult), "0")
		}
	}
	return []one{
		{"hearing abnormal, nothing found", func(s *subject) { s.put(s.rec.Items[0].At(spec.ResultFlag), "1") }, spec.SenseConclusion, "听"},
		{"hearing abnormal, something found", func(s *subject) {
			s.put(s.rec.Items[0].At(spec.ResultFlag), "1")
			s.put(s.rec.Hazards[0].At(spec.ResultOptionCode), "5")
		}, "", ""},
		{"another item abnormal", func(s *subject) { s.put(s.item("甘油三酯", "3", "mmol/L").At(spec.ResultFlag), "1") }, "", ""},
		{"film shows dust, nothing found", func(s *subject) {
			s.hazard("10", "1")
			s.put(s.item("后前位胸片（DR）", "尘肺样改变", "").At(spec.RadiographResult), "1")
		}, spec.SenseConclusion, "尘肺样改变"},
		{"film clear", func(s *subject) {
			s.hazard("10", "1")
			s.put(s.item("后前位胸片（DR）", "未见异常", "").At(spec.RadiographResult), "0")
		}, "", ""},
		{"film coded clear, words of dust", film("双肺弥漫性圆形小阴影"), spec.SenseConclusion, "圆形小阴影"},
		{"film coded clear, dust denied", film("双肺未见圆形小阴影；大阴影：无，尘肺样改变（-）"), "", ""},
		{"film coded clear, denied and then found", film("未见大阴影，右上肺可见胸膜斑"), spec.SenseConclusion, "胸膜斑"},
		{"contraindication without any finding", func(s *subject) { s.put(s.rec.Hazards[0].At(spec.ResultOptionCode), "4") }, spec.SenseConclusion, "任何一项"},
		{"coal dust and deafness", func(s *subject) {
			*s = *newSubject()
			s.put(s.rec.Hazards[0].At(spec.HazardCode), "10")
			s.put(s.rec.Hazards[0].At(spec.ResultOptionCode), "3")
			s.put(s.rec.Hazards[0].At(spec.OccDiseaseCode), "22")
			s.put(s.rec.Items[0].At(spec.ResultFlag), "1")
			s.put(s.item("后前位胸片（DR）", "未见异常", "").At(spec.RadiographResult), "0")
		}, spec.SenseDisease, "噪声聋"},
		{"noise and deafness", func(s *subject) {
			s.put(s.rec.Hazards[0].At(spec.ResultOptionCode), "3")
			s.put(s.rec.Hazards[0].At(spec.OccDiseaseCode), "22")
			s.put(s.rec.Items[0].At(spec.ResultFlag), "1")
		}, "", ""},
		{"noise without a hearing test", func(s *subject) {
			s.rec.Items = nil
			s.item("心电图", "正常", "")
		}, spec.SenseExpected, "听阈"},
		{"the same as a re-examination", func(s *subject) {
			s.rec.Items = nil
			s.item("心电图", "正常", "")
			s.set(spec.PeFlag, "1")
		}, "", ""},
		{"lead before the job needs no blood lead", func(s *subject) {
			s.put(s.hazard("13", "1").At(spec.CareTypeCode), "1")
			s.put(s.rec.Hazards[0].At(spec.CareTypeCode), "1")
		}, "", ""},
		{"lead without blood lead", func(s *subject) { s.hazard("13", "1") }, spec.SenseExpected, "血铅"},
	}
}

func TestChecks(t *testing.T) {
	t.Parallel()
	c := testChecker(t, 30)
	for _, group := range [][]one{limitCases(), pairCases(), ageCases(), conclusionCases()} {
		for _, o := range group {
			s := newSubject()
			o.change(s)
			s.rec.Group()
			found := c.Batch().Check(0, &s.rec, nil, 0)
			switch {
			case o.rule == "" && len(found) == 0:
			case o.rule == "" || len(found) != 1 || found[0].Rule != o.rule:
				t.Errorf("%s: %s, want %q", o.name, list(found), o.rule)
			case !strings.Contains(found[0].Message, o.says) || found[0].Severity != spec.Warning || found[0].Place.Cell() == "" || found[0].Path == "":
				t.Errorf("%s: %+v, want a warning at a cell that says %q", o.name, found[0], o.says)
			}
		}
	}
}

// TestEveryRuleHasACase holds the catalogue of rules against the cases of this
// room: switching a rule off must be noticed by one of them.
func TestEveryRuleHasACase(t *testing.T) {
	t.Parallel()
	batch := []spec.RuleID{spec.SensePhone, spec.SenseSame, spec.SenseTwice, spec.SenseSmoking, spec.SenseMedian} // batch_test.go
	fires := map[spec.RuleID]bool{}
	for _, group := range [][]one{limitCases(), pairCases(), ageCases(), conclusionCases()} {
		for _, o := range group {
			fires[o.rule] = true
		}
	}
	for _, r := range rules.Catalogue() {
		if r.ID.Sense() && !fires[r.ID] && !slices.Contains(batch, r.ID) {
			t.Errorf("no case fires %s", r.ID)
		}
	}
}

func list(found []spec.Finding) string {
	var b strings.Builder
	for _, f := range found {
		fmt.Fprintf(&b, "[%s %s %s]", f.Rule, f.Path, f.Message)
	}
	return b.String()
}

// TestOneFindingACell holds that a cell with a finding of another room gets none.
func TestOneFindingACell(t *testing.T) {
	t.Parallel()
	s := newSubject()
	it := s.item("收缩压", "1400", "mmHg")
	before := []spec.Finding{{Rule: spec.LimitsRequired, Place: it.At(spec.Result).Place, Field: spec.Result}}
	if found := testChecker(t, 0).Batch().Check(0, &s.rec, before, 0); len(found) != 1 {
		t.Errorf("%s", list(found))
	}
}

func TestSeverityIsTheConfigurations(t *testing.T) {
	t.Parallel()
	catalogue, err := standard()
	if err != nil {
		t.Fatal(err)
	}
	c := New(Config{Catalogue: catalogue, Classes: testClasses(t), Severity: func(rule spec.RuleID, _ spec.FieldID) spec.Severity {
		if rule == spec.SenseRange {
			return spec.Off
		}
		return spec.Error
	}})
	s := newSubject()
	s.item("收缩压", "1400", "mmHg")
	s.item("血红蛋白", "14.2", "g/L")
	found := c.Batch().Check(0, &s.rec, nil, 0)
	if len(found) != 1 || found[0].Rule != spec.SenseUnit || found[0].Severity != spec.Error {
		t.Errorf("%s", list(found))
	}
}

// TestCatalogue holds that every line of our own file has a source and an id, and
// that a copy of it is read as it is.
func TestCatalogue(t *testing.T) {
	t.Parallel()
	c, err := standard()
	if err != nil {
		t.Fatal(err, hint(err))
	}
	kinds := map[Kind]int{}
	for _, l := range c.Lines {
		kinds[l.Kind]++
		if l.ID == "" || l.Source == "" {
			t.Errorf("line %d: %+v", l.Row, l)
		}
	}
	for _, k := range []Kind{kindRange, kindUnit, kindPair, kindAge, kindSex, kindConclusion, kindNothing, kindDisease, kindExpected, kindWords, kindBatch} {
		if kinds[k] == 0 {
			t.Errorf("no line of the kind %s", k)
		}
	}
	if again, err := parse("b", append([]byte("\ufeff"), Embedded()...)); err != nil || len(again.Lines) != len(c.Lines) {
		t.Errorf("with a byte order mark: %v", err)
	}
}

func hint(err error) string {
	if told := fault.Of(err); told != nil {
		return told.Hint()
	}
	return ""
}

func TestCatalogueFaultsAreAllTold(t *testing.T) {
	t.Parallel()
	text := strings.Join([]string{
		"编号,类别,项目,单位,下限,上限,性别,危害因素,提示,来源",
		"a,范围,收缩压,mmHg,50,300,,,,我们",
		"a,范围,收缩压,mmHg,50,300,,,,我们",
		"b,范围,收缩压,mmHg,高,300,,,,我们",
		"c,范围,收缩压,mmHg,400,300,,,,我们",
		"d,范文,收缩压,mmHg,50,300,,,,我们",
		"e,性别,*妊娠*,,,,中,,提示,我们",
		"f,疾病,*尘肺*,,,,,,提示,我们",
		"g,成对,收缩压 舒张压,,,,,,提示,我们",
		"h,批内,电话,,5,,,,,我们",
		"w,文字,@胸片,,,,,,提示,我们",
		",年龄,体检年龄,,14,,,,,我们",
		"i,年龄,体检年龄,,,,,,,我们",
		"j,范围,收缩压,mmHg,50,300,,,,",
		"k,范围,收缩压,mmHg,50,300,,,,我们,还有",
	}, "\n")
	_, err := parse("甲.csv", []byte(text))
	if !fault.Is(err, fault.Config) || !strings.Contains(err.Error(), "甲.csv") {
		t.Fatalf("%v", err)
	}
	for _, want := range []string{"第 3 行：编号 a 与第 2 行重复", "第 4 行：下限“高”不是数字", "第 5 行：下限大于上限", "第 6 行：类别“范文”不认识", "第 7 行：性别只能写", "第 8 行：类别“疾病”的行缺少危害因素",
		"第 9 行：看不出关系", "第 10 行：类别“批内”的项目只能写", "第 11 行：类别“文字”的行缺少词", "第 12 行：缺少编号", "第 13 行：类别“年龄”的行缺少下限或上限", "第 14 行：缺少来源", "第 15 行：比表头多出内容"} {
		if !strings.Contains(hint(err), want) {
			t.Errorf("missing %q in\n%s", want, hint(err))
		}
	}
	for _, bad := range []string{"", "编号,类别\n", "\"", "编号,类别,项目,单位,下限,上限,性别,危害因素,提示,来源\n\"x"} {
		if _, err := parse("b", []byte(bad)); !fault.Is(err, fault.Config) || hint(err) == "" {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// TestCatalogueSavedOtherwise holds what is said of files as Excel saves them in
// other ways.
func TestCatalogueSavedOtherwise(t *testing.T) {
	t.Parallel()
	header := strings.Join(columns(), ";")
	for _, c := range []struct{ name, text, says string }{
		{"GBK", "\xb1\xe0\xba\xc5,\xc0\xe0\xb1\xf0\n", "CSV UTF-8"},
		{"UTF-16", "\xff\xfe\x16\x7f\xf7\x53", "CSV UTF-8"},
		{"a workbook", "PK\x03\x04\x14\x00\xff\xa5", "CSV UTF-8"},
		{"semicolons", header + "\na;范围\n", "分号"},
		{"tabs", strings.ReplaceAll(header, ";", "\t"), "制表符"},
		{"Chinese commas", strings.ReplaceAll(header, ";", "，"), "中文逗号"},
		{"no header", "a,范围,收缩压,mmHg,50,300,,,,我们\n", "第 1 行：第一行应是表头"},
	} {
		if _, err := parse("b", []byte(c.text)); !fault.Is(err, fault.Config) || !strings.Contains(hint(err), c.says) {
			t.Errorf("%s: %v: %s, want %q", c.name, err, hint(err), c.says)
		}
	}
	lines := strings.Split(string(Embedded()), "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, "#") {
			lines[i] = line + ",,,,,,,,," // as Excel saves a remark
		}
	}
	if _, err := parse("b", []byte("\ufeff"+strings.Join(lines, "\r\n"))); err != nil {
		t.Errorf("as Excel saves our own: %s", hint(err))
	}
}

func TestLoad(t *testing.T) {
	t.Parallel()
	if c, err := Load(""); err != nil || len(c.Lines) == 0 {
		t.Errorf("%v", err)
	}
	if _, err := Load(t.TempDir() + "/none.csv"); !fault.Is(err, fault.Config) {
		t.Errorf("%v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(Embedded())
	f.Add([]byte("编号,类别,项目,单位,下限,上限,性别,危害因素,提示,来源\na,成对,甲 ≈ 乙 / 丙²,,,5,,,x,y\n"))
	classes := testClasses(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := parse("f", text)
		if err != nil {
			var told *fault.Error
			if !errors.As(err, &told) || told.Hint() == "" {
				t.Fatalf("%v", err)
			}
			return
		}
		s := newSubject()
		s.item("收缩压", "1400", "mmHg")
		New(Config{Catalogue: c, Classes: classes}).Batch().Check(0, &s.rec, nil, 0)
	})
}

func TestUnits(t *testing.T) {
	t.Parallel()
	for _, same := range [][]string{
		{"10⁹/L", "10^9/L", "×10⁹/L", "x10^9/l", "10*9/L", "10e9/L", "109/L", "10９/L", "×10^9 /L"},
		{"µmol/L", "μmol/L", "umol/L", "UMOL/L"},
		{"kg/m²", "kg/m2", "KG/M2"},
		{"g/dL", "g/dl", "G/DL"},
	} {
		for _, u := range same[1:] {
			if unitOf(u) != unitOf(same[0]) {
				t.Errorf("%q is %q, %q is %q", u, unitOf(u), same[0], unitOf(same[0]))
			}
		}
	}
	if unitOf("10⁹/L") == unitOf("10¹²/L") || unitOf("mg/L") == unitOf("µg/L") {
		t.Error("different units are one")
	}
}

func TestPatterns(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{
		{"血红蛋白*|!*平均*", "血红蛋白hgb", true}, {"血红蛋白*|!*平均*", "糖化血红蛋白", false}, {"*血红蛋白|!*平均*", "平均血红蛋白", false},
		{"a*b*c", "axxbyyc", true}, {"a*b*c", "acb", false}, {"*", "", true}, {"ab*ba", "aba", false}, {"", "x", false},
	} {
		if got := newPattern(c.pattern).matches(c.text); got != c.want {
			t.Errorf("%q on %q: %v", c.pattern, c.text, got)
		}
	}
}
