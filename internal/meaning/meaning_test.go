package meaning

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"hbupload/internal/dict"
	"hbupload/internal/fault"
	"hbupload/internal/spec"
)

// testConfig holds invented dictionaries; change may replace some.
func testConfig(replace ...*dict.Dictionary) Config {
	d := func(code string, entries ...dict.Entry) *dict.Dictionary { return dict.New(code, entries, time.Time{}) }
	e := func(code, name string) dict.Entry { return dict.Entry{Code: code, Name: name} }
	i := func(code, class, name string) dict.Entry { return dict.Entry{Code: code, Class: class, Name: name} }
	w := func(code, name, monitor, industry string) dict.Entry {
		return dict.Entry{Code: code, Name: name, MonitorType: monitor, Industry: industry}
	}
	all := []*dict.Dictionary{
		d(spec.DictCareType, e("1", "上岗前"), e("9", "上岗前（复查）"), e("2", "在岗期间")),
		d(spec.DictHazard, e("1", "矽尘"), e("2", "白 炭 黑"), e("3", "炭黑"), e("4", "其它化学因素"), e("5", "苯"), e("6", "铅尘"), e("7", "石棉"),
			e("8", "结晶型游离二氧化硅"), e("9", "氟及其他无机化合物"), e("10", "以上未提及的可导致职业病的其他粉尘"), e("11", "铅尘及其他粉尘")),
		d(spec.DictResultOption, e("1", "未见异常"), e("2", "疑似职业病"), e("3", "职业禁忌症"), e("4", "其它疾病或异常")),
		d(spec.DictOccuDisease, e("11", "矽肺")),
		d(spec.DictMonitorType, e("01", "常规监测"), e("02", "主动监测"), e("03", "专项监测")),
		d(spec.DictTypeOfWork, w("a", "甲工", "01", ""), w("b", "乙工", "2", "B0610"), w("c", "丙工", "常规、主动", "L7263,C36"), w("d", "丁工", "", "煤炭开采"),
			w("e", "戊工", "03", ""), w("f", "己工", "看情况", "B"), w("00-33", "工厂其他工种", "", ""), w("g", "其它装卸工", "", "")),
		d(spec.DictItem, i("20009", "X 线摄片", "后前位摄片"), i("20010", "放射科", "胸部正位片"), i("20011", "放射科", "胸部 ＣＴ"), i("20012", "X线摄片", "腰椎正位"),
			i("20013", "X线摄片", "胸部透视"), i("20014", "胸片", "高仟伏"), i("20015", "内科", "胸部听诊"), i("20016", "放射科", "数字化 ｄｒ 胸部"), i("20017", "放射科", "腹部X线片"),
			i("30001", "尿常规", "比重"), i("30002", "尿液分析", "酮体"), i("40001", "一般", "血压"), i("4070100", "尿常规", "尿铅"), i("40002", "一般", "身高")),
	}
	return Config{Dicts: dict.NewSet(append(all, replace...)...), UrineAliases: []string{"尿液 分析"}}
}

