package meaning

import (
	"hbupload/internal/dict"
	"hbupload/internal/spec"
)

// List is a set of dictionary entries that a rule goes by, as `rules` and `doctor`
// show it, so that a person can check it once.
type List struct {
	Name      string       // Chinese: 粉尘, 胸片 …
	Pin       string       // configuration key that adds and removes, "spec.dust_codes"
	Dict      string       // download code
	Entries   []dict.Entry // those that count
	Suspected []dict.Entry // those that may, and only warn
}

// Lists are the sets of help: 接口读法 4.3, 4.4 in the downloaded dictionaries. Numeric
// are only the items that are so before any record is read: a limit that is a
// number makes an item numeric too.
func (c *Classifier) Lists() []List {
	hazards := entries(c.dicts.Dict(spec.DictHazard))
	items := entries(c.dicts.Dict(spec.DictItem))
	return []List{
		list("粉尘", "spec.dust_codes", spec.DictHazard, hazards, func(e dict.Entry) Degree { return degree(c.dust[e.Code]) }),
		list("其他危害因素", "spec.other_codes", spec.DictHazard, hazards, func(e dict.Entry) Degree { return c.Other(e.Code) }),
		list("其他工种", "", spec.DictTypeOfWork, entries(c.dicts.Dict(spec.DictTypeOfWork)), func(e dict.Entry) Degree { return c.WorkOther(e.Code) }),
		list("胸片", "spec.radiograph_items", spec.DictItem, items, func(e dict.Entry) Degree { return c.Film(e.Code, e.Class) }),
		list("数值型项目", "spec.numeric_items", spec.DictItem, items, func(e dict.Entry) Degree { return c.Numeric(e.Code, e.Class, false, false) }),
		list("须填符号的项目", "spec.symbol_codes", spec.DictItem, items, func(e dict.Entry) Degree {
			required, doubtful := c.SymbolCode(e.Code)
			if doubtful {
				return Suspected
			}
			return degree(required)
		}),
	}
}

func degree(yes bool) Degree {
	if yes {
		return Yes
	}
	return No
}

func list(name, pin, code string, all []dict.Entry, is func(dict.Entry) Degree) List {
	l := List{Name: name, Pin: pin, Dict: code}
	for _, e := range all {
		switch is(e) {
		case Yes:
			l.Entries = append(l.Entries, e)
		case Suspected:
			l.Suspected = append(l.Suspected, e)
		}
	}
	return l
}
