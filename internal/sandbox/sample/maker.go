package sample

import (
	"strconv"
	"strings"
	"time"

	"hbupload/internal/spec"
)

// term is an entry of a dictionary or of one of the document's own tables.
type term struct{ code, name string }

// The entries of the sample dictionaries that people of the samples have.

func prejob() term   { return term{"1", "上岗前"} }
func onjob() term    { return term{"2", "在岗期间"} }
func leaving() term  { return term{"3", "离岗时"} }
func afterJob() term { return term{"4", "离岗后"} }
func incident() term { return term{"5", "应急"} }

func normal() term    { return term{"1", "目前未见异常"} }
func recheck() term   { return term{"2", "复查"} }
func suspected() term { return term{"3", "疑似职业病"} }
func contra() term    { return term{"4", "职业禁忌证"} }
func otherFound() term {
	return term{"5", "其他疾病或异常"}
}

func routine() term { return term{"01", "常规监测"} }
func active() term  { return term{"02", "主动监测"} }

func noise() term   { return term{"2008", "噪声"} }
func silica() term  { return term{"1001", "矽尘"} }
func coal() term    { return term{"1002", "煤尘"} }
func fume() term    { return term{"1011", "电焊烟尘"} }
func benzene() term { return term{"1037", "苯"} }
func petrol() term  { return term{"1081", "汽油"} }

// maker builds one person.
type maker struct {
	c     *columns
	p     Person
	codes bool // cells show codes instead of names
	born  time.Time
	pe    time.Time
	own   int // a number that hardly anybody shares
	sex   term
	care  term
	watch term   // monitoring type
	exams []term // hazards examined, in order
	mixed []term // hazards exposed to besides
}

// newMaker begins a person with everything that has no rule of its own.
func newMaker(c *columns, key, name string, born, pe time.Time, seq int) *maker {
	const day = 24 * 60 * 60
	m := &maker{c: c, born: born, pe: pe, own: int(born.Unix()/day)%10_000 + 10_000 + seq, care: onjob(), watch: routine(), sex: term{"2", "女"}}
	if seq%2 == 1 {
		m.sex = term{"1", "男"}
	}
	m.p = Person{Key: key, Row: c.row(spec.SheetPerson, key)}
	m.set(spec.OhOrgCode, As(orgCode))
	m.set(spec.PatientName, As(name))
	m.set(spec.PeDate, On(pe))
	m.set(spec.PeFlag, Shown("初检", "0"))
	m.set(spec.IDType, Shown("居民身份证", "01"))
	m.set(spec.IDCard, As(IDCard("130102", born, seq)))
	m.set(spec.SexCode, Shown(m.sex.name, m.sex.code))
	m.set(spec.Birthday, On(born))
	m.set(spec.Age, Num(float64(ageOn(born, pe))))
	m.set(spec.EmpPhone, As("139000"+pad(seq*37%100000, 5)))
	m.set(spec.PreparerName, As(preparer))
	m.set(spec.PreparerPhone, As(preparerPhone))
	m.set(spec.PreparerDate, On(pe.AddDate(0, 0, 7)))
	m.set(spec.ReportOrgName, As(reportOrg))
	m.firm(machines())
	m.work(term{"99-001", "电焊工"})
	m.smokes(term{"4", "从不吸"}, "0", "0", "0")
	return m
}

func pad(n, width int) string {
	s := strconv.Itoa(n)
	for len(s) < width {
		s = "0" + s
	}
	return s
}

func (m *maker) set(id spec.FieldID, v Cell) { m.c.set(spec.SheetPerson, m.p.Row, id, v) }

// term shows a name or a code, as the person's cells do.
func (m *maker) term(t term) Cell {
	if m.codes {
		return As(t.code)
	}
	return Shown(t.name, t.code)
}

// firm is the employer and the place of work at once.
func (m *maker) firm(f Firm) {
	m.set(spec.EmpOrgName, As(f.Name))
	m.set(spec.EmpOrgBizCode, As(f.Code))
	m.set(spec.EmpOrgIndustry, As(f.Industry))
	m.worksAt(f)
}

func (m *maker) worksAt(f Firm) {
	m.set(spec.EmployerEnterpriseName, As(f.Name))
	m.set(spec.EmployerCreditCode, As(f.Code))
	m.set(spec.EmployerIndustry, As(f.Industry))
}

func (m *maker) work(t term) { m.set(spec.TypeOfWorkCode, m.term(t)) }

