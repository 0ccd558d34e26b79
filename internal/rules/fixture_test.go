package rules

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"hbupload/internal/dict"
	"hbupload/internal/ident"
	"hbupload/internal/meaning"
	"hbupload/internal/spec"
)

// The dictionaries of these tests are invented.
func testDicts() *dict.Set {
	pulled := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	d := func(code string, entries ...dict.Entry) *dict.Dictionary { return dict.New(code, entries, pulled) }
	e := func(code, name string) dict.Entry { return dict.Entry{Code: code, Name: name} }
	return dict.NewSet(
		d(spec.DictPeType, e("1", "职业健康检查")),
		d(spec.DictCareType, e("1", "上岗前"), e("2", "在岗期间"), e("3", "离岗时"), e("5", "应急")),
		d(spec.DictHazard, e("1001", "矽尘"), e("1002", "煤尘"), e("1013", "白炭黑"), e("1029", "其他粉尘"), e("1037", "苯"), e("2008", "噪声"),
			e("3001", "1,2-二氯乙烷"), e("2099", "其它物理因素"), e("1099", "以上未提及的粉尘"), e("1101", "氟及其他无机化合物"),
			e("1038", "铅尘"), e("1014", "石棉")),
		d(spec.DictResultOption, e("1", "目前未见异常"), e("2", "疑似职业病"), e("3", "职业禁忌症"), e("4", "其它疾病或异常"), e("5", "复查")),
		d(spec.DictOccuDisease, e("0101", "矽肺"), e("0401", "职业性噪声聋")),
		d(spec.DictMonitorType, e("01", "常规监测"), e("02", "主动监测")),
		d(spec.DictTypeOfWork, testWork()...),
		d(spec.DictItem, testItems()...),
	)
}

func testWork() []dict.Entry {
	return []dict.Entry{
		{Code: "00-14", Name: "矿山其他工", MonitorType: "01"},
		{Code: "10-001", Name: "掘进工", MonitorType: "02", Industry: "B0610"},
		{Code: "10-002", Name: "采煤工", MonitorType: "主动监测", Industry: "煤炭开采"},
		{Code: "20-001", Name: "电焊工", MonitorType: "常规监测"},
		{Code: "20-002", Name: "喷漆工", MonitorType: "01,02", Industry: "C36"},
		{Code: "20-009", Name: "其它装配工", MonitorType: "01"},
		{Code: "30-001", Name: "通用工"},
	}
}

func testItems() []dict.Entry {
	i := func(class, code, name string) dict.Entry { return dict.Entry{Class: class, Code: code, Name: name} }
	all := []dict.Entry{
		i("一般检查", "10001", "收缩压"), i("内科", "10101", "内科常规检查"), i("一般检查", "10004", "体重"),
		i("X 线摄片", "20009", "后前位摄片"), i("X 线摄片", "20012", "颈椎正侧位片"), i("放射科", "20014", "胸部 CT 平扫"), i("放射科", "20010", "胸部正位片（DR）"),
		i("尿常规", "40001", "尿比重"), i("尿常规", "40002", "尿蛋白"), i("血铅", "4070100", "血铅"), i("尿铅", "4080900", "尿铅"),
		i("血常规", "50001", "白细胞计数"),
	}
	for n := range 20 {
		all = append(all, i("一般检查", fmt.Sprint(60000+n), fmt.Sprint("指标", n)))
	}
	return all
}

// testConfig is today 2026-06-01 with an items table of one line.
func testConfig() Config {
	return Config{
		Config: meaning.Config{Dicts: testDicts(), ItemsTable: map[string]meaning.ItemSpec{"50001": {Lower: "3.5", Upper: "9.5", Unit: "10⁹/L", Numeric: true}}},
		Now:    func() time.Time { return time.Date(2026, 6, 1, 23, 30, 0, 0, time.FixedZone("CST", 8*3600)) },
	}
}

