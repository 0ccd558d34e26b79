package rules

import (
	"slices"
	"strings"

	"hbupload/internal/fault"
	"hbupload/internal/nearest"
	"hbupload/internal/spec"
)

// fieldRule is a rule at one field.
type fieldRule struct {
	rule  spec.RuleID
	field spec.FieldID
}

// Policy is the severity of every rule, for everybody and for single fields. It
// does not change once built.
type Policy struct {
	strict   bool
	defaults map[spec.RuleID]spec.Severity
	rules    map[spec.RuleID]spec.Severity
	fields   map[fieldRule]spec.Severity
}

// NewPolicy reads the configuration's `rules:`, whose keys are `<rule-id>` or
// `<rule-id>.<field>` in any case; the field is a JSON key or a path without
// indexes, and the longest key wins. strict makes every warning but those of medical sense an error. Rules of
// class (c) cannot be set below error (item-duplicate not below warning, damaged-text
// of a single field that holds no name as one likes). Errors are of kind "config".
func NewPolicy(config map[string]string, strict bool) (*Policy, error) {
	p := &Policy{strict: strict, defaults: map[spec.RuleID]spec.Severity{}, rules: map[spec.RuleID]spec.Severity{}, fields: map[fieldRule]spec.Severity{}}
	guarded := map[spec.RuleID]bool{}
	for _, r := range Catalogue() {
		p.defaults[r.ID] = r.Severity
		guarded[r.ID] = r.Class == ClassIdentity
	}
	keys := make([]string, 0, len(config))
	for key := range config {
		keys = append(keys, key)
	}
	// Shorter spellings first, so that of two for one field the longest wins, and
	// always the same error comes out.
	slices.SortFunc(keys, func(a, b string) int {
		if len(a) != len(b) {
			return len(a) - len(b)
		}
		return strings.Compare(a, b)
	})
	for _, key := range keys {
		if err := p.set(key, config[key], guarded); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func (p *Policy) set(key, value string, guarded map[spec.RuleID]bool) error {
	folded := strings.ToLower(strings.TrimSpace(key))
	name, fieldName, hasField := strings.Cut(folded, ".")
	rule := spec.RuleID(name)
	if _, known := p.defaults[rule]; !known {
		return unknownName("rules."+key, "没有规则", name, ruleNames(), "运行 hbupload rules 查看全部规则")
	}
	severity := spec.Severity(strings.ToLower(strings.TrimSpace(value)))
	if severity != spec.Error && severity != spec.Warning && severity != spec.Off {
		return unknownName("rules."+key, "没有级别", string(severity), []string{"error", "warning", "off"}, "级别只能是 error、warning 或 off")
	}
	field := spec.NoField
	if hasField {
		var ok bool
		if field, ok = fieldNames()[fieldName]; !ok {
			return unknownName("rules."+key, "没有字段", fieldName, fieldKeys(), "字段写 JSON 键名，如 required.empPhone")
		}
	}
	if guarded[rule] && severity != spec.Error && !lowered(rule, field, severity) {
		return tooLow(key, name)
	}
	if !hasField {
		p.rules[rule] = severity
		return nil
	}
	if field == spec.TypeOfWorkCode && (rule == spec.IndustryMissing || rule == spec.IndustryUncomparable) {
		field = spec.EmployerIndustry // help: 接口读法 4.1 lists them under the work type; their cell is the helper's
	}
	p.fields[fieldRule{rule, field}] = severity
	return nil
}

// lowered reports whether a rule of class (c) may weigh less than an error: two
// results of one item may both be sent, in order; damage to a free text changes no
// person.
func lowered(rule spec.RuleID, field spec.FieldID, severity spec.Severity) bool {
	switch rule {
	case spec.ItemDuplicate:
		return severity == spec.Warning
	case spec.DamagedText:
		return field == spec.Propose || field == spec.OtherContent || field == spec.Result || field == spec.Unit
	}
	return false
}

func tooLow(key, rule string) error {
	return fault.New(fault.Config, "配置 rules."+key+"：规则 "+rule+" 保护个人身份和数据完整，不能对所有人降级或关闭").
		Next("删去这一行；个别记录请逐条处理（hbupload resolve）")
}

// Severity is what a finding of the rule at the field weighs; field may be NoField.
func (p *Policy) Severity(rule spec.RuleID, field spec.FieldID) spec.Severity {
	return p.severity(rule, field, p.defaults[rule])
}

// severity lets a configured severity win over the default of the circumstances.
func (p *Policy) severity(rule spec.RuleID, field spec.FieldID, otherwise spec.Severity) spec.Severity {
	s, set := p.fields[fieldRule{rule, field}]
	if !set {
		s, set = p.rules[rule]
	}
	if !set {
		s = otherwise
	}
	if p.strict && s == spec.Warning && !rule.Sense() {
		return spec.Error
	}
	return s
}

// Softened reports whether an error of the rule is a warning that only strictness
// makes one.
func (p *Policy) Softened(rule spec.RuleID, field spec.FieldID) bool {
	if !p.strict {
		return false
	}
	lenient := *p
	lenient.strict = false
	return lenient.Severity(rule, field) == spec.Warning
}

// Strict reports whether warnings withhold a record.
func (p *Policy) Strict() bool { return p.strict }

func ruleNames() []string {
	var names []string
	for _, r := range Catalogue() {
		names = append(names, string(r.ID))
	}
	return names
}

// fieldNames maps the ways to name a field, in small letters, to it: its key, and
// its path without indexes.
func fieldNames() map[string]spec.FieldID {
	names := map[string]spec.FieldID{}
	for _, f := range spec.Fields() {
		key := strings.ToLower(f.Key)
		names[key] = f.ID
		names["ohemployees."+key] = f.ID
		switch f.Section {
		case spec.SectionHistory:
			names["personalhistory."+key] = f.ID
		case spec.SectionHazard:
			names["ohemphazard."+key] = f.ID
		case spec.SectionItem:
			names["ohitemclassresult."+key] = f.ID
			names["ohitemresult."+key] = f.ID
			names["ohitemclassresult.ohitemresult."+key] = f.ID
		}
	}
	return names
}

func fieldKeys() []string {
	var keys []string
	for _, f := range spec.Fields() {
		keys = append(keys, f.Key)
	}
	return keys
}

func unknownName(where, what, name string, known []string, fix string) error {
	return fault.New(fault.Config, "配置 "+where+"："+what+"“"+name+"”，最接近的是 "+nearest.Name(name, known)).Next(fix)
}
