package sense

import (
	"strconv"
	"testing"
	"time"

	"hbupload/internal/dict"
	"hbupload/internal/meaning"
	"hbupload/internal/spec"
)

// itemsOf are the items of these tests, by code.
func itemsOf() []dict.Entry {
	var out []dict.Entry
	for i, name := range []string{
		"收缩压", "舒张压", "脉搏", "身高", "体重", "体重指数", "体温", // 100 …
		"白细胞计数", "红细胞计数", "血红蛋白", "血小板计数", "中性粒细胞百分比", "淋巴细胞百分比", "单核细胞百分比", "嗜酸性粒细胞百分比", "嗜碱性粒细胞百分比", // 107 …
		"丙氨酸氨基转移酶", "总胆红素", "直接胆红素", "总蛋白", "白蛋白", "肌酐", "尿酸", "葡萄糖", "总胆固醇", "甘油三酯", // 116 …
		"血铅", "双耳高频平均听阈", "用力肺活量（FVC）", "第一秒用力呼气容积（FEV1）", "一秒率（FEV1/FVC）", "妇科检查子宫", "前列腺 B 超", "心电图", "后前位胸片（DR）", "全血胆碱酯酶活性", // 126 …
		"γ-谷氨酰转移酶", "左眼裸视力", "右眼裸视力", "左耳 500Hz", "左耳 1000Hz", "左耳 2000Hz", "左耳 4000Hz", "右耳 500Hz", "右耳 1000Hz", "右耳 2000Hz", "右耳 4000Hz", "尿常规尿比重", "腹部 B 超", // 142 …
	} {
		out = append(out, dict.Entry{Class: "检查", Code: strconv.Itoa(100 + i), Name: name})
	}
	return append(out, dict.Entry{Class: "尿常规", Code: "900", Name: "葡萄糖"}, dict.Entry{Class: "尿常规", Code: "901", Name: "白细胞"})
}

func testClasses(t testing.TB) *meaning.Classifier {
	t.Helper()
	pulled := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	d := func(code string, entries ...dict.Entry) *dict.Dictionary { return dict.New(code, entries, pulled) }
	e := func(code, name string) dict.Entry { return dict.Entry{Code: code, Name: name} }
	classes, err := meaning.NewClassifier(meaning.Config{Dicts: dict.NewSet(
		d(spec.DictPeType, e("1", "职业健康检查")),
		d(spec.DictCareType, e("1", "上岗前"), e("2", "在岗期间"), e("3", "离岗时")),
		d(spec.DictHazard, e("10", "煤尘"), e("11", "电焊烟尘"), e("12", "苯"), e("13", "铅及其无机化合物"), e("14", "噪声"), e("15", "高温"), e("16", "石棉粉尘")),
		d(spec.DictResultOption, e("1", "目前未见异常"), e("2", "复查"), e("3", "疑似职业病"), e("4", "职业禁忌证"), e("5", "其他疾病或异常")),
		d(spec.DictOccuDisease, e("21", "矽肺"), e("22", "职业性噪声聋"), e("23", "职业性苯中毒"), e("24", "石棉肺"), e("25", "职业性慢性铅中毒")),
		d(spec.DictMonitorType, e("01", "常规监测"), e("02", "主动监测")),
		d(spec.DictTypeOfWork, e("1", "电焊工")),
		d(spec.DictItem, itemsOf()...),
	)})
	if err != nil {
		t.Fatal(err)
	}
	return classes
}

func testChecker(t testing.TB, deadline int) *Checker {
	t.Helper()
	catalogue, err := standard()
	if err != nil {
		t.Fatal(err)
	}
	return New(Config{Catalogue: catalogue, Classes: testClasses(t), Deadline: deadline})
}

// subject builds a record. Every value stands in a cell of its own.
type subject struct {
	rec   spec.Record
	sheet spec.SheetRef
	cells int32
	codes map[string]string
}

// newSubject is a healthy man of 36, exposed to noise for ten years, with a
// hearing test.
func newSubject() *subject {
	s := &subject{sheet: spec.SheetRef{File: "甲.xlsx", Name: "体检信息"}, codes: map[string]string{}}
	for _, e := range itemsOf() {
		if e.Class != "尿常规" {
			s.codes[e.Name] = e.Code
		}
	}
	s.rec.Key = "TJ1"
	for field, text := range map[spec.FieldID]string{
		spec.SexCode: "1", spec.IDType: "01", spec.IDCard: "130102199001010011", spec.Birthday: "1990-01-01", spec.Age: "36", spec.PeDate: "2026-03-01", spec.PeFlag: "0",
		spec.PreparerDate: "2026-03-10", spec.EmpPhone: "13900000001", spec.SmokingStatus: "1", spec.PersonalHistoryYear: "10", spec.PersonalHistoryMonth: "0", spec.DailySmokingVolum: "10",
	} {
		s.put(s.rec.At(field), text)
	}
	s.hazard("14", "1")
	s.item("双耳高频平均听阈", "18", "dB")
	return s
}

func (s *subject) put(v *spec.Value, text string) {
	s.cells++
	*v = spec.Value{Text: text, Raw: text, Place: spec.Place{Sheet: &s.sheet, Row: 2, Col: s.cells}, Cell: spec.CellText}
}

func (s *subject) hazard(code, conclusion string) *spec.Hazard {
	h := s.rec.AddHazard()
	for field, text := range map[spec.FieldID]string{spec.HazardCode: code, spec.CareTypeCode: "2", spec.ResultOptionCode: conclusion,
		spec.HazardStartDate: "2016-01-01", spec.HazardYear: "10", spec.HazardMonth: "0", spec.HazardDay: "0"} {
		s.put(h.At(field), text)
	}
	return h
}

func (s *subject) item(name, result, unit string) *spec.Item {
	it := s.rec.AddItem()
	code := s.codes[name]
	if code == "" {
		code = name
	}
	for field, text := range map[spec.FieldID]string{spec.ItemClassName: "检查", spec.ItemCode: code, spec.Result: result, spec.Unit: unit, spec.ResultFlag: "0"} {
		s.put(it.At(field), text)
	}
	return it
}

func (s *subject) set(field spec.FieldID, text string) { s.put(s.rec.At(field), text) }