func build(t testing.TB, cfg Config) *Classifier {
	t.Helper()
	c, err := NewClassifier(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestMeaningsByName(t *testing.T) {
	t.Parallel()
	c := build(t, testConfig())
	for name, ok := range map[string]bool{
		"both prejob entries": c.IsPrejob("1") && c.IsPrejob("9") && !c.IsPrejob("2"),
		"suspected":           c.IsSuspected("2") && !c.IsSuspected("1"),
		"禁忌症 is 禁忌证":          c.IsContraindication("3") && !c.IsContraindication("2"),
		"其它 is 其他":            c.IsOtherAbnormal("4") && !c.IsOtherAbnormal("3"),
		"active":              c.IsActive("02") && !c.IsActive("01"),
		"routine":             c.IsRoutine("01") && !c.IsRoutine("02") && !c.IsRoutine("03"),
		"blank is nothing":    !c.IsPrejob("") && !c.IsSuspected("") && !c.IsActive(""),
		"names":               c.DiseaseName("11") == "矽肺" && c.DiseaseName("12") == "" && c.HazardName("1") == "矽尘",
	} {
		if !ok {
			t.Errorf("%s: no", name)
		}
	}
}

func TestMeaningsPinned(t *testing.T) {
	t.Parallel()
	cfg := testConfig()
	cfg.Codes = Pins{Prejob: []string{"9"}, Active: []string{" 03 "}, Suspected: []string{"77"}}
	c := build(t, cfg)
	if c.IsPrejob("1") || !c.IsPrejob("9") || c.IsActive("02") || !c.IsActive("03") || !c.IsSuspected("77") || c.IsSuspected("2") {
		t.Error("a pin does not replace the names")
	}
	views := c.Meanings()
	if len(views) != 5 || !views[0].Pinned || views[0].Entries[0].Name != "上岗前（复查）" || views[1].Entries[0].Name != "" || views[2].Pinned {
		t.Errorf("views %+v", views)
	}
}

func TestMeaningMissing(t *testing.T) {
	t.Parallel()
	cfg := testConfig(dict.New(spec.DictResultOption, []dict.Entry{{Code: "1", Name: "未见异常"}, {Code: "2", Name: "疑似病"}}, time.Time{}))
	_, err := NewClassifier(cfg)
	if operator := fault.Of(err); operator == nil || operator.Kind() != fault.Config || !strings.Contains(operator.Hint(), "spec.codes.suspected") {
		t.Errorf("error %v", err)
	}
	cfg.Codes = Pins{Suspected: []string{"2"}, Contraindication: []string{"3"}, OtherAbnormal: []string{"4"}}
	if build(t, cfg); !build(t, cfg).IsSuspected("2") {
		t.Error("the pin does not help")
	}
}

// TestActiveByTheDocument: the document itself gives 主动监测 the code 02.
func TestActiveByTheDocument(t *testing.T) {
	t.Parallel()
	c := build(t, testConfig(dict.New(spec.DictMonitorType, []dict.Entry{{Code: "01", Name: "甲"}, {Code: "02", Name: "乙"}}, time.Time{})))
	if !c.IsActive("02") || c.IsActive("01") {
		t.Error("02 is not active")
	}
	_, err := NewClassifier(testConfig(dict.New(spec.DictMonitorType, []dict.Entry{{Code: "1", Name: "甲"}}, time.Time{})))
	if err == nil || !strings.Contains(err.Error(), "主动监测") {
		t.Errorf("error %v", err)
	}
}

func TestHazards(t *testing.T) {
	t.Parallel()
	kinds := func(c *Classifier) (out string) {
		for _, e := range c.Dicts().Dict(spec.DictHazard).Entries {
			if c.IsDust(e.Code) {
				out += e.Code + "尘"
			}
			out += map[Degree]string{Yes: e.Code + "其他", Suspected: e.Code + "疑", No: ""}[c.Other(e.Code)]
		}
		return out
	}
	if got := kinds(build(t, testConfig())); got != "1尘2尘4其他7尘8尘9疑10尘10其他11尘11疑" {
		t.Errorf("by name: %s", got)
	}
	cfg := testConfig()
	cfg.DustAdd, cfg.DustRemove, cfg.OtherAdd, cfg.OtherRemove = []string{"3"}, []string{"1"}, []string{"5", "11"}, []string{"4", "9"}
	if got := kinds(build(t, cfg)); got != "2尘3尘5其他7尘8尘10尘10其他11尘11其他" {
		t.Errorf("configured: %s", got)
	}
}

// TestChestFilmNames is help: 接口读法 4.4's rule of names.
func TestChestFilmNames(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"胸部正位片": true, "胸部正位": true, "胸部侧位": true, "胸部正侧位": true, "高仟伏胸片": true, "高千伏后前位胸部摄影": true, "胸部X射线检查": true, "数字化摄影DR胸部": true, "CR胸片（手提式）": true,
		"胸椎正侧位片": false, "胸骨X线片": false, "肋骨及胸部斜位片": false, "锁骨胸片": false, "肩胸联合片": false, "胸部CT": false, "胸部CT定位片": false, "胸部听诊": false, "胸部透视": false,
		"胸部正位透视": false, "胸围": false, "腹部平片": false, "胸廓": false,
	} {
		if got := isChestFilm(dict.Loose(name)); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// TestLists: what the rules go by can be shown to a person.
func TestLists(t *testing.T) {
	t.Parallel()
	cfg := testConfig()
	cfg.NumericAdd = []string{"40002"}
	var got []string
	for _, l := range build(t, cfg).Lists() {
		line := l.Name
		for _, e := range l.Entries {
			line += " " + e.Code
		}
		for _, e := range l.Suspected {
			line += " ?" + e.Code
		}
		got = append(got, line)
	}
	want := []string{"粉尘 1 2 7 8 10 11", "其他危害因素 4 10 ?9 ?11", "其他工种 00-33 ?g", "胸片 20009 20010 20014 20016 ?20012 ?20013",
		"数值型项目 4070100 40002", "须填符号的项目 4070100"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

func TestFilm(t *testing.T) {
	t.Parallel()
	cfg := testConfig()
	cfg.RadiographAdd, cfg.RadiographRemove = []string{"40002"}, []string{"20014"}
	c := build(t, cfg)
	for _, k := range []struct {
		item, class string
		want        Degree
	}{
		{"20009", "X 线摄片", Yes}, {"20009", "X线 摄片", Yes}, {"20009", "影像", Yes}, {"20010", "影像", Yes}, {"20011", "放射科", No}, {"20011", "X线摄片", Suspected},
		{"20012", "X线摄片", Suspected}, {"20012", "影像", Suspected}, {"20013", "X线摄片", Suspected}, {"20015", "内科", No}, {"20016", "放射科", Yes}, {"20017", "放射科", No},
		{"40001", "一般", No}, {"40001", "Ｘ 线摄片", Yes}, {"40002", "一般", Yes}, {"20014", "胸片", No}, {"nobody", "胸片", Suspected}, {"nobody", "一般", No},
	} {
		if got := c.Film(k.item, k.class); got != k.want {
			t.Errorf("%s of %s: %d, want %d", k.item, k.class, got, k.want)
		}
	}
}

func TestSymbolCodes(t *testing.T) {
	t.Parallel()
	cfg := testConfig()
	cfg.SymbolAdd, cfg.SymbolRemove = []string{"40001", "4080900"}, []string{"4070200", "4081100"}
	plain, pinned := build(t, testConfig()), build(t, cfg)
	for _, k := range []struct {
		c                  *Classifier
		item               string
		required, doubtful bool
	}{
		{plain, "4070100", true, false}, {plain, "4080900", true, true}, {plain, "4081100", true, true}, {plain, "40001", false, false}, {plain, "", false, false},
		{pinned, "40001", true, false}, {pinned, "4080900", true, false}, {pinned, "4081100", false, false}, {pinned, "4070200", false, false},
	} {
		if required, doubtful := k.c.SymbolCode(k.item); required != k.required || doubtful != k.doubtful {
			t.Errorf("%s: %v %v", k.item, required, doubtful)
		}
	}
	if missing := plain.MissingSymbolCodes(); len(missing) != 28 || slices.Contains(missing, "4070100") || !slices.IsSorted(missing) {
		t.Errorf("missing %v", missing)
	}
}

func TestNumeric(t *testing.T) {
	t.Parallel()
	cfg := testConfig()
	cfg.NumericAdd, cfg.NumericRemove = []string{"30001"}, []string{"40002"}
	cfg.ItemsTable = map[string]ItemSpec{"20015": {}, "30002": {Numeric: true}}
	c := build(t, cfg)
	for _, k := range []struct {
		item, class       string
		limited, measured bool
		want              Degree
	}{
		{"40001", "一般", true, false, Yes}, {"40001", "一般", false, true, Suspected}, {"40001", "一般", false, false, No},
		{"40001", "尿常规检查", true, true, No}, {"40001", "尿液分析", true, true, No}, {"30001", "尿常规", false, false, Yes}, {"4070100", "尿常规", false, false, Yes},
		{"40002", "一般", true, true, No}, {"20015", "内科", false, true, No}, {"20015", "内科", true, true, Yes}, {"30002", "尿液分析", false, false, Yes},
	} {
		if got := c.Numeric(k.item, k.class, k.limited, k.measured); got != k.want {
			t.Errorf("%+v: %d", k, got)
		}
	}
	if !c.IsNumericPinned("30001") || c.IsNumericPinned("4070100") || !c.IsTextual("40002") || c.IsTextual("40001") {
		t.Error("pins")
	}
	if !c.IsUrineItem("30002", "") || !c.IsUrineItem("40001", "尿 常规") || c.IsUrineItem("40001", "一般") {
		t.Error("urine")
	}
	if !c.IsClassOf("20009", "X线摄片") || c.IsClassOf("20009", "内科") || !c.IsClassOf("nobody", "内科") {
		t.Error("classes")
	}
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"1": "1 true", "-1.5": "-1.5 true", "+2": "2 true", ".5": "0.5 true", "5.": "5 true", "": "0 false", ".": "0 false", "-": "0 false", "1e3": "0 false", "1 2": "0 false",
		"１": "0 false", "1.2.3": "0 false", "NaN": "0 false", "0x1": "0 false", "1_0": "0 false",
	} {
		n, ok := Number(text)
		if got := fmt.Sprint(n, " ", ok); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
	for text, want := range map[string]string{
		"<0.01": "< 0.01 true", "＜ 5": "< 5 true", "≤40": "≤ 40 true", "<=40": "≤ 40 true", ">=1": "≥ 1 true", "＞1": "> 1 true", "≥1": "≥ 1 true", "40": "- 0 false", "<高": "< 0 false", "阴性": "- 0 false", "": "- 0 false",
	} {
		sign, n, ok := SignedNumber(text)
		if sign == 0 {
			sign = '-'
		}
		if got := fmt.Sprint(string(sign), " ", n, " ", ok); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
	if !IsLimit("≤40") || !IsLimit("5.2") || IsLimit("阴性") || IsLimit("") || IsLimit("3-5") {
		t.Error("limits")
	}
}

// IsLimit reports whether a bound of a reference range is a number; ≤40 is one, 阴性
// is none.
func IsLimit(s string) bool { _, ok := Limit(s); return ok }
