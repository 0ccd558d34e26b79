package rules

import (
	"math"

	"hbupload/internal/meaning"
	"hbupload/internal/spec"
)

func hazardChecks() []rowCheck {
	return []rowCheck{
		{[]spec.RuleID{spec.SuspectedDiseaseRequired, spec.DiseaseNotAllowed, spec.UnknownCode}, (*scan).disease},
		{[]spec.RuleID{spec.OtherContentRequired, spec.OtherContentMatches}, (*scan).otherContent},
		{[]spec.RuleID{spec.PrejobSuspectedEmployer}, (*scan).prejobEmployer},
		{[]spec.RuleID{spec.USCCChecksum}, (*scan).hazardUSCC},
		{[]spec.RuleID{spec.ExposureRequired}, (*scan).exposure},
		{[]spec.RuleID{spec.DateOrder, spec.ExposureRange, spec.Fraction}, (*scan).exposureRange},
	}
}

func (s *scan) hazardRequired() {
	if len(s.rec.Hazards) == 0 {
		s.whole(spec.HazardRequired, "ohEmpHazard", "此人没有任何危害因素，请在危害因素表里至少填写一行", "没有危害因素")
	}
}

// hazardTwice compares each row with those before it.
func (s *scan) hazardTwice() {
	for i := range s.rec.Hazards {
		code := s.at(spec.HazardCode, i).text()
		for j := range i {
			if code == "" || s.at(spec.HazardCode, j).text() != code {
				continue
			}
			if s.twice(i, j, name(s.c.dicts[spec.HazardCode], code)) {
				break
			}
		}
	}
}

func (s *scan) twice(i, j int, hazard string) bool {
	if s.sameRow(i, j) {
		cause := "危害因素“" + hazard + "”的同一行出现两次"
		s.report(spec.HazardDuplicate, s.at(spec.HazardCode, i), cause+"，请删去一行", cause)
		return true
	}
	p := s.at(spec.ResultOptionCode, i)
	other := s.at(spec.ResultOptionCode, j).text()
	if p.text() == "" || other == "" || p.text() == other {
		return false
	}
	cause := "危害因素“" + hazard + "”有两个不同的结论"
	s.report(spec.HazardTwoConclusions, p, cause+"，请核对", cause)
	return true
}

func (s *scan) sameRow(i, j int) bool {
	a := &s.rec.Hazards[i]
	b := &s.rec.Hazards[j]
	for f := range s.c.fields {
		if s.c.fields[f].Section == spec.SectionHazard && a.At(spec.FieldID(f)).Text != b.At(spec.FieldID(f)).Text {
			return false
		}
	}
	return true
}

// mainDust checks that there are never two main dusts, and among two or more dusts exactly one.
func (s *scan) mainDust() {
	main, dusts, open := s.countDusts()
	for i := range s.rec.Hazards {
		p := s.at(spec.IsMain, i)
		if i != main && p.text() == spec.IsMainYes && !s.rowBefore(i) {
			s.report(spec.MainDust, p, "标了不止一个主要粉尘，只能有一个，请改为“否”", "标了不止一个主要粉尘")
		}
	}
	hasMain := main >= 0
	mainIsDust := hasMain && s.isDust(main)
	if hasMain && s.at(spec.HazardCode, main).text() != "" && !mainIsDust {
		cause := "“" + name(s.c.dicts[spec.HazardCode], s.at(spec.HazardCode, main).text()) + "”不是粉尘，却标为主要粉尘"
		s.report(spec.MainNotDust, s.at(spec.IsMain, main), cause+"，请核对", cause)
	}
	if dusts >= 2 && !open && !mainIsDust {
		s.report(spec.MainDust, s.firstDust(), "体检的粉尘不止一种，却没有标出主要粉尘，请给其中一种填“是”", "多种粉尘没有标出主要粉尘")
	}
}

