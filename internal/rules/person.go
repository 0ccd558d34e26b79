package rules

import (
	"strings"

	"hbupload/internal/ident"
	"hbupload/internal/meaning"
	"hbupload/internal/pattern"
	"hbupload/internal/spec"
)

// personRow are the checks of what the record says of the person.
type personRow struct{ *scan }

func (s personRow) check() {
	s.idcard()
	s.matchesIDCard()
	s.ageMatches()
	s.dateOrder()
	s.uscc(s.person(spec.EmpOrgBizCode))
	s.uscc(s.person(spec.EmployerCreditCode))
	s.phone()
}

// identityFacts are what is known of the person's number.
type identityFacts struct {
	citizen bool // it is a citizen's
	trouble bool // it is blank or has a finding of its own: nothing could be derived from it
	unread  bool // what it is, an unreadable cell says; nothing follows from it
	problem ident.Problem
}

// identify judges the number once.
func (s *cells) identify() (id identityFacts) {
	kind := s.person(spec.IDType)
	number := s.person(spec.IDCard)
	id.unread = kind.v.Fault != nil && looksLikeIDCard(number.text())
	switch kind.text() {
	case spec.IDTypeResident, spec.IDTypeHousehold:
		id.citizen = true
	case "":
		// A blank type counts as a citizen's when the number was plainly meant so: the slip
		// is in the number then, not in the type, which the number would have yielded.
		id.citizen = kind.v.Fault == nil && looksLikeIDCard(number.text())
	default:
		return id
	}
	if number.text() == "" || precisionLost(number.v) {
		id.trouble = true
		return id
	}
	if id.citizen {
		id.problem = ident.CheckIDCard(number.v.Text)
	}
	id.trouble = id.problem != ""
	return id
}

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

func (s personRow) idcard() {
	p := s.person(spec.IDCard)
	if p.text() == "" {
		return
	}
	if precisionLost(p.v) {
		s.report(spec.IDCardPrecisionLost, p, "证件号被存成数字，末几位已经丢失；请"+s.c.fix(spec.IDCardPrecisionLost), "证件号被存成数字，末几位丢失")
		return
	}
	if s.id.problem != "" {
		cause := s.id.problem.Sentence()
		if strings.ContainsAny(p.v.Text, "*●") {
			cause = "身份证号有几位被星号遮住，不是完整的号码"
		}
		if !strings.HasPrefix(cause, "身份证号") {
			cause = "身份证号" + cause
		}
		s.report(spec.IDCardChecksum, p, cause+"；请"+s.c.fix(spec.IDCardChecksum), cause)
	}
}

func (s personRow) matchesIDCard() {
	if s.id.trouble || !s.id.citizen {
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

func (s personRow) ageMatches() {
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

func (s personRow) dateOrder() {
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

// rePhone is a mobile number, or a landline with or without its area code and
// extension.
var rePhone = pattern.New(`^(?:(?:\+?86-?)?1[3-9][0-9]{9}|(?:\(?0[0-9]{2,3}\)?-?)?[2-9][0-9]{6,7}(?:-[0-9]{1,6})?|400-?[0-9]{3}-?[0-9]{4})$`)

// isMobile spares nearly every number the pattern.
func isMobile(s string) bool { return len(s) == 11 && s[0] == '1' && s[1] >= '3' && digits(s) }

func (s personRow) phone() {
	p := s.person(spec.EmpPhone)
	if t := p.text(); t != "" && !isMobile(t) && !rePhone.MatchString(t) {
		s.report(spec.PhoneFormat, p, "联系电话不像手机号或固定电话号码，请核对", "联系电话不像电话号码")
	}
}
