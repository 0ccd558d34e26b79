package run

import (
	"maps"
	"slices"

	"hbupload/internal/fault"
	"hbupload/internal/nearest"
	"hbupload/internal/spec"
)

// checkAliases asks that every group of local words belongs to a dictionary or to
// a field: one that belongs to nothing would be ignored silently.
func checkAliases(aliases map[string]map[string]string) error {
	var known []string
	for _, d := range spec.Dictionaries() {
		known = append(known, d.Code)
	}
	for _, f := range spec.Fields() {
		if f.Dict != "" || f.Kind == spec.KindEnum {
			known = append(known, f.Key)
		}
	}
	for _, domain := range slices.Sorted(maps.Keys(aliases)) {
		if _, ok := spec.AliasDomain(domain); !ok {
			return fault.New(fault.Config, "配置 aliases."+domain+"：没有这个字典或字段，最接近的是 "+nearest.Name(domain, known)).
				Next("aliases 下写字典或字段的中文名（如 工种、监护种类、性别），或字典代码（如 careType、hazard、item）、字段的 JSON 键名（如 sexCode）")
		}
	}
	return nil
}