func testChecker(t testing.TB) *Checker {
	t.Helper()
	c, err := New(testConfig())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// idNumber is an invented man's number, born on 1990-02-03.
func idNumber() string {
	const first = "130827199002030" + "11"
	check, _ := ident.IDCardCheckDigit(first)
	return first + string(check)
}

func uscc(first17 string) string {
	check, _ := ident.USCCCheckChar(first17)
	return first17 + string(check)
}

// put sets a value as a text cell would.
func put(v *spec.Value, text string) {
	v.Text, v.Raw, v.Fault, v.Parts = text, text, nil, nil
	v.Cell = spec.CellText
}

// goodRecord is a clean record: a man under routine surveillance who is exposed to
// silica dust and noise. Every value has its own cell.
func goodRecord() *spec.Record {
	r := &spec.Record{Key: "TJ0001"}
	for f, text := range goodPerson() {
		put(r.At(f), text)
	}
	r.At(spec.ContactHazardCode).Parts = []string{"1001", "2008"}
	addHazard(r, "1001")
	addHazard(r, "2008")
	addItem(r, "一般检查", "10001", "120", "90", "139", "mmHg", "0")
	addItem(r, "内科", "10101", "未见异常", "", "", "", "0")
	addItem(r, "X线摄片", "20009", "双肺及心膈未见异常", "", "", "", "0")
	addItem(r, "尿常规", "40001", "1.020", "", "", "g/ml", "0")
	addItem(r, "血铅", "4070100", "12", "0", "400", "μg/L", "0")
	addItem(r, "血常规", "50001", "5.2", "3.5", "9.5", "10⁹/L", "0")
	put(r.Items[2].At(spec.RadiographResult), "0")
	put(r.Items[4].At(spec.DataVersion), "0")
	setPlaces(r)
	return r
}

func goodPerson() map[spec.FieldID]string {
	return map[spec.FieldID]string{
		spec.ExamKey: "TJ0001", spec.OhOrgCode: "130827001", spec.EmpOrgName: "某某矿业有限公司", spec.EmpOrgBizCode: uscc("91130827MA085BKG1"),
		spec.PeFlag: "0", spec.PeDate: "2026-05-20", spec.PatientName: "张三", spec.IDType: "01", spec.IDCard: idNumber(),
		spec.SexCode: "1", spec.Birthday: "1990-02-03", spec.Age: "36", spec.EmpPhone: "13800138000",
		spec.HazardNames: "矽尘,噪声", spec.ContactHazardCode: "1001,2008", spec.TypeOfWorkCode: "20-001",
		spec.EmployerEnterpriseName: "某某矿业有限公司", spec.EmployerCreditCode: uscc("91130827MA085BKG1"),
		spec.PreparerName: "李四", spec.PreparerPhone: "0314-1234567", spec.PreparerDate: "2026-05-28", spec.ReportOrgName: "某某医院",
		spec.SmokingStatus: "1", spec.PersonalHistoryYear: "5", spec.PersonalHistoryMonth: "11", spec.DailySmokingVolum: "10",
	}
}

func addHazard(r *spec.Record, code string) *spec.Hazard {
	h := r.AddHazard()
	for f, text := range map[spec.FieldID]string{
		spec.HazardCode: code, spec.CareTypeCode: "2", spec.MonitorTypeCode: "01", spec.ResultOptionCode: "1",
		spec.HazardStartDate: "2020-01-15", spec.HazardYear: "6", spec.HazardMonth: "4", spec.HazardDay: "0",
	} {
		put(h.At(f), text)
	}
	return h
}

func addItem(r *spec.Record, class, code, result, lower, upper, unit, flag string) *spec.Item {
	it := r.AddItem()
	for f, text := range map[spec.FieldID]string{
		spec.ItemClassName: class, spec.ItemCode: code, spec.Result: result, spec.LowerLimit: lower, spec.UpperLimit: upper, spec.Unit: unit, spec.ResultFlag: flag,
	} {
		put(it.At(f), text)
	}
	return it
}

// setPlaces gives every value of the record the cell that the standard workbook
// would hold it in.
func setPlaces(r *spec.Record) {
	for sheet := range spec.NumSheets {
		ref := &spec.SheetRef{File: "a.xlsx", Name: sheet.String()}
		for col, f := range spec.SheetFields(sheet) {
			at := func(row int) spec.Place {
				return spec.Place{Sheet: ref, Row: int32(row), Col: int32(col + 1), Header: f.Label}
			}
			rowOf := func(row int) spec.Place { return spec.Place{Sheet: ref, Row: int32(row)} }
			switch {
			case sheet == spec.SheetPerson:
				r.At(f.ID).Place, r.Place = at(2), rowOf(2)
			case f.ID == spec.ExamKey:
			case sheet == spec.SheetHazard:
				for i := range r.Hazards {
					r.Hazards[i].At(f.ID).Place, r.Hazards[i].Place = at(2+i), rowOf(2+i)
				}
			default:
				for i := range r.Items {
					r.Items[i].At(f.ID).Place, r.Items[i].Place = at(2+i), rowOf(2+i)
				}
			}
		}
	}
	r.Group()
}

// faults writes findings as "rule path" or "rule path warning", sorted.
func faults(found []spec.Finding) []string {
	var out []string
	for _, f := range found {
		line := string(f.Rule) + " " + f.Path
		if f.Path == "" {
			line += f.Field.Key()
		}
		if f.Severity == spec.Warning {
			line += " warning"
		}
		out = append(out, strings.TrimSpace(line))
	}
	slices.Sort(out)
	return out
}

func lines(want string) []string {
	var out []string
	for _, line := range strings.Split(want, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	slices.Sort(out)
	return out
}
