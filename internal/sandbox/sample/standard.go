package sample

import (
	"strings"
	"time"

	"hbupload/internal/spec"
)

// Standard is the people of testdata/standard.xlsx: every legal variant of the
// document once, none of the illegal ones.
func Standard() []Person {
	var all []func(*maker)
	for _, group := range [][]func(*maker){careCases(), dustCases(), conclusionCases(), activeCases(), smokingCases(), formCases(), listCases(), paperCases(), itemCases()} {
		all = append(all, group...)
	}
	c := newColumns()
	out := make([]Person, 0, len(all))
	for i, fill := range all {
		born := Day(1968+i, 1+i*5%12, 1+i*11%28)
		pe := Day(2024, 3+i%9, 1+i*7%28)
		m := newMaker(c, "TJ"+pad(i+1, 4), name(i), born, pe, 101+i*3)
		fill(m)
		out = append(out, m.done())
	}
	again(c, out)
	return out
}

// name is a fictitious name: 测试 and two characters of the sixty-year cycle.
func name(i int) string {
	stems := []rune("甲乙丙丁戊己庚辛壬癸")
	branches := []rune("子丑寅卯辰巳午未申酉戌亥")
	return "测试" + string([]rune{stems[i%10], branches[i%12]})
}

// again makes the second person the re-examination of the first.
func again(c *columns, all []Person) {
	for _, id := range []spec.FieldID{spec.PatientName, spec.IDType, spec.IDCard, spec.SexCode, spec.Birthday, spec.EmpPhone} {
		c.set(spec.SheetPerson, all[1].Row, id, c.get(spec.SheetPerson, all[0].Row, id))
	}
}

// usual is an examination for noise without anything special.
func usual(m *maker) {
	m.hazard(noise(), normal(), 5, 4, 10)
	m.items(general(), hearing())
}

func careCases() []func(*maker) {
	return []func(*maker){
		func(m *maker) { // to be examined again
			m.hazard(noise(), recheck(), 6, 2, 5)
			m.items(general(), hearing())
		},
		func(m *maker) { // the re-examination; its age is left to be derived
			m.set(spec.PeFlag, Shown("复查", "1"))
			m.pe = Day(2024, 9, 20)
			m.set(spec.PeDate, On(m.pe))
			m.set(spec.PreparerDate, On(m.pe.AddDate(0, 0, 3)))
			m.set(spec.Age, Derived("56"))
			m.hazard(noise(), normal(), 6, 8, 0)
			m.items(hearing())
		},
		func(m *maker) { m.codes = true; m.rewrite(); usual(m) },
		func(m *maker) { m.care = prejob(); usual(m) },
		func(m *maker) {
			m.care = leaving()
			m.firm(mine())
			m.work(term{"99-005", "维修工"})
			m.hazard(coal(), normal(), 20, 0, 0)
			m.items(general(), lungs())
			m.film(film(), clear4())
		},
		func(m *maker) {
			m.care = afterJob()
			m.hazard(silica(), normal(), 12, 11, 29)
			m.items(general(), lungs())
			m.film(words("胸片", "20011", "胸部高千伏摄片", "双肺纹理清晰"), clear4())
		},
		func(m *maker) {
			m.care = incident()
			m.firm(chemicals())
			m.work(term{"99-006", "检验工"})
			m.hazard(term{"1047", "氯气"}, normal(), 0, 0, 1)
			m.items(general())
		},
	}
}

// rewrite shows the codes of what newMaker wrote as names.
func (m *maker) rewrite() {
	for _, id := range []spec.FieldID{spec.PeFlag, spec.IDType, spec.SexCode, spec.TypeOfWorkCode, spec.SmokingStatus} {
		m.set(id, As(m.c.get(spec.SheetPerson, m.p.Row, id).Sent))
	}
}

func dustCases() []func(*maker) {
	return []func(*maker){
		func(m *maker) {
			m.put(m.hazard(silica(), normal(), 8, 0, 0), spec.IsMain, Shown("主要", "1"))
			m.put(m.hazard(fume(), normal(), 3, 6, 0), spec.IsMain, Shown("次要", "0"))
			m.items(general(), lungs())
			m.film(film(), clear4())
		},
		func(m *maker) { // blanks beside the main dust become 0
			m.firm(cement())
			m.work(term{"99-009", "司炉工"})
			m.put(m.hazard(term{"1007", "水泥粉尘"}, normal(), 9, 1, 2), spec.IsMain, Shown("是", "1"))
			m.put(m.hazard(term{"1029", "其他粉尘"}, normal(), 9, 1, 2), spec.IsMain, Derived("0"))
			m.set(spec.HazardOther, As("矿渣粉尘"))
			m.set(spec.ContactHazardOther, As("矿渣粉尘"))
			m.items(general(), lungs())
			m.film(words("X 线摄片", "20010", "胸部正位片（DR）", "双肺未见实变影"), clear4())
		},
		func(m *maker) { // one dust alone, beside noise; 白炭黑 is a dust too
			m.firm(chemicals())
			m.work(term{"99-008", "注塑工"})
			m.hazard(term{"1013", "白炭黑"}, normal(), 2, 0, 0)
			m.hazard(noise(), normal(), 2, 0, 0)
			m.items(general(), lungs(), hearing())
			m.c.set(spec.SheetItem, m.film(film(), clear4()), spec.ResultFlag, Blank()) // a film may leave it out
		},
	}
}

