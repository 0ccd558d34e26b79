package rules

import (
	"math"

	"hbupload/internal/meaning"
	"hbupload/internal/spec"
)

// hazardRow are the checks of one row of the hazards.
type hazardRow struct {
	*scan
	i int
}

func (h hazardRow) check() {
	h.disease()
	h.otherContent()
	h.prejobEmployer()
	h.uscc(h.at(spec.EnterpriseBizCode))
	h.exposure()
	h.exposureRange()
}

func (h hazardRow) at(f spec.FieldID) spot { return h.scan.at(f, h.i) }

// disease checks that the code belongs to a suspected disease and to nothing else.
func (h hazardRow) disease() {
	p := h.at(spec.OccDiseaseCode)
	h.doubt(p)
	conclusion := h.at(spec.ResultOptionCode).text()
	switch {
	case isBroken(p):
		h.fault(p)
	case conclusion == "":
		h.general(p)
	case !h.c.IsSuspected(conclusion):
		if !p.empty() {
			cause := "结论为“" + h.c.name(spec.ResultOptionCode, conclusion) + "”，不可填疑似职业病"
			h.report(spec.DiseaseNotAllowed, p, cause+"，请清空或更正体检结论", cause)
		}
	case p.empty():
		h.report(spec.SuspectedDiseaseRequired, p, "结论为疑似职业病，请填写疑似职业病", "结论为疑似职业病，没有填写是哪一种职业病（“疑似职业病”列）")
	default:
		h.general(p)
	}
}

func (h hazardRow) otherContent() {
	p := h.at(spec.OtherContent)
	conclusion := h.at(spec.ResultOptionCode).text()
	switch {
	case conclusion == "":
	case h.c.IsContraindication(conclusion) || h.c.IsOtherAbnormal(conclusion):
		if p.empty() {
			cause := "结论为“" + h.c.name(spec.ResultOptionCode, conclusion) + "”，其他疾病或异常为空"
			h.report(spec.OtherContentRequired, p, cause+"，请填写", cause)
		}
	case h.c.IsSuspected(conclusion) && p.text() != "":
		disease := h.c.DiseaseName(h.at(spec.OccDiseaseCode).text())
		if disease != "" && !sameName(disease, p.v.Text) {
			h.report(spec.OtherContentMatches, p, "其他疾病或异常应为疑似职业病的名称“"+disease+"”，请核对", "其他疾病或异常与疑似职业病名称不同")
		}
	}
}

func (h hazardRow) prejobEmployer() {
	if !h.c.IsPrejob(h.at(spec.CareTypeCode).text()) || !h.c.IsSuspected(h.at(spec.ResultOptionCode).text()) {
		return
	}
	for _, f := range [...]spec.FieldID{spec.EnterpriseName, spec.EnterpriseBizCode} {
		if p := h.at(f); p.empty() {
			label := h.label(f)
			h.report(spec.PrejobSuspectedEmployer, p, "上岗前体检且结论为疑似职业病，“"+label+"”为空，请填写原接触单位", "上岗前疑似职业病，“"+label+"”为空")
		}
	}
}

// exposure is asked of everybody but those before their job; a care type that is
// not known yet asks nothing.
func (h hazardRow) exposure() {
	care := h.at(spec.CareTypeCode).text()
	if care == "" || h.c.IsPrejob(care) {
		return
	}
	for _, f := range [...]spec.FieldID{spec.HazardStartDate, spec.HazardYear, spec.HazardMonth, spec.HazardDay} {
		if p := h.at(f); p.empty() {
			cause := "非上岗前体检，“" + h.label(f) + "”为空"
			todo := "，请填写（0 也要填）"
			if f == spec.HazardStartDate {
				todo = "，请填写"
			}
			h.report(spec.ExposureRequired, p, cause+todo, cause)
		}
	}
}

func (h hazardRow) exposureRange() {
	year := h.at(spec.HazardYear)
	month := h.at(spec.HazardMonth)
	day := h.at(spec.HazardDay)
	years, hasYears := amount(year)
	months, hasMonths := amount(month)
	days, hasDays := amount(day)
	h.exposureParts(year, month, day)
	start := h.at(spec.HazardStartDate)
	from, ok := parseDay(start.text())
	if !ok {
		return
	}
	to, ok := parseDay(h.person(spec.PeDate).text())
	if !ok {
		return
	}
	if from.After(to) {
		h.report(spec.DateOrder, start, "开始接害日期晚于体检日期，请核对", "开始接害日期晚于体检日期")
		return
	}
	const tooLong = "接害工龄长于开始接害日期至体检日期的时间，请核对"
	const cause = "接害工龄长于接害日期至体检日期"
	switch {
	case hasYears && years > maxYears:
		h.report(spec.ExposureRange, year, tooLong, cause)
	case months > 11 || days > 30 || !hasYears && !hasMonths && !hasDays:
	case exceeds(from, to, int(years), int(months), int(days+(years-math.Trunc(years))*yearDays)):
		h.report(spec.ExposureRange, longest(year, month, day), tooLong, cause)
	}
}

// exposureParts checks years, months and days by themselves.
func (h hazardRow) exposureParts(year, month, day spot) {
	if n, ok := amount(year); ok && !isWhole(n) {
		h.fraction(year)
	}
	if n, ok := amount(month); ok && n > 11 {
		h.report(spec.ExposureRange, month, "接害工龄月大于 11，请核对；满 12 个月计入年", "接害工龄月大于 11")
	}
	if n, ok := amount(day); ok && n > 30 {
		h.report(spec.ExposureRange, day, "接害工龄日大于 30，请核对", "接害工龄日大于 30")
	}
}

// maxYears keeps absurd numbers out of the calendar.
const maxYears = 200

// yearDays turns a fraction of a year into days, a little short rather than long.
const yearDays = 365

// longest is the largest unit that is not zero: the cell that makes the span long.
func longest(parts ...spot) spot {
	for _, p := range parts {
		if n, ok := meaning.Number(p.text()); ok && n > 0 {
			return p
		}
	}
	return parts[0]
}
