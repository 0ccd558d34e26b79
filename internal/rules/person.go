package rules

import (
	"strings"

	"hbupload/internal/dict"
	"hbupload/internal/ident"
	"hbupload/internal/meaning"
	"hbupload/internal/pattern"
	"hbupload/internal/spec"
)

func personChecks() []personCheck {
	return []personCheck{
		{[]spec.RuleID{spec.IDCardPrecisionLost, spec.IDCardChecksum}, (*scan).idcard},
		{[]spec.RuleID{spec.SexMatchesIDCard, spec.BirthdayMatchesIDCard}, (*scan).matchesIDCard},
		{[]spec.RuleID{spec.AgeMatchesDates}, (*scan).ageMatches},
		{[]spec.RuleID{spec.DateOrder}, (*scan).dateOrder},
		{[]spec.RuleID{spec.USCCChecksum}, (*scan).personUSCC},
		{[]spec.RuleID{spec.PhoneFormat}, (*scan).phone},
		{[]spec.RuleID{spec.HazardNamesMatch}, (*scan).hazardNames},
		{[]spec.RuleID{spec.HazardOtherRequired, spec.HazardOtherSuspect}, (*scan).hazardOther},
		{[]spec.RuleID{spec.ContactCoversExamined}, (*scan).contactCovers},
		{[]spec.RuleID{spec.ContactOtherRequired, spec.HazardOtherSuspect}, (*scan).contactOther},
		{[]spec.RuleID{spec.ProtectiveRequired}, (*scan).protective},
		{[]spec.RuleID{spec.WorkTypeMonitor}, (*scan).workMonitor},
		{[]spec.RuleID{spec.WorkTypeIndustry, spec.IndustryUncomparable, spec.IndustryMissing}, (*scan).workIndustry},
		{[]spec.RuleID{spec.WorkTypeOtherRequired, spec.WorkTypeOtherSuspect}, (*scan).workOther},
		{[]spec.RuleID{spec.LabourDispatchName, spec.LabourDispatchCode, spec.LabourDispatchSuspect}, (*scan).labourDispatch},
		{[]spec.RuleID{spec.Required, spec.NumberFormat, spec.SmokingMonthRange}, (*scan).smokingMonth},
		{[]spec.RuleID{spec.SmokingConsistent, spec.Fraction}, (*scan).smoking},
		{[]spec.RuleID{spec.HazardRequired}, (*scan).hazardRequired},
		{[]spec.RuleID{spec.ItemRequired}, (*scan).itemRequired},
		{[]spec.RuleID{spec.HazardDuplicate, spec.HazardTwoConclusions}, (*scan).hazardTwice},
		{[]spec.RuleID{spec.MainDust, spec.MainNotDust}, (*scan).mainDust},
		{[]spec.RuleID{spec.CareTypeConsistent}, (*scan).careType},
		{[]spec.RuleID{spec.MonitorTypeMixed}, (*scan).monitorMixed},
		{[]spec.RuleID{spec.ItemDuplicate, spec.ItemRepeated}, (*scan).itemTwice},
	}
}

// person is the value of a field of the person.
func (s *scan) person(f spec.FieldID) spot { return spot{s.rec.At(f), f, -1} }

// reExponent is a number that a spreadsheet program has shortened.
var reExponent = pattern.New(`^[0-9](\.[0-9]+)?[Ee]\+?[0-9]+$`)

