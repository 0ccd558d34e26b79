package meaning

import (
	"strings"

	"hbupload/internal/dict"
	"hbupload/internal/spec"
)

// workType is what a work type's line allows.
type workType struct {
	stated           bool // MonitorType says something that is understood
	routine, active  bool
	industries       []industry
	monitor          codes // codes named by MonitorType
	monitorText, ind string
}

// classifyWork reads MonitorType and Industry of each work type once.
func (c *Classifier) classifyWork() {
	c.work = map[string]workType{}
	c.otherWork = codes{}
	c.otherWorkByName = codes{}
	change(c.otherWork, spec.OtherWorkTypes(), nil)
	for _, e := range entries(c.dicts.Dict(spec.DictTypeOfWork)) {
		c.work[e.Code] = c.readWork(e)
		if !c.otherWork[e.Code] && strings.Contains(dict.Loose(e.Name), "其他") {
			c.otherWorkByName[e.Code] = true
		}
	}
}

func (c *Classifier) readWork(e dict.Entry) workType {
	w := workType{monitor: codes{}, ind: e.Industry, industries: parseIndustries(e.Industry)}
	monitors := c.dicts.Dict(spec.DictMonitorType)
	var names []string
	for _, part := range splitAny(e.MonitorType) {
		entry, ok := monitors.ByLooseCode(part)
		if !ok {
			entry, ok = monitors.ByTrimmedZeros(part)
		}
		if !ok {
			if named := monitors.ByLoose(part); len(named) == 1 {
				entry = named[0]
				ok = true
			}
		}
		if ok {
			w.monitor[entry.Code] = true
			part = entry.Name // nobody who fills in a sheet knows what 02 is
		}
		names = append(names, part)
		w.routine = w.routine || c.routine[entry.Code] || (!ok && strings.Contains(part, "常规"))
		w.active = w.active || c.active[entry.Code] || (!ok && strings.Contains(part, "主动"))
		w.stated = w.stated || ok || w.routine || w.active
	}
	w.monitorText = strings.Join(names, "、")
	return w
}

// splitAny cuts a dictionary's own list, whose separators nobody has written down.
func splitAny(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(",，、;；/／|｜+ \u3000\t\r\n和及或", r) })
}

// WorkFitsMonitor reports whether a work type may be used for a hazardMonitorType
// code (help: 接口读法 4.1, work-type-monitor): a routine record needs a type for 常规, an
// active one any type that is not for 常规 only. Blank or not understood allows any.
func (c *Classifier) WorkFitsMonitor(work, monitorType string) bool {
	w, known := c.work[work]
	if !known || !w.stated || w.monitor[monitorType] {
		return true
	}
	switch {
	case c.routine[monitorType]:
		return w.routine
	case c.active[monitorType]:
		return w.active || !w.routine
	}
	return true
}

// WorkMonitor is the dictionary's MonitorType of a work type for messages: the names
// of the types, whether the dictionary gives codes or names; "" is for any.
func (c *Classifier) WorkMonitor(work string) string { return c.work[work].monitorText }

// WorkIndustry is the dictionary's Industry of a work type; "" is for any.
func (c *Classifier) WorkIndustry(work string) string { return c.work[work].ind }

// WorkOther reports whether a work type must be spelled out in typeOfWorkOther (Yes:
// the document's four), or only sounds so (Suspected: its name contains 其他).
func (c *Classifier) WorkOther(work string) Degree {
	switch {
	case c.otherWork[work]:
		return Yes
	case c.otherWorkByName[work]:
		return Suspected
	}
	return No
}

// Fit is the outcome of comparing two industries.
type Fit uint8

// The outcomes.
const (
	FitAny          Fit = iota // the work type is for any industry
	FitYes                     // they agree
	FitNo                      // they do not
	FitUncomparable            // one is a code and the other a name, or both are names
)

// WorkFitsIndustry compares a work type's Industry with an employer's (help: 接口读法 4.1):
// two codes fit when one is a prefix of the other after dropping a leading letter,
// two names when they are equal. Only codes can disagree: names show no hierarchy.
func (c *Classifier) WorkFitsIndustry(work, employer string) Fit {
	w := c.work[work]
	if len(w.industries) == 0 {
		return FitAny
	}
	return compareIndustries(w.industries, parseIndustries(employer))
}

// compareIndustries is FitYes if any two agree, and FitNo only if all disagree.
func compareIndustries(ours, theirs []industry) Fit {
	no := false
	uncomparable := len(theirs) == 0
	for _, a := range ours {
		for _, b := range theirs {
			switch a.compare(b) {
			case FitYes:
				return FitYes
			case FitNo:
				no = true
			default:
				uncomparable = uncomparable || !a.whole && !b.whole
			}
		}
	}
	if no && !uncomparable {
		return FitNo
	}
	return FitUncomparable
}

// industry is one industry as exports write it: a code, a name, or both.
type industry struct {
	letter byte   // the section's letter, 0 if none
	digits string // the code's digits
	name   string // the name, Loose
	whole  bool   // the whole of a list, which is only compared as a name
}

// parseIndustries reads one industry or a list of them. A name may hold a
// separator of its own, so the whole text counts as a name too.
func parseIndustries(text string) []industry {
	whole := parseIndustry(text)
	if whole == (industry{}) {
		return nil
	}
	parts := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",，、;；|｜\r\n", r) })
	if len(parts) < 2 {
		return []industry{whole}
	}
	out := []industry{{name: dict.Loose(text), whole: true}}
	for _, part := range parts {
		if one := parseIndustry(part); one != (industry{}) {
			out = append(out, one)
		}
	}
	return out
}

func parseIndustry(text string) industry {
	s := dict.Loose(text)
	var out industry
	if s != "" && s[0] >= 'a' && s[0] <= 'z' && (len(s) == 1 || s[1] >= '0' && s[1] <= '9' || s[1] >= 0x80) {
		out.letter = s[0]
		s = s[1:]
	}
	end := 0
	for end < len(s) && s[end] >= '0' && s[end] <= '9' {
		end++
	}
	out.digits = s[:end]
	out.name = strings.TrimLeft(s[end:], "-_:：.，,、")
	return out
}

func (a industry) compare(b industry) Fit {
	switch {
	case a.whole || b.whole:
		if a.name == b.name {
			return FitYes
		}
		return FitUncomparable
	case a.digits != "" && b.digits != "":
		return fit(strings.HasPrefix(a.digits, b.digits) || strings.HasPrefix(b.digits, a.digits))
	case a.letter != 0 && b.letter != 0:
		return fit(a.letter == b.letter)
	case a.name != "" && a.name == b.name:
		return FitYes
	}
	return FitUncomparable
}

func fit(yes bool) Fit {
	if yes {
		return FitYes
	}
	return FitNo
}

// IsLabourDispatch reports whether an industry is 人力资源服务 (726) or below it.
func IsLabourDispatch(text string) bool {
	for _, one := range parseIndustries(text) {
		if strings.HasPrefix(one.digits, "726") {
			return true
		}
		if one.digits == "" && namesLabour(one.name) {
			return true
		}
	}
	return false
}

// namesLabour knows 726 and its four-digit classes of GB/T 4754 by name.
func namesLabour(name string) bool {
	for _, word := range []string{"人力资源服务", "劳务派遣", "职业中介服务", "公共就业服务", "创业指导服务"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}

// SpeaksOfLabour reports whether an employer's name sounds like labour dispatch.
func SpeaksOfLabour(name string) bool {
	name = dict.Loose(name)
	for _, word := range []string{"人力资源", "劳务派遣", "劳务外包"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}
