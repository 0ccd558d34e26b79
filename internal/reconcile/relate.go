package reconcile

import "strings"

// relation is how a row and a record of ours stand to each other by themselves.
type relation uint8

const (
	stranger relation = iota // another person's
	namesake                 // the number is another one, the rest may be: not settled, and not absent either
	differing
	possible
	identical
)

// related is a relation with the reason, in words for a person.
type related struct {
	relation
	why string
}

// comparison is what all the parts that a list may show say.
type comparison struct {
	number, name, date, institution, care, flag degree
}

// compare compares a row with a record of ours. one says that all of ours are one
// institution's: a list that names none is its own.
func compare(r *Row, o *Ours, one bool) comparison {
	c := comparison{number: compareNumber(r.Number, o.Number), name: compareName(r.Name, o.Name), date: compareDate(r.Date, o.Date),
		institution: compareInstitution(r, o, one), care: compareWord(r.Care, o.Care), flag: compareWord(r.Flag, o.Flag)}
	return c
}

func compareDate(shown, ours string) degree {
	switch {
	case shown == "" || ours == "":
		return unknown
	case shown == ours:
		return fully
	}
	return differs
}

func compareInstitution(r *Row, o *Ours, one bool) degree {
	if r.OrgCode == "" && r.OrgName == "" {
		if one {
			return fully
		}
		return unknown
	}
	code := compareText(r.OrgCode, o.OrgCode)
	name := compareText(r.OrgName, o.OrgName)
	switch {
	case code == differs || code == unknown && name == differs:
		return differs
	case code == fully || name == fully:
		return fully
	}
	return unknown
}

// relate says what a comparison means.
func relate(r *Row, o *Ours, one bool) related {
	if o.Bare {
		return related{possible, "体检编号相同；台账不保存姓名和证件号，用 --in 给出它的导出文件才能核对"}
	}
	c := compare(r, o, one)
	wrong := c.differing(r, o)
	open := c.open()
	switch {
	case c.number == fully && len(wrong) > 0:
		return related{differing, "证件号相符，而" + strings.Join(wrong, "、")}
	case c.number == fully && len(open) > 0:
		return related{possible, "没有出入，但" + strings.Join(open, "、")}
	case c.number == fully:
		return related{identical, ""}
	case c.number == differs:
		return mistyped(r, o, c)
	case len(wrong) > 0:
		return sameName(r, c, wrong)
	case c.name == unknown && (c.number != weakly || c.date != fully):
		return related{}
	}
	return related{possible, "姓名相符，但" + strings.Join(open, "、")}
}

// mistyped is a row with another number: somebody else, unless everything else agrees
// and the numbers nearly do. A full name on the same day may be the person under
// another paper; a masked name, or none, with nearly the number may be the person too.
func mistyped(r *Row, o *Ours, c comparison) related {
	full := whole(r.Name) && c.name == fully
	switch {
	case c.date == differs || c.name == differs:
		return related{}
	case !slip(r.Number, o.Number):
		if full && c.institution != differs {
			return related{namesake, ""}
		}
		return related{}
	case full:
		return related{differing, "姓名、日期相符，而证件号有几位不同"}
	}
	return related{namesake, ""}
}

// sameName is a row whose number says little, with a difference.
func sameName(r *Row, c comparison, wrong []string) related {
	if whole(r.Name) && c.name == fully && c.date != differs || whole(r.Name) && c.name == fully && c.number == weakly {
		return related{differing, "姓名相符，证件号看不全，而" + strings.Join(wrong, "、")}
	}
	if whole(r.Name) && c.name == fully {
		return related{differing, "姓名相符，没有证件号，而" + strings.Join(wrong, "、")}
	}
	return related{}
}

// differing names what differs beside the number.
func (c comparison) differing(r *Row, o *Ours) []string {
	var out []string
	if c.name == differs {
		out = append(out, "姓名不同")
	}
	if c.date == differs {
		out = append(out, "体检日期不同（平台 "+r.Date+"，本机 "+o.Date+"）")
	}
	if c.institution == differs {
		out = append(out, "机构不同")
	}
	if c.care == differs {
		out = append(out, "监护种类不同")
	}
	if c.flag == differs {
		out = append(out, "初复检不同")
	}
	return out
}

// open names what the list does not show, or not enough of it.
func (c comparison) open() []string {
	var out []string
	if c.number < fully {
		out = append(out, "证件号看不全，分不清是不是同一个人")
	}
	if c.name == unknown {
		out = append(out, "没有姓名")
	}
	if c.date == unknown {
		out = append(out, "没有体检日期")
	}
	if c.institution == unknown {
		out = append(out, "看不出是哪家机构的")
	}
	return out
}
