package layout

import (
	"strconv"
	"strings"

	"golang.org/x/text/width"

	"hbupload/internal/pattern"
)

// Take is a part of a cell that everybody writes in much the same ways.
type Take string

// The parts.
const (
	TakeYear   Take = "year"            // of 12年6月
	TakeMonth  Take = "month"           // of 12年6月
	TakeDay    Take = "day"             // of 3年2月15天
	TakeYears  Take = "year_of_months"  // of 109, a number of months: 9
	TakeMonths Take = "month_of_months" // of 109: 1
	TakeFrom   Take = "from"            // of 2014-03-01至2024-05-01
	TakeTo     Take = "to"              // of 2014-03-01至2024-05-01
	TakeLower  Take = "lower"           // of 3.5-9.5, ≥60
	TakeUpper  Take = "upper"           // of 3.5-9.5, <5.2, ≤40
	TakeNumber Take = "number"          // of 6.5×10^9/L ↑; a sign stays with it
	TakeUnit   Take = "unit"            // of 6.5×10^9/L
	TakeMark   Take = "mark"            // of 6.5 ↑
)

func takes() []Take {
	return []Take{TakeYear, TakeMonth, TakeDay, TakeYears, TakeMonths, TakeFrom, TakeTo, TakeLower, TakeUpper, TakeNumber, TakeUnit, TakeMark}
}

var (
	reDuration = pattern.New(`^(?:(\d+(?:\.\d+)?)年)?零?(?:(\d+(?:\.\d+)?)个?月)?零?(?:(\d+(?:\.\d+)?)[天日])?$`)
	reMonths   = pattern.New(`^(\d{1,4})(?:个?月)?$`)
	reSpan     = pattern.New(`至今|至|到|~+|—+|–|--+`)
	reBetween  = pattern.New(`^([+-]?\d+(?:\.\d+)?)(--|-|~|—+|–|至|到)([+-]?\d+(?:\.\d+)?)(` + unitTail + `)?$`)
	reAtMost   = pattern.New(`^(?:<|<=|≤|≦|小于|不超过)([+-]?\d+(?:\.\d+)?)(` + unitTail + `)?$`)
	reAtLeast  = pattern.New(`^(?:>|>=|≥|≧|大于|不低于)([+-]?\d+(?:\.\d+)?)(` + unitTail + `)?$`)
	reMeasured = pattern.New(`^((?:<=|>=|[<>≤≥≦≧])?\s*[+-]?\d+(?:\.\d+)?)\s*([↑↓▲▼*HhLl]{1,3})?\s*(?:[×xX*]\s*)?([^\s\d.<>≤≥↑↓].*?|10[\^⁹¹²³*E]\S*)?\s*([↑↓▲▼*]{1,3})?$`)
	reParted   = pattern.New(`\d\s+[\d.]`)
	rePower    = pattern.New(`\s+10[\^*⁰¹²³⁴⁵⁶⁷⁸⁹E]\S*$`)
	reHasDigit = pattern.New(`\d`)
)

// unitTail is what may be a unit behind a range; isUnit decides.
const unitTail = `[^\d+\-~.<>].*`

// reUnit is what units are made of. It is narrow on purpose: a result in words
// that begins with a number (2年前手术, 120/80, 3x5cm) must stay as it is.
var reUnit = pattern.New(`^(?:(?:[A-WYZa-wyzμµΩ%‰℃°]|/[A-Za-zμµ])[A-Za-z0-9μµΩ%‰℃°/^*·.¹²³⁰⁴⁵⁶⁷⁸⁹×-]*|10[\^*⁰¹²³⁴⁵⁶⁷⁸⁹E]\S*|次/分|次|个|秒|岁|毫米汞柱)$`)

var reExponent = pattern.New(`^[eE]\d`)

func isUnit(s string) bool {
	s = strings.TrimPrefix(strings.TrimSpace(s), "×")
	return s == "" || reUnit.MatchString(s) && !reExponent.MatchString(s)
}

// Apply takes the part of a text. ok is false when the text is not written in
// any of the known ways; "" with ok means that it does not hold the part.
func (t Take) Apply(text string) (out string, ok bool) {
	switch t {
	case TakeYear, TakeMonth, TakeDay:
		return t.duration(text)
	case TakeYears, TakeMonths:
		return t.months(text)
	case TakeFrom, TakeTo:
		return t.span(text)
	case TakeLower, TakeUpper:
		return t.bound(text)
	case TakeNumber, TakeUnit, TakeMark:
		return t.measured(text)
	}
	return text, true
}

// compact folds the width and drops blanks, but not those of a number.
func compact(text string) string {
	return strings.Join(strings.Fields(width.Fold.String(text)), "")
}

