package rules

import (
	"strings"

	"hbupload/internal/dict"
	"hbupload/internal/meaning"
	"hbupload/internal/spec"
)

// workType are the checks of the work type, and of who employs the person.
type workType struct {
	*scan
	kind spot // the work type
}

func (s workType) check() {
	if s.kind.text() != "" {
		s.monitor()
		s.industry()
		s.other()
	}
	s.labourDispatch()
}

// monitor holds if the work type fits one of the record's monitor types.
func (s workType) monitor() {
	p := s.kind
	refused := ""
	for i := range s.rec.Hazards {
		monitor := s.at(spec.MonitorTypeCode, i).text()
		switch {
		case monitor == "":
		case s.c.WorkFitsMonitor(p.v.Text, monitor):
			return
		default:
			refused = monitor
		}
	}
	if refused != "" {
		kind := s.c.name(spec.MonitorTypeCode, refused)
		cause := "工种“" + s.c.name(spec.TypeOfWorkCode, p.v.Text) + "”适用的监测种类是“" + s.c.WorkMonitor(p.v.Text) + "”，不能用于“" + kind + "”"
		s.report(spec.WorkTypeMonitor, p, cause+"，请"+s.c.fix(spec.WorkTypeMonitor), cause)
	}
}

// activeOnly reports whether the work type must answer for 主动监测: in a mixed
// record it may stand for the other hazards instead.
func (s workType) activeOnly(work string) bool {
	active := false
	for i := range s.rec.Hazards {
		monitor := s.at(spec.MonitorTypeCode, i).text()
		switch {
		case monitor == "":
		case s.c.IsActive(monitor):
			active = true
		case s.c.WorkFitsMonitor(work, monitor):
			return false
		}
	}
	return active
}

func (s workType) industry() {
	industry := s.person(spec.EmployerIndustry)
	work := s.kind.text()
	if industry.v.Fault != nil || s.c.WorkIndustry(work) == "" || !s.activeOnly(work) {
		return
	}
	if industry.v.Text == "" {
		s.report(spec.IndustryMissing, industry, "主动监测没有填用工单位行业代码，无法核对工种，请填写", "主动监测没有用工单位行业代码")
		return
	}
	kind := "工种“" + s.c.name(spec.TypeOfWorkCode, work) + "”适用行业“" + s.c.WorkIndustry(work) + "”，用工单位行业“" + industry.v.Text + "”"
	switch s.c.WorkFitsIndustry(work, industry.v.Text) {
	case meaning.FitNo:
		// A spreadsheet makes 610 of 0610. That is said, not assumed.
		if bare := industry.v.Text; digits(bare) && s.c.WorkFitsIndustry(work, "0"+bare) == meaning.FitYes {
			kind += "（前面的 0 可能丢了，是 0" + bare + " 吗？）"
		}
		s.report(spec.WorkTypeIndustry, s.kind, kind+"，两者不符，请"+s.c.fix(spec.WorkTypeIndustry), kind+"，不符")
	case meaning.FitUncomparable:
		s.report(spec.IndustryUncomparable, industry, kind+"，无法比较，请改填代码", kind+"，无法比较")
	}
}

func (s workType) other() {
	p := s.person(spec.TypeOfWorkOther)
	work := s.kind.text()
	degree := s.c.WorkOther(work)
	if degree == meaning.No || !p.empty() {
		return
	}
	cause := "工种为“" + s.c.name(spec.TypeOfWorkCode, work) + "”，其他工种为空"
	if degree == meaning.Yes {
		s.report(spec.WorkTypeOtherRequired, p, cause+"，请写明具体工种", cause)
		return
	}
	s.report(spec.WorkTypeOtherSuspect, p, cause+"，建议写明具体工种", cause)
}

// labourDispatch checks that a labour agency is not the place of work itself (726).
func (s workType) labourDispatch() {
	industry := s.person(spec.EmpOrgIndustry)
	org := s.person(spec.EmpOrgName)
	employer := s.person(spec.EmployerEnterpriseName)
	same := sameName(org.text(), employer.text())
	if industry.empty() {
		if same && meaning.SpeaksOfLabour(org.v.Text) {
			s.report(spec.LabourDispatchSuspect, employer, "用人单位像劳务派遣单位，用工单位却与它相同，请核对实际用工单位", "用人单位像劳务派遣单位，用工单位与它相同")
		}
		return
	}
	if !meaning.IsLabourDispatch(industry.text()) {
		return
	}
	if same {
		s.report(spec.LabourDispatchName, employer, "用人单位属人力资源服务（726），用工单位名称不能与它相同，请填写实际用工单位", "人力资源服务单位的用工单位名称与用人单位相同")
	}
	code := s.person(spec.EmployerCreditCode)
	if own := s.person(spec.EmpOrgBizCode).text(); own != "" && strings.EqualFold(own, code.text()) {
		s.report(spec.LabourDispatchCode, code, "用人单位属人力资源服务（726），用工单位统一社会信用代码不能与它相同，请填写实际用工单位的代码", "人力资源服务单位的用工单位代码与用人单位相同")
	}
}

func sameName(a, b string) bool {
	if a == "" || b == "" {
		return false
	}
	return a == b || dict.Loose(a) == dict.Loose(b)
}