// countDusts returns the row that is marked as the main dust (-1 for none), how many
// different dusts there are, and whether some row's mark cannot be read.
func (s *scan) countDusts() (main, dusts int, open bool) {
	main = -1
	for i := range s.rec.Hazards {
		p := s.at(spec.IsMain, i)
		dust := s.isDust(i)
		if dust && !s.codeBefore(i) {
			dusts++
		}
		open = open || p.v.Fault != nil
		// A dust is the main one sooner than what is no dust.
		if p.text() == spec.IsMainYes && (main < 0 || (dust && !s.isDust(main))) {
			main = i
		}
	}
	return main, dusts, open
}

func (s *scan) isDust(i int) bool { return s.c.IsDust(s.at(spec.HazardCode, i).text()) }

func (s *scan) firstDust() spot {
	for i := range s.rec.Hazards {
		if s.isDust(i) {
			return s.at(spec.IsMain, i)
		}
	}
	return s.at(spec.IsMain, 0)
}

// codeBefore reports whether a row above examines the same hazard.
func (s *scan) codeBefore(i int) bool {
	for j := range i {
		if s.at(spec.HazardCode, j).text() == s.at(spec.HazardCode, i).text() {
			return true
		}
	}
	return false
}

// rowBefore reports whether the row repeats one above, which is a finding already.
func (s *scan) rowBefore(i int) bool {
	for j := range i {
		if s.sameRow(i, j) {
			return true
		}
	}
	return false
}

// careType and monitorMixed compare each hazard with the first that says something.
func (s *scan) careType() {
	s.differing(spec.CareTypeCode, func(p spot, first string) {
		d := s.c.dicts[spec.CareTypeCode]
		cause := "监护种类不一致：“" + name(d, first) + "”和“" + name(d, p.v.Text) + "”"
		s.report(spec.CareTypeConsistent, p, cause+"；请"+s.fix(spec.CareTypeConsistent), cause)
	})
}

func (s *scan) monitorMixed() {
	s.differing(spec.MonitorTypeCode, func(p spot, first string) {
		d := s.c.dicts[spec.MonitorTypeCode]
		cause := "监测种类不一致：“" + name(d, first) + "”和“" + name(d, p.v.Text) + "”"
		s.report(spec.MonitorTypeMixed, p, cause+"，请核对", cause)
	})
}

func (s *scan) differing(f spec.FieldID, found func(p spot, first string)) {
	first := ""
	for i := range s.rec.Hazards {
		p := s.at(f, i)
		switch t := p.text(); {
		case t == "" || t == first:
		case first == "":
			first = t
		default:
			found(p, first)
		}
	}
}

// disease checks that the code belongs to a suspected disease and to nothing else.
func (s *scan) disease(i int) {
	p := s.at(spec.OccDiseaseCode, i)
	s.doubt(p)
	conclusion := s.at(spec.ResultOptionCode, i).text()
	switch {
	case isBroken(p):
		s.fault(p)
	case conclusion == "":
		s.general(p)
	case !s.c.IsSuspected(conclusion):
		if !p.empty() {
			cause := "结论为“" + name(s.c.dicts[spec.ResultOptionCode], conclusion) + "”，不可填疑似职业病"
			s.report(spec.DiseaseNotAllowed, p, cause+"，请清空或更正体检结论", cause)
		}
	case p.empty():
		s.report(spec.SuspectedDiseaseRequired, p, "结论为疑似职业病，请填写疑似职业病", "结论为疑似职业病，没有填写是哪一种职业病（“疑似职业病”列）")
	default:
		s.general(p)
	}
}

func (s *scan) otherContent(i int) {
	p := s.at(spec.OtherContent, i)
	conclusion := s.at(spec.ResultOptionCode, i).text()
	switch {
	case conclusion == "":
	case s.c.IsContraindication(conclusion) || s.c.IsOtherAbnormal(conclusion):
		if p.empty() {
			cause := "结论为“" + name(s.c.dicts[spec.ResultOptionCode], conclusion) + "”，其他疾病或异常为空"
			s.report(spec.OtherContentRequired, p, cause+"，请填写", cause)
		}
	case s.c.IsSuspected(conclusion) && p.text() != "":
		disease := s.c.DiseaseName(s.at(spec.OccDiseaseCode, i).text())
		if disease != "" && !sameName(disease, p.v.Text) {
			s.report(spec.OtherContentMatches, p, "其他疾病或异常应为疑似职业病的名称“"+disease+"”，请核对", "其他疾病或异常与疑似职业病名称不同")
		}
	}
}

