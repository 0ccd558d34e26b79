package rules

import (
	"math"

	"hbupload/internal/meaning"
	"hbupload/internal/spec"
)

// smoking are the checks of what the person smoked.
type smoking struct{ *scan }

func (s smoking) check() {
	s.month()
	s.history()
}

// month has its own rule for everything but a blank: whole, 0 to 11.
func (s smoking) month() {
	p := s.person(spec.PersonalHistoryMonth)
	s.doubt(p)
	switch {
	case isBroken(p):
		s.fault(p)
		return
	case p.empty():
		s.required(p)
		return
	case p.v.Fault == nil && isWholeUpTo(p.v.Text, 11):
		return
	}
	s.report(spec.SmokingMonthRange, p, "吸烟史月须为 0–11 的整数，请更正；满 12 个月计入年", "吸烟史月不是 0–11 的整数")
}

// isWholeUpTo takes 11 and 11.0 as the same number.
func isWholeUpTo(s string, limit int) bool {
	n, ok := meaning.Number(s)
	return ok && s[0] != '-' && isWhole(n) && n <= float64(limit)
}

// amount is a field's number; ok is false for a blank, a fault, or what
// number-format refuses.
func amount(p spot) (float64, bool) {
	n, ok := meaning.Number(p.text())
	return n, ok && p.v.Text[0] != '-'
}

func isWhole(n float64) bool { return n == math.Trunc(n) }

func (s smoking) history() {
	year, hasYear := amount(s.person(spec.PersonalHistoryYear))
	month, hasMonth := amount(s.person(spec.PersonalHistoryMonth))
	daily, hasDaily := amount(s.person(spec.DailySmokingVolum))
	if hasYear && !isWhole(year) {
		s.fraction(s.person(spec.PersonalHistoryYear))
	}
	status := s.person(spec.SmokingStatus)
	switch status.text() {
	case spec.SmokingNever:
		if year > 0 || month > 0 || daily > 0 {
			s.report(spec.SmokingConsistent, status, "吸烟情况为从不吸，吸烟史或每天吸烟量却大于 0，请核对", "从不吸，却有吸烟史")
		}
	case "1": // 现在每天吸 (4.3)
		if (hasYear && hasMonth && year == 0 && month == 0) || (hasDaily && daily == 0) {
			s.report(spec.SmokingConsistent, status, "吸烟情况为现在每天吸，吸烟史或每天吸烟量却为 0，请核对", "每天吸烟，却没有吸烟史")
		}
	}
}
