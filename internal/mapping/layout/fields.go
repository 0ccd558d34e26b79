package layout

import (
	"hbupload/internal/spec"
)

// names maps every way to write a field in a block of a mapping file: its key,
// its label and the document's other names.
func names(sections ...spec.Section) map[string]spec.FieldID {
	out := map[string]spec.FieldID{}
	add := func(name string, id spec.FieldID) {
		if _, taken := out[spec.HeaderKey(name)]; !taken {
			out[spec.HeaderKey(name)] = id
		}
	}
	fields := spec.Fields(sections...)
	for _, f := range fields {
		add(f.Key, f.ID)
		add(f.Label, f.ID)
	}
	for _, f := range fields {
		for _, a := range f.Aliases {
			add(a, f.ID)
		}
	}
	return out
}

func personNames() map[string]spec.FieldID {
	return names(spec.SectionPerson, spec.SectionHistory, spec.SectionHelper)
}

// part is one field that a word for several of them stands for.
type part struct {
	field spec.FieldID
	take  Take
}

// spreads are words of a mapping file that stand for several fields fed from
// one cell.
func spreads(section spec.Section) map[string][]part {
	switch section {
	case spec.SectionHazard:
		return map[string][]part{"接害工龄": {{spec.HazardYear, TakeYear}, {spec.HazardMonth, TakeMonth}, {spec.HazardDay, TakeDay}},
			"接害月数": {{spec.HazardYear, TakeYears}, {spec.HazardMonth, TakeMonths}}}
	case spec.SectionItem:
		return map[string][]part{"参考范围": {{spec.LowerLimit, TakeLower}, {spec.UpperLimit, TakeUpper}}}
	}
	return map[string][]part{"吸烟史": {{spec.PersonalHistoryYear, TakeYear}, {spec.PersonalHistoryMonth, TakeMonth}},
		"吸烟月数": {{spec.PersonalHistoryYear, TakeYears}, {spec.PersonalHistoryMonth, TakeMonths}}}
}
