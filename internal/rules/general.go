package rules

import (
	"slices"
	"strings"

	"hbupload/internal/ident"
	"hbupload/internal/meaning"
	"hbupload/internal/spec"
)

// scan is the state of one Check. The checks of the person, of a hazard, of an item
// are methods of types of their own, which embed it.
type scan struct {
	findings
	today   int // day number, 0: not known
	id      identityFacts
	it      itemView // of the current item
	excuses []spot
}

// general applies the rules that every field knows: a fault of coding, required,
// and the form of its kind. It reports whether the value may be built on.
func (s *scan) general(p spot) bool {
	s.doubt(p)
	if p.v.Fault != nil {
		s.generalFault(p)
		return false
	}
	if p.v.Text == "" {
		switch {
		case !s.c.fields[p.field].Required:
		case s.optional(p):
		case s.excused(p):
			s.excuses = append(s.excuses, p)
		default:
			s.required(p)
		}
		return false
	}
	return s.form(p)
}

// generalFault keeps to the catalogue's default but for a measured result, which
// weighs less when the item was not examined at all.
func (s *scan) generalFault(p spot) {
	otherwise := s.c.policy.defaults[p.v.Fault.Rule]
	if s.c.fields[p.field].Section == spec.SectionItem && s.it.notExamined && p.v.Fault.Rule == spec.NumericResult {
		otherwise = spec.Warning
	}
	s.faultOf(p, p.v.Fault, otherwise)
}

func (s *scan) required(p spot) {
	label := s.label(p.field)
	message := "“" + label + "”为空，请填写"
	cause := "“" + label + "”为空"
	if s.absent(p) {
		message = lacking(label) + "，请补上这一列并填写；已有此列时，请把表头改成这个写法，用映射读取的请在映射里写明取自哪一列"
		cause = lacking(label)
		if more := configurable(p.field); more != "" {
			message = lacking(label) + "，请补上这一列并填写"
			cause = cause + "，也可" + strings.TrimPrefix(more, "，或")
		}
	}
	s.report(spec.Required, p, message+configurable(p.field), cause)
}

// lacking says that the sheet has no such column.
func lacking(label string) string { return "缺少“" + label + "”列" }

// configurable names the key of the configuration that fills a field for everybody.
func configurable(f spec.FieldID) string {
	switch f {
	case spec.OhOrgCode, spec.ReportOrgName, spec.PreparerName, spec.PreparerPhone:
		return "，或在配置 institution." + f.Key() + " 里写明"
	}
	return ""
}

// unexcused asks for the blanks after all whose explanation withholds nothing: the
// configuration may have turned it into a warning, or off.
func (s *scan) unexcused(before int) {
	if len(s.excuses) == 0 || slices.ContainsFunc(s.out[before:], func(f spec.Finding) bool { return f.Severity == spec.Error }) {
		return
	}
	for _, p := range s.excuses {
		s.required(p)
	}
}

// optional reports whether a field is the one that is required of some items only.
func (s *scan) optional(p spot) bool {
	return p.field == spec.ResultFlag && (s.it.film == meaning.Yes || (s.it.code == "" && s.it.film == meaning.Suspected))
}

// excused are the blanks that another finding explains: the cause is one, and so
// is the finding.
func (s *scan) excused(p spot) bool {
	switch p.field {
	case spec.IDType, spec.SexCode, spec.Birthday:
		// They follow from a valid identity number of a known type.
		return s.id.trouble || s.id.unread
	case spec.Age:
		return s.id.trouble || s.id.unread || (s.id.citizen && (s.person(spec.Birthday).text() == "" || s.person(spec.PeDate).text() == ""))
	case spec.HazardNames:
		return !s.hazardsKnown()
	case spec.ItemClassName:
		return s.at(spec.ItemCode, p.i).text() == ""
	}
	return false
}

// form asks what the field's kind asks of a value that is there.
func (s *scan) form(p spot) bool {
	f := &s.c.fields[p.field]
	switch f.Kind {
	case spec.KindDate:
		if _, ok := dayNumber(p.v.Text); !ok {
			s.report(spec.DateFormat, p, "“"+f.Label+"”是无法识别的日期，请按 2023-01-05 的格式填写", "“"+f.Label+"”是无法识别的日期")
			return false
		}
	case spec.KindNumber:
		if n, ok := meaning.Number(p.v.Text); !ok || n < 0 || p.v.Text[0] == '-' {
			s.report(spec.NumberFormat, p, "“"+f.Label+"”应为不小于 0 的数字，请更正", "“"+f.Label+"”不是数字")
			return false
		}
	case spec.KindEnum:
		if !slices.Contains(s.c.enums[f.Enum], p.v.Text) {
			s.report(spec.Enum, p, "“"+f.Label+"”不是规范代码表里的值，可填："+spec.LegalTexts(f.Enum.Entries()), "“"+f.Label+"”不是规范代码表里的值")
			return false
		}
	case spec.KindCode:
		return s.known(p, p.v.Text)
	case spec.KindCodeList:
		return s.knownList(p)
	}
	return true
}

// nearestShown is how many entries a finding proposes.
const nearestShown = 3

func (s *scan) known(p spot, code string) bool {
	d := s.c.dicts[p.field]
	if _, ok := d.ByCode(code); ok {
		return true
	}
	label := s.label(p.field)
	var nearest []string
	for _, e := range d.Nearest(code, nearestShown) {
		nearest = append(nearest, e.String())
	}
	cause := label + "“" + code + "”不在字典"
	message := cause
	if len(nearest) > 0 {
		message += "，最接近：" + strings.Join(nearest, "、")
	}
	message += "；请" + s.c.fix(spec.UnknownCode)
	s.finding(spec.UnknownCode, p, s.c.policy.defaults[spec.UnknownCode], message, cause, nearest)
	return false
}

// knownList reports the first unknown entry: the cell is one.
func (s *scan) knownList(p spot) bool {
	unknown := s.unknownPart(p)
	return unknown == "" || s.known(p, unknown)
}

// unknownPart is the first entry of a list that its dictionary lacks, or "".
func (s *scan) unknownPart(p spot) string {
	for _, part := range parts(p.v) {
		if _, ok := s.c.dicts[p.field].ByCode(part); !ok {
			return part
		}
	}
	return ""
}

// parts are the entries of a list value.
func parts(v *spec.Value) []string {
	if len(v.Parts) > 0 || v.Text == "" {
		return v.Parts
	}
	return strings.FieldsFunc(v.Text, func(r rune) bool { return r == ',' })
}

// hasPart reports whether a list value contains a code.
func hasPart(v *spec.Value, code string) bool { return slices.Contains(parts(v), code) }

func (s *scan) uscc(p spot) {
	if p.text() == "" {
		return
	}
	if problem := ident.CheckUSCC(p.v.Text); problem != "" {
		s.report(spec.USCCChecksum, p, "“"+s.label(p.field)+"”有误："+problem.Sentence(), "“"+s.label(p.field)+"”："+problem.Sentence())
	}
}

func (s *scan) fraction(p spot) {
	label := s.label(p.field)
	s.report(spec.Fraction, p, "“"+label+"”是小数，请改成整年，余下的填在月里", "“"+label+"”是小数")
}