func conclusionCases() []func(*maker) {
	return []func(*maker){
		func(m *maker) { // the disease's name is left to be derived
			row := m.hazard(noise(), suspected(), 15, 0, 0)
			m.put(row, spec.OccDiseaseCode, Shown("职业性噪声聋", "0401"))
			m.put(row, spec.OtherContent, Derived("职业性噪声聋"))
			m.items(general())
			abnormal(m, numeric("纯音听阈测试", "31001", "双耳高频平均听阈", "52.5", "0", "40", "dB"))
		},
		func(m *maker) {
			m.care = prejob()
			row := m.hazard(silica(), suspected(), 0, 0, 0)
			m.put(row, spec.OccDiseaseCode, Shown("矽肺", "0101"))
			m.put(row, spec.OtherContent, As("矽肺"))
			m.put(row, spec.EnterpriseName, As(mine().Name))
			m.put(row, spec.EnterpriseBizCode, As(mine().Code))
			m.items(general(), lungs())
			m.c.set(spec.SheetItem, m.film(words("X 线摄片", "20009", "后前位摄片", "双肺可见小阴影"), term{"1", "尘肺样改变"}), spec.ResultFlag, Shown("异常", "1"))
		},
		func(m *maker) {
			m.put(m.hazard(term{"2001", "高温"}, contra(), 1, 2, 3), spec.OtherContent, As("未控制的高血压"))
			m.items(general()[2:])
			abnormal(m, numeric("一般检查", "10001", "收缩压", "168", "90", "139", "mmHg"))
		},
		func(m *maker) {
			m.firm(fuel())
			m.work(term{"99-004", "加油工"})
			m.put(m.hazard(petrol(), otherFound(), 4, 4, 4), spec.OtherContent, As("收缩压:147 mmHg 收缩压偏高"))
			m.items(general()[1:])
			abnormal(m, numeric("一般检查", "10001", "收缩压", "147", "90", "139", "mmHg"))
			m.set(spec.Propose, As("建议内科随诊"))
		},
	}
}

// abnormal adds an item whose result is out of its limits.
func abnormal(m *maker, e exam) {
	m.c.set(spec.SheetItem, m.item(e), spec.ResultFlag, Shown("异常", "1"))
}

func activeCases() []func(*maker) {
	dusty := func(m *maker, t term) {
		m.hazard(t, normal(), 7, 7, 7)
		m.items(general(), lungs())
		m.film(film(), clear4())
	}
	return []func(*maker){
		func(m *maker) {
			m.actively(mine(), term{"00-01", "掘进工"}, term{"4", "经常佩戴"})
			dusty(m, coal())
		},
		func(m *maker) { // 破碎工 is borne by two industries
			m.actively(cement(), term{"00-30", "破碎工"}, term{"3", "基本佩戴"})
			dusty(m, term{"1007", "水泥粉尘"})
		},
		func(m *maker) { // 电焊工 by both monitoring types and two industries
			m.actively(machines(), term{"00-20", "电焊工"}, term{"2", "偶尔佩戴"})
			dusty(m, fume())
		},
		func(m *maker) {
			m.actively(mine(), term{"00-14", "矿山其他工"}, term{"1", "无佩戴"})
			m.set(spec.TypeOfWorkOther, As("皮带司机"))
			dusty(m, silica())
		},
	}
}

func smokingCases() []func(*maker) {
	return []func(*maker){
		func(m *maker) { m.smokes(term{"4", "从不吸"}, "", "", ""); usual(m) },
		func(m *maker) { m.smokes(term{"3", "过去吸，现在不吸"}, "10", "6", "12"); usual(m) },
		func(m *maker) { m.smokes(term{"1", "现在每天吸"}, "15", "11", "20"); usual(m) },
		func(m *maker) { m.smokes(term{"2", "现在吸，但不是每天吸"}, "3", "0", "2"); usual(m) },
	}
}

// dates writes the person's three dates in some form.
func (m *maker) dates(form func(day time.Time) Cell) {
	m.set(spec.PeDate, form(m.pe))
	m.set(spec.Birthday, form(m.born))
	m.set(spec.PreparerDate, form(m.pe.AddDate(0, 0, 7)))
	usual(m)
	m.put(m.p.Hazards[0], spec.HazardStartDate, form(m.pe.AddDate(-5, -4, -11)))
}