func (t Take) duration(text string) (string, bool) {
	if reParted.MatchString(text) {
		return text, false // 1 2年 is not 12年
	}
	m := reDuration.FindStringSubmatch(compact(text))
	if m == nil || !reHasDigit.MatchString(text) && !reHasDigit.MatchString(width.Fold.String(text)) {
		return text, false
	}
	switch t {
	case TakeYear:
		return m[1], true
	case TakeMonth:
		return m[2], true
	}
	return m[3], true
}

// months takes a number of months apart, exactly; one that is written with years is
// read as it stands.
func (t Take) months(text string) (string, bool) {
	m := reMonths.FindStringSubmatch(compact(text))
	switch {
	case m == nil && t == TakeYears:
		return TakeYear.duration(text)
	case m == nil:
		return TakeMonth.duration(text)
	case reParted.MatchString(text):
		return text, false
	}
	n, _ := strconv.Atoi(m[1])
	if t == TakeYears {
		return strconv.Itoa(n / 12), true
	}
	return strconv.Itoa(n % 12), true
}

func (t Take) span(text string) (string, bool) {
	s := compact(text)
	var from, to string
	if at := reSpan.FindStringIndex(s); at != nil {
		from = s[:at[0]]
		to = s[at[1]:]
	} else if strings.Count(s, "-") == 1 && strings.ContainsAny(s, "/.") {
		from, to, _ = strings.Cut(s, "-")
	} else if strings.Count(s, "-") == 5 {
		cut := strings.Split(s, "-")
		from = strings.Join(cut[:3], "-")
		to = strings.Join(cut[3:], "-")
	} else {
		return text, false
	}
	switch {
	case from == "":
		return text, false
	case t == TakeFrom:
		return from, true
	}
	return to, true
}

// bound reads a reference range. Words such as 阴性 are no limits.
func (t Take) bound(text string) (string, bool) {
	folded := rePower.ReplaceAllString(strings.TrimSpace(width.Fold.String(text)), "") // 3.5-9.5 10^9/L
	s := strings.Trim(compact(folded), "()[]【】")
	if reParted.MatchString(folded) {
		return text, false // without its blanks 9.5 10 would be 9.510
	}
	if !reHasDigit.MatchString(s) {
		return "", true
	}
	if m := reAtMost.FindStringSubmatch(s); m != nil && isUnit(m[2]) {
		return choose(t == TakeUpper, m[1]), true
	}
	if m := reAtLeast.FindStringSubmatch(s); m != nil && isUnit(m[2]) {
		return choose(t == TakeLower, m[1]), true
	}
	m := reBetween.FindStringSubmatch(s)
	if m == nil || !isUnit(m[4]) {
		return text, false
	}
	low, _ := strconv.ParseFloat(m[1], 64)
	high, _ := strconv.ParseFloat(m[3], 64)
	// -2--1 may be from -2 to -1 or, with the double dash some write, to 1.
	if m[2] == "--" && low < -high || low > high {
		return text, false
	}
	if t == TakeLower {
		return m[1], true
	}
	return m[3], true
}

// OneSide reports whether a range has one limit and says so: <26, ≤5, >5. With strict
// the limit itself lies outside.
func OneSide(text string) (strict, ok bool) {
	s := strings.Trim(compact(rePower.ReplaceAllString(strings.TrimSpace(width.Fold.String(text)), "")), "()[]【】")
	m := reAtMost.FindStringSubmatch(s)
	if m == nil {
		m = reAtLeast.FindStringSubmatch(s)
	}
	if m == nil || !isUnit(m[2]) {
		return false, false
	}
	return strings.HasPrefix(s, "小于") || strings.HasPrefix(s, "大于") || strings.ContainsAny(s[:1], "<>") && s[1] != '=', true
}

func choose(yes bool, s string) string {
	if yes {
		return s
	}
	return ""
}

// measured takes a result apart; one in words is its own number.
func (t Take) measured(text string) (string, bool) {
	s := strings.TrimSpace(width.Fold.String(text))
	m := reMeasured.FindStringSubmatch(s)
	if m == nil || !isUnit(m[3]) {
		if t == TakeNumber {
			return text, true
		}
		return "", true
	}
	mark := m[2]
	unit := strings.TrimSpace(m[3])
	switch {
	case unit == "":
	case strings.HasPrefix(unit, "10") && strings.HasSuffix(mark, "*"):
		mark = strings.TrimSuffix(mark, "*") // 6.5*10^9/L
	case strings.ContainsAny(mark, "HhLl"):
		unit = mark + unit // 3 L/min
		mark = ""
	}
	switch t {
	case TakeNumber:
		return strings.Join(strings.Fields(m[1]), ""), true
	case TakeUnit:
		return unit, true
	}
	return mark + m[4], true
}