// precisionLost decides by the cell, before any checksum: one mangled number in
// eleven passes that (help: 接口读法 4.1).
func precisionLost(v *spec.Value) bool {
	if v.Cell == spec.CellNumber || v.Cell == spec.CellDate {
		if n := len(v.Text); n >= 16 && n <= 18 && digits(v.Text) {
			return true
		}
	}
	return strings.ContainsAny(v.Text, "Ee") && reExponent.MatchString(v.Text)
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// byIDCard reports whether the number is a citizen's. A blank type counts as one when
// the number was plainly meant so: the slip is in the number then, not in the type,
// which the number would have yielded.
func (s *scan) byIDCard() bool {
	p := s.person(spec.IDType)
	switch p.text() {
	case spec.IDTypeResident, spec.IDTypeHousehold:
		return true
	case "":
		return p.v.Fault == nil && looksLikeIDCard(s.person(spec.IDCard).text())
	}
	return false
}

// looksLikeIDCard takes a slip for a citizen's number: a digit too few or too many, a
// character that is no digit, digits under stars. No other document's number has as
// many digits. One that begins with 9 is a foreigner's (外国人永久居留身份证).
func looksLikeIDCard(number string) bool {
	if ident.OfForeigner(number) && ident.CheckIDCard(number) == "" {
		return false
	}
	var count, stars int
	for _, r := range number {
		switch {
		case r >= '0' && r <= '9':
			count++
		case r == '*' || r == '＊' || r == '●' || r == '×':
			stars++
		}
	}
	const few, many = 15, 19 // one too few of the old form, one too many of the new
	return count >= few-2 || (count > 0 && count+stars >= few && count+stars <= many)
}

// identityTrouble judges the identity number once; it reports whether the identity number is blank or has a finding of
// its own, so that nothing could be derived from it.
func (s *scan) identityTrouble() bool {
	p := s.person(spec.IDCard)
	kind := s.person(spec.IDType).text()
	if kind != "" && kind != spec.IDTypeResident && kind != spec.IDTypeHousehold {
		return false
	}
	if p.text() == "" || precisionLost(p.v) {
		return true
	}
	if s.byIDCard() {
		s.problem = ident.CheckIDCard(p.v.Text)
	}
	return s.problem != ""
}

func (s *scan) idcard() {
	p := s.person(spec.IDCard)
	if p.text() == "" {
		return
	}
	if precisionLost(p.v) {
		s.report(spec.IDCardPrecisionLost, p, "证件号被存成数字，末几位已经丢失；请"+s.fix(spec.IDCardPrecisionLost), "证件号被存成数字，末几位丢失")
		return
	}
	if s.problem != "" {
		cause := s.problem.Sentence()
		if strings.ContainsAny(p.v.Text, "*●") {
			cause = "身份证号有几位被星号遮住，不是完整的号码"
		}
		if !strings.HasPrefix(cause, "身份证号") {
			cause = "身份证号" + cause
		}
		s.report(spec.IDCardChecksum, p, cause+"；请"+s.fix(spec.IDCardChecksum), cause)
	}
}

func (s *scan) matchesIDCard() {
	if s.trouble || !s.byIDCard() {
		return
	}
	number := s.person(spec.IDCard).text()
	if p := s.person(spec.SexCode); p.text() != "" {
		if sex, ok := ident.SexOf(number); ok && sex != p.v.Text && (p.v.Text == spec.SexMale || p.v.Text == spec.SexFemale) {
			s.report(spec.SexMatchesIDCard, p, "性别与身份证号第 17 位不符，请核对", "性别与身份证号不符")
		}
	}
	if p := s.person(spec.Birthday); p.text() != "" {
		if day, ok := ident.BirthdayOf(number); ok && day != p.v.Text && isDay(p) {
			s.report(spec.BirthdayMatchesIDCard, p, "出生日期与身份证号第 7 至 14 位不符，请核对", "出生日期与身份证号不符")
		}
	}
}

func isDay(p spot) bool { _, ok := dayNumber(p.text()); return ok }

func (s *scan) ageMatches() {
	p := s.person(spec.Age)
	age, ok := meaning.Number(p.text())
	if !ok || age < 0 {
		return
	}
	years, ok := ident.AgeAt(s.person(spec.Birthday).text(), s.person(spec.PeDate).text())
	if ok && age != float64(years) {
		s.report(spec.AgeMatchesDates, p, "年龄不等于出生日期到体检日期的周岁，请核对或留空由程序计算", "年龄与出生日期、体检日期不符")
	}
}

func (s *scan) dateOrder() {
	exam := s.person(spec.PeDate)
	day, ok := dayNumber(exam.text())
	if !ok {
		return
	}
	birth, born := dayNumber(s.person(spec.Birthday).text())
	switch {
	case s.today != 0 && day > s.today:
		s.report(spec.DateOrder, exam, "体检日期在今天之后，请核对", "体检日期在今天之后")
	case born && day < birth:
		s.report(spec.DateOrder, exam, "体检日期早于出生日期，请核对", "体检日期早于出生日期")
	}
	report := s.person(spec.PreparerDate)
	if issued, ok := dayNumber(report.text()); ok && issued < day {
		s.report(spec.DateOrder, report, "报告出具日期早于体检日期，请核对", "报告出具日期早于体检日期")
	}
}

func (s *scan) personUSCC() {
	s.uscc(s.person(spec.EmpOrgBizCode))
	s.uscc(s.person(spec.EmployerCreditCode))
}

func (s *scan) uscc(p spot) {
	if p.text() == "" {
		return
	}
	if problem := ident.CheckUSCC(p.v.Text); problem != "" {
		s.report(spec.USCCChecksum, p, "“"+s.label(p.field)+"”有误："+problem.Sentence(), "“"+s.label(p.field)+"”："+problem.Sentence())
	}
}

// rePhone is a mobile number, or a landline with or without its area code and
// extension.
var rePhone = pattern.New(`^(?:(?:\+?86-?)?1[3-9][0-9]{9}|(?:\(?0[0-9]{2,3}\)?-?)?[2-9][0-9]{6,7}(?:-[0-9]{1,6})?|400-?[0-9]{3}-?[0-9]{4})$`)

// isMobile spares nearly every number the pattern.
func isMobile(s string) bool { return len(s) == 11 && s[0] == '1' && s[1] >= '3' && digits(s) }

func (s *scan) phone() {
	p := s.person(spec.EmpPhone)
	if t := p.text(); t != "" && !isMobile(t) && !rePhone.MatchString(t) {
		s.report(spec.PhoneFormat, p, "联系电话不像手机号或固定电话号码，请核对", "联系电话不像电话号码")
	}
}

// hazardNames compares the export's own column, which is never sent, as a set.
func (s *scan) hazardNames() {
	p := s.person(spec.HazardNames)
	raw := p.v.Raw
	if raw == "" || p.v.Fault != nil || raw == p.v.Text || !s.hazardsKnown() {
		return
	}
	d := s.c.dicts[spec.HazardNames]
	named := func(part string) []dict.Entry {
		if e, ok := d.ByCode(part); ok {
			return []dict.Entry{e}
		}
		return d.ByLoose(part)
	}
	listed, _ := dict.Cut(raw, func(part string) bool { return len(named(part)) > 0 })
	if !s.sameHazards(listed, named) {
		s.report(spec.HazardNamesMatch, p, "体检危害因素一栏与危害因素表不一致，请核对；上传以危害因素表为准", "体检危害因素一栏与危害因素表不一致")
	}
}

func (s *scan) sameHazards(listed []string, named func(string) []dict.Entry) bool {
	met := make([]bool, len(s.rec.Hazards))
	for _, part := range listed {
		found := false
		for _, e := range named(part) {
			for i := range s.rec.Hazards {
				if s.at(spec.HazardCode, i).text() == e.Code {
					met[i] = true
					found = true
				}
			}
		}
		if !found {
			return false
		}
	}
	for _, m := range met {
		if !m {
			return false
		}
	}
	return true
}

func (s *scan) hazardOther() {
	p := s.person(spec.HazardOther)
	if !p.empty() {
		return
	}
	codes := make([]string, 0, len(s.rec.Hazards))
	for i := range s.rec.Hazards {
		codes = append(codes, s.at(spec.HazardCode, i).text())
	}
	s.otherNamed(spec.HazardOtherRequired, p, codes, "体检的危害因素")
}

// otherNamed asks for the name of the first "其他" hazard, or warns of the first that
// only may be one.
func (s *scan) otherNamed(rule spec.RuleID, p spot, codes []string, what string) {
	cause := func(code string) string {
		return what + "含“" + name(s.c.dicts[spec.HazardCode], code) + "”，" + s.label(p.field) + "为空"
	}
	suspect := ""
	for _, code := range codes {
		switch s.c.Other(code) {
		case meaning.Yes:
			text := cause(code)
			s.report(rule, p, text+"，请写明具体名称", text)
			return
		case meaning.Suspected:
			if suspect == "" {
				suspect = code
			}
		}
	}
	if suspect != "" {
		text := cause(suspect)
		s.report(spec.HazardOtherSuspect, p, text+"；请"+s.fix(spec.HazardOtherSuspect), text)
	}
}

func (s *scan) contactCovers() {
	p := s.person(spec.ContactHazardCode)
	if p.text() == "" {
		return
	}
	var missing []string
	for i := range s.rec.Hazards {
		if code := s.at(spec.HazardCode, i).text(); code != "" && !hasPart(p.v, code) {
			missing = append(missing, name(s.c.dicts[spec.HazardCode], code))
		}
	}
	// An unknown entry may be the missing one: the cell has its finding then.
	if len(missing) > 0 && s.unknownPart(p) == "" {
		cause := "接触危害因素没有包含体检的“" + strings.Join(missing, "、") + "”"
		s.report(spec.ContactCoversExamined, p, cause+"，请补上", cause)
	}
}

func (s *scan) contactOther() {
	p := s.person(spec.ContactHazardOther)
	list := s.person(spec.ContactHazardCode)
	if !p.empty() || list.text() == "" {
		return
	}
	s.otherNamed(spec.ContactOtherRequired, p, parts(list.v), "接触的危害因素")
}

func (s *scan) protective() {
	p := s.person(spec.ProtectiveEquipmentCode)
	if !p.empty() {
		return
	}
	for i := range s.rec.Hazards {
		if s.c.IsActive(s.at(spec.MonitorTypeCode, i).text()) {
			s.report(spec.ProtectiveRequired, p, "监测种类为主动监测，防护用品佩戴情况为空，请填写 1–4", "主动监测，防护用品佩戴情况为空")
			return
		}
	}
}