func formCases() []func(*maker) {
	layout := func(form string) func(*maker) {
		return func(m *maker) { m.dates(func(day time.Time) Cell { return Written(day, form) }) }
	}
	return []func(*maker){
		layout("2006/1/2"), layout("2006.1.2"), layout("20060102"), layout("2006年1月2日"),
		func(m *maker) { // with a time of day
			m.dates(func(day time.Time) Cell { d := day.Format(time.DateOnly); return Shown(d+" 08:30:00", d) })
		},
		func(m *maker) { m.dates(BareSerial) },
		func(m *maker) { // an ID card says it all
			m.set(spec.IDType, Derived("01"))
			m.set(spec.SexCode, Derived(m.sex.code))
			m.set(spec.Birthday, Derived(m.born.Format(time.DateOnly)))
			m.set(spec.Age, Derived(m.c.get(spec.SheetPerson, m.p.Row, spec.Age).Sent))
			usual(m)
		},
	}
}

func listCases() []func(*maker) {
	return []func(*maker){
		func(m *maker) { // a name with a comma inside, in a list
			m.firm(chemicals())
			m.work(term{"99-003", "喷漆工"})
			m.hazard(term{"1041", "1,2-二氯乙烷"}, normal(), 1, 0, 0)
			m.hazard(noise(), normal(), 1, 0, 0)
			m.set(spec.HazardNames, Shown("1,2-二氯乙烷、噪声", "1,2-二氯乙烷,噪声"))
			m.set(spec.ContactHazardCode, Shown("1,2-二氯乙烷、噪声", "1041,2008"))
			m.items(general(), hearing())
		},
		func(m *maker) { // separators of several kinds, hazards that are not examined
			m.firm(chemicals())
			m.work(term{"99-9999", "其他"})
			m.set(spec.TypeOfWorkOther, As("配料工"))
			m.hazard(term{"1043", "氯甲醚、双氯甲醚"}, normal(), 1, 6, 0)
			m.hazard(benzene(), normal(), 1, 6, 0)
			m.set(spec.ContactHazardCode, Shown("氯甲醚、双氯甲醚；苯；其它物理因素；铬及其化合物（三氧化铬、铬酸盐、重铬酸盐）", "1043,1037,2099,1035"))
			m.set(spec.ContactHazardOther, As("微波辐射"))
			m.items(general())
		},
	}
}

func paperCases() []func(*maker) {
	return []func(*maker){
		func(m *maker) {
			m.set(spec.IDType, Shown("护照", "03"))
			m.set(spec.IDCard, As("E00000031"))
			usual(m)
		},
		func(m *maker) { // a number that ends in X, and an item that was not done
			m.set(spec.IDType, Shown("居民户口簿", "02"))
			id := endingX(m.born)
			m.sex = term{"2", "女"}
			m.set(spec.SexCode, m.term(m.sex))
			m.set(spec.IDCard, Shown(strings.ToLower(id), id))
			usual(m)
			row := m.item(words("五官科", "10202", "左眼裸视力", "未检查"))
			m.c.set(spec.SheetItem, row, spec.ResultFlag, Shown("未检查", "3"))
		},
		func(m *maker) { // the agency employs, the works uses
			m.firm(Agency())
			m.worksAt(machines())
			m.set(spec.EmergencyContact, As("测试家属"))
			m.set(spec.EmergencyContactNumber, As("13900099999"))
			usual(m)
		},
	}
}

// endingX is a woman's number whose check digit is X.
func endingX(born time.Time) string {
	for seq := 202; ; seq += 2 {
		if id := IDCard("130102", born, seq); strings.HasSuffix(id, "X") {
			return id
		}
	}
}

func itemCases() []func(*maker) {
	lead := numeric("生物监测", "4070100", "血铅", "<0.01", "0", "2", "μmol/L")
	return []func(*maker){
		func(m *maker) { // the sign in the result
			m.hazard(term{"1031", "铅及其无机化合物"}, normal(), 2, 2, 2)
			m.items(general())
			m.symbol(lead, Shown("<0.01", "0.01"), Derived("1"))
			m.symbol(numeric("生物监测", "4070200", "尿铅", "", "0", "0.34", "μmol/L"), Shown("＜0.05", "0.05"), Derived("1"))
			m.symbol(numeric("生物监测", "4080900", "尿对氨基酚", "", "0", "5", "mg/L"), Num(0.4), Shown("=", "0"))
		},
		func(m *maker) { // the sign in its own cell, and a plain number
			m.hazard(benzene(), normal(), 3, 3, 3)
			m.exposedTo(term{"1038", "甲苯"})
			m.items(general(), glucose())
			m.symbol(numeric("生物监测", "4080200", "尿反-反粘糠酸", "", "0", "3", "mg/g"), Num(0.02), Shown("<", "1"))
			m.symbol(numeric("生物监测", "4080100", "尿酚", "", "0", "50", "mg/g"), Num(12.5), Derived("0"))
		},
	}
}

// symbol adds an item of the symbol list.
func (m *maker) symbol(e exam, result, sign Cell) {
	row := m.item(e)
	m.c.set(spec.SheetItem, row, spec.Result, result)
	m.c.set(spec.SheetItem, row, spec.DataVersion, sign)
}
