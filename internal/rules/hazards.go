package rules

import "hbupload/internal/spec"

// hazardRows are the checks that compare the rows of the hazards.
type hazardRows struct{ *scan }

func (s hazardRows) check() {
	s.twice()
	s.mainDust()
	s.differing(spec.CareTypeConsistent, spec.CareTypeCode, "监护种类不一致：", "；请"+s.c.fix(spec.CareTypeConsistent))
	s.differing(spec.MonitorTypeMixed, spec.MonitorTypeCode, "监测种类不一致：", "，请核对")
}

func (s hazardRows) required() {
	if len(s.rec.Hazards) == 0 {
		s.whole(spec.HazardRequired, "ohEmpHazard", "此人没有任何危害因素，请在危害因素表里至少填写一行", "没有危害因素")
	}
}

// twice compares each row with those before it.
func (s hazardRows) twice() {
	for i := range s.rec.Hazards {
		code := s.at(spec.HazardCode, i).text()
		for j := range i {
			if code == "" || s.at(spec.HazardCode, j).text() != code {
				continue
			}
			if s.repeats(i, j, s.c.name(spec.HazardCode, code)) {
				break
			}
		}
	}
}

// repeats reports a hazard that a row above has too, unless the two rows have one conclusion.
func (s hazardRows) repeats(i, j int, hazard string) bool {
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

func (s hazardRows) sameRow(i, j int) bool {
	a := &s.rec.Hazards[i]
	b := &s.rec.Hazards[j]
	for f := range s.c.fields {
		if s.c.fields[f].Section == spec.SectionHazard && a.At(spec.FieldID(f)).Text != b.At(spec.FieldID(f)).Text {
			return false
		}
	}
	return true
}

// mainDust checks that there are never two main dusts, and among two or more dusts
// exactly one.
func (s hazardRows) mainDust() {
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
		cause := "“" + s.c.name(spec.HazardCode, s.at(spec.HazardCode, main).text()) + "”不是粉尘，却标为主要粉尘"
		s.report(spec.MainNotDust, s.at(spec.IsMain, main), cause+"，请核对", cause)
	}
	if dusts >= 2 && !open && !mainIsDust {
		s.report(spec.MainDust, s.firstDust(), "体检的粉尘不止一种，却没有标出主要粉尘，请给其中一种填“是”", "多种粉尘没有标出主要粉尘")
	}
}

// countDusts returns the row that is marked as the main dust (-1 for none), how many
// different dusts there are, and whether some row's mark cannot be read.
func (s hazardRows) countDusts() (main, dusts int, open bool) {
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

func (s hazardRows) isDust(i int) bool { return s.c.IsDust(s.at(spec.HazardCode, i).text()) }

func (s hazardRows) firstDust() spot {
	for i := range s.rec.Hazards {
		if s.isDust(i) {
			return s.at(spec.IsMain, i)
		}
	}
	return s.at(spec.IsMain, 0)
}

// codeBefore reports whether a row above examines the same hazard.
func (s hazardRows) codeBefore(i int) bool {
	code := s.at(spec.HazardCode, i).text()
	return before(i, func(j int) bool { return s.at(spec.HazardCode, j).text() == code })
}

// rowBefore reports whether the row repeats one above, which is a finding already.
func (s hazardRows) rowBefore(i int) bool {
	return before(i, func(j int) bool { return s.sameRow(i, j) })
}

func before(i int, like func(j int) bool) bool {
	for j := range i {
		if like(j) {
			return true
		}
	}
	return false
}

// differing compares each hazard with the first that says something.
func (s hazardRows) differing(rule spec.RuleID, f spec.FieldID, what, todo string) {
	first := ""
	for i := range s.rec.Hazards {
		p := s.at(f, i)
		switch t := p.text(); {
		case t == "" || t == first:
		case first == "":
			first = t
		default:
			cause := what + "“" + s.c.name(f, first) + "”和“" + s.c.name(f, t) + "”"
			s.report(rule, p, cause+todo, cause)
		}
	}
}
