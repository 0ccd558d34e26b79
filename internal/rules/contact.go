package rules

import (
	"slices"
	"strings"

	"hbupload/internal/dict"
	"hbupload/internal/meaning"
	"hbupload/internal/spec"
)

// contacts are the checks of what the person's row says of hazards, against the rows
// of the hazards.
type contacts struct{ *scan }

func (s contacts) check() {
	s.hazardNames()
	s.hazardOther()
	s.covers()
	s.contactOther()
	s.protective()
}

// hazardNames compares the export's own column, which is never sent, as a set.
func (s contacts) hazardNames() {
	p := s.person(spec.HazardNames)
	raw := p.v.Raw
	if raw == "" || p.v.Fault != nil || raw == p.v.Text || !s.hazardsKnown() {
		return
	}
	d := s.c.dicts[spec.HazardNames]
	named := func(part string) []dict.Entry {
		if e, ok := d.ByCode(part); ok {
			return []dict.Entry{e}
		}
		return d.ByLoose(part)
	}
	listed, _ := dict.Cut(raw, func(part string) bool { return len(named(part)) > 0 })
	if !s.sameHazards(listed, named) {
		s.report(spec.HazardNamesMatch, p, "体检危害因素一栏与危害因素表不一致，请核对；上传以危害因素表为准", "体检危害因素一栏与危害因素表不一致")
	}
}

func (s contacts) sameHazards(listed []string, named func(string) []dict.Entry) bool {
	met := make([]bool, len(s.rec.Hazards))
	for _, part := range listed {
		found := false
		for _, e := range named(part) {
			for i := range s.rec.Hazards {
				if s.at(spec.HazardCode, i).text() == e.Code {
					met[i] = true
					found = true
				}
			}
		}
		if !found {
			return false
		}
	}
	return !slices.Contains(met, false)
}

func (s contacts) hazardOther() {
	p := s.person(spec.HazardOther)
	if !p.empty() {
		return
	}
	codes := make([]string, 0, len(s.rec.Hazards))
	for i := range s.rec.Hazards {
		codes = append(codes, s.at(spec.HazardCode, i).text())
	}
	s.otherNamed(spec.HazardOtherRequired, p, codes, "体检的危害因素")
}

// otherNamed asks for the name of the first "其他" hazard, or warns of the first that
// only may be one.
func (s contacts) otherNamed(rule spec.RuleID, p spot, codes []string, what string) {
	cause := func(code string) string {
		return what + "含“" + s.c.name(spec.HazardCode, code) + "”，" + s.label(p.field) + "为空"
	}
	suspect := ""
	for _, code := range codes {
		switch s.c.Other(code) {
		case meaning.Yes:
			text := cause(code)
			s.report(rule, p, text+"，请写明具体名称", text)
			return
		case meaning.Suspected:
			if suspect == "" {
				suspect = code
			}
		}
	}
	if suspect != "" {
		text := cause(suspect)
		s.report(spec.HazardOtherSuspect, p, text+"；请"+s.c.fix(spec.HazardOtherSuspect), text)
	}
}

func (s contacts) covers() {
	p := s.person(spec.ContactHazardCode)
	if p.text() == "" {
		return
	}
	var missing []string
	for i := range s.rec.Hazards {
		if code := s.at(spec.HazardCode, i).text(); code != "" && !hasPart(p.v, code) {
			missing = append(missing, s.c.name(spec.HazardCode, code))
		}
	}
	// An unknown entry may be the missing one: the cell has its finding then.
	if len(missing) > 0 && s.unknownPart(p) == "" {
		cause := "接触危害因素没有包含体检的“" + strings.Join(missing, "、") + "”"
		s.report(spec.ContactCoversExamined, p, cause+"，请补上", cause)
	}
}

func (s contacts) contactOther() {
	p := s.person(spec.ContactHazardOther)
	list := s.person(spec.ContactHazardCode)
	if !p.empty() || list.text() == "" {
		return
	}
	s.otherNamed(spec.ContactOtherRequired, p, parts(list.v), "接触的危害因素")
}

func (s contacts) protective() {
	p := s.person(spec.ProtectiveEquipmentCode)
	if !p.empty() {
		return
	}
	for i := range s.rec.Hazards {
		if s.c.IsActive(s.at(spec.MonitorTypeCode, i).text()) {
			s.report(spec.ProtectiveRequired, p, "监测种类为主动监测，防护用品佩戴情况为空，请填写 1–4", "主动监测，防护用品佩戴情况为空")
			return
		}
	}
}