// actively puts the person under active monitoring.
func (m *maker) actively(f Firm, work term, protection term) {
	m.watch = active()
	m.firm(f)
	m.work(work)
	m.set(spec.ProtectiveEquipmentCode, m.term(protection))
}

// smokes takes numbers as decimals; "" leaves the cell to be derived as 0.
func (m *maker) smokes(status term, years, months, daily string) {
	m.set(spec.SmokingStatus, m.term(status))
	for id, text := range map[spec.FieldID]string{spec.PersonalHistoryYear: years, spec.PersonalHistoryMonth: months, spec.DailySmokingVolum: daily} {
		if text == "" {
			m.set(id, Derived("0"))
			continue
		}
		m.set(id, number(text))
	}
}

// number is a number cell; a text that is no number stays one.
func number(text string) Cell {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return As(text)
	}
	return Num(n)
}

// hazard adds an examined hazard with years, months and days of exposure that
// end on the day of the examination.
func (m *maker) hazard(t, result term, years, months, days int) []Cell {
	row := m.c.row(spec.SheetHazard, m.p.Key)
	put := func(id spec.FieldID, v Cell) { m.c.set(spec.SheetHazard, row, id, v) }
	put(spec.HazardCode, m.term(t))
	put(spec.CareTypeCode, m.term(m.care))
	put(spec.ResultOptionCode, m.term(result))
	put(spec.MonitorTypeCode, m.term(m.watch))
	if m.care.code != prejob().code {
		put(spec.HazardStartDate, On(m.pe.AddDate(-years, -months, -days-1)))
		put(spec.HazardYear, Num(float64(years)))
		put(spec.HazardMonth, Num(float64(months)))
		put(spec.HazardDay, Num(float64(days)))
	}
	m.p.Hazards = append(m.p.Hazards, row)
	m.exams = append(m.exams, t)
	return row
}

func (m *maker) put(row []Cell, id spec.FieldID, v Cell) { m.c.set(spec.SheetHazard, row, id, v) }

// exposedTo names further hazards, not examined.
func (m *maker) exposedTo(t ...term) { m.mixed = append(m.mixed, t...) }

// items adds examinations. Those that a number describes are number cells.
func (m *maker) items(groups ...[]exam) {
	for _, g := range groups {
		for _, e := range g {
			m.item(m.vary(e))
		}
	}
}

// vary gives two results of everybody values of their own within the reference
// range: people whose results are all alike would be taken for copies.
func (m *maker) vary(e exam) exam {
	switch e.code {
	case "4010400":
		e.result = strconv.Itoa(150 + m.own*13%193)
	case "4030100":
		e.result = strconv.Itoa(9 + m.own*7%41)
	}
	return e
}

func (m *maker) item(e exam) []Cell {
	row := m.c.row(spec.SheetItem, m.p.Key)
	put := func(id spec.FieldID, v Cell) { m.c.set(spec.SheetItem, row, id, v) }
	put(spec.ItemClassName, As(e.class))
	put(spec.ItemCode, m.term(term{e.code, e.name}))
	put(spec.Result, As(e.result))
	put(spec.ResultFlag, Shown("正常", "0"))
	if m.codes {
		put(spec.ResultFlag, Num(0))
	}
	if e.number {
		put(spec.Result, number(e.result))
		put(spec.LowerLimit, number(e.lower))
		put(spec.UpperLimit, number(e.upper))
		put(spec.Unit, As(e.unit))
	}
	m.p.Items = append(m.p.Items, row)
	return row
}

// film adds a chest film with its coded result (document 4.1).
func (m *maker) film(e exam, result term) []Cell {
	row := m.item(e)
	m.c.set(spec.SheetItem, row, spec.RadiographResult, m.term(result))
	return row
}

func clear4() term { return term{"0", "未见异常"} }

// done fills the lists of hazards, unless the person has set them.
func (m *maker) done() Person {
	var names, codes, shown []string
	for _, t := range m.exams {
		names = append(names, t.name)
	}
	for _, t := range append(m.exams[:len(m.exams):len(m.exams)], m.mixed...) {
		codes = append(codes, t.code)
		shown = append(shown, t.name)
	}
	if m.codes {
		shown = codes
	}
	if m.c.get(spec.SheetPerson, m.p.Row, spec.HazardNames).Text == "" {
		m.set(spec.HazardNames, Derived(strings.Join(names, ",")))
	}
	if m.c.get(spec.SheetPerson, m.p.Row, spec.ContactHazardCode).Text == "" {
		m.set(spec.ContactHazardCode, Shown(strings.Join(shown, "、"), strings.Join(codes, ",")))
	}
	return m.p
}