func (s *scan) prejobEmployer(i int) {
	if !s.c.IsPrejob(s.at(spec.CareTypeCode, i).text()) || !s.c.IsSuspected(s.at(spec.ResultOptionCode, i).text()) {
		return
	}
	for _, f := range [...]spec.FieldID{spec.EnterpriseName, spec.EnterpriseBizCode} {
		if p := s.at(f, i); p.empty() {
			label := s.label(f)
			s.report(spec.PrejobSuspectedEmployer, p, "上岗前体检且结论为疑似职业病，“"+label+"”为空，请填写原接触单位", "上岗前疑似职业病，“"+label+"”为空")
		}
	}
}

func (s *scan) hazardUSCC(i int) { s.uscc(s.at(spec.EnterpriseBizCode, i)) }

// exposure is asked of everybody but those before their job; a care type that is
// not known yet asks nothing.
func (s *scan) exposure(i int) {
	care := s.at(spec.CareTypeCode, i).text()
	if care == "" || s.c.IsPrejob(care) {
		return
	}
	for _, f := range [...]spec.FieldID{spec.HazardStartDate, spec.HazardYear, spec.HazardMonth, spec.HazardDay} {
		if p := s.at(f, i); p.empty() {
			cause := "非上岗前体检，“" + s.label(f) + "”为空"
			todo := "，请填写（0 也要填）"
			if f == spec.HazardStartDate {
				todo = "，请填写"
			}
			s.report(spec.ExposureRequired, p, cause+todo, cause)
		}
	}
}

func (s *scan) exposureRange(i int) {
	year := s.at(spec.HazardYear, i)
	month := s.at(spec.HazardMonth, i)
	day := s.at(spec.HazardDay, i)
	years, hasYears := amount(year)
	months, hasMonths := amount(month)
	days, hasDays := amount(day)
	s.exposureParts(year, month, day)
	start := s.at(spec.HazardStartDate, i)
	from, ok := parseDay(start.text())
	if !ok {
		return
	}
	to, ok := parseDay(s.person(spec.PeDate).text())
	if !ok {
		return
	}
	if from.After(to) {
		s.report(spec.DateOrder, start, "开始接害日期晚于体检日期，请核对", "开始接害日期晚于体检日期")
		return
	}
	const tooLong = "接害工龄长于开始接害日期至体检日期的时间，请核对"
	const cause = "接害工龄长于接害日期至体检日期"
	switch {
	case hasYears && years > maxYears:
		s.report(spec.ExposureRange, year, tooLong, cause)
	case months > 11 || days > 30 || !hasYears && !hasMonths && !hasDays:
	case exceeds(from, to, int(years), int(months), int(days+(years-math.Trunc(years))*yearDays)):
		s.report(spec.ExposureRange, s.longest(year, month, day), tooLong, cause)
	}
}

// exposureParts checks years, months and days by themselves.
func (s *scan) exposureParts(year, month, day spot) {
	if n, ok := amount(year); ok && !isWhole(n) {
		s.fraction(year)
	}
	if n, ok := amount(month); ok && n > 11 {
		s.report(spec.ExposureRange, month, "接害工龄月大于 11，请核对；满 12 个月计入年", "接害工龄月大于 11")
	}
	if n, ok := amount(day); ok && n > 30 {
		s.report(spec.ExposureRange, day, "接害工龄日大于 30，请核对", "接害工龄日大于 30")
	}
}

// maxYears keeps absurd numbers out of the calendar.
const maxYears = 200

// yearDays turns a fraction of a year into days, a little short rather than long.
const yearDays = 365

// longest is the largest unit that is not zero: the cell that makes the span long.
func (s *scan) longest(parts ...spot) spot {
	for _, p := range parts {
		if n, ok := meaning.Number(p.text()); ok && n > 0 {
			return p
		}
	}
	return parts[0]
}
