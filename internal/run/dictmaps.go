package run

import (
	"context"
	"fmt"
	"slices"

	"hbupload/internal/config"
	"hbupload/internal/dict"
	"hbupload/internal/mapping/layout"
	"hbupload/internal/spec"
)

// BrokenMappings lists what the available mappings say that the dictionaries no
// longer know. A mapping that cannot be read is map check's business.
func BrokenMappings(env *Env, cfg *config.Config, set *dict.Set) []string {
	var out []string
	for _, path := range mappingFiles(env, "-") {
		l, err := ReadMapping(context.Background(), path, set)
		if err != nil {
			continue
		}
		for _, w := range mappingWords(l) {
			d := set.Dict(w.dict)
			if d == nil || w.text == "" || w.text == layout.Skip {
				continue
			}
			// A word may be a list; what aliases say is looked at by itself.
			_, ways := dict.Cut(w.text, func(part string) bool {
				_, ok := d.ByCode(part)
				return ok || len(d.ByLoose(part)) > 0 || isAlias(cfg, w.dict, part)
			})
			if ways == 0 {
				line := ""
				if !IsMappingBook(path) {
					line = fmt.Sprintf(" 第 %d 行", w.line)
				}
				out = append(out, fmt.Sprintf("映射 %s%s：字典“%s”里没有“%s”", path, line, dict.LabelOf(w.dict), w.text))
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// isAlias reports whether the configuration translates a word for a dictionary.
func isAlias(cfg *config.Config, code, word string) bool {
	for domain, words := range cfg.Aliases {
		if dictOf(domain) != code {
			continue
		}
		for local := range words {
			if spec.HeaderKey(local) == spec.HeaderKey(word) {
				return true
			}
		}
	}
	return false
}

// mappingWord is a word of a mapping that a dictionary must know.
type mappingWord struct {
	dict, text string
	line       int
}

// mappingWords are the constants, defaults and translated words of a mapping.
func mappingWords(l *layout.Layout) []mappingWord {
	var out []mappingWord
	table := func(name string, t *layout.Table) {
		if t == nil {
			return
		}
		for _, w := range t.Words {
			out = append(out, mappingWord{name, w.Text, w.Line})
		}
	}
	rules := func(all []*layout.Rule) {
		for _, r := range all {
			name := r.Field.Field().Dict
			if name == "" {
				continue
			}
			for _, c := range r.Cases {
				out = append(out, mappingWord{name, c.Constant, c.Line}, mappingWord{name, c.Default, c.Line})
				table(name, c.Values)
			}
		}
	}
	for _, s := range l.Sheets {
		rules(s.Person)
		rules(s.EveryHazard)
		for _, g := range slices.Concat(s.Hazards, s.Items) {
			rules(g.Rules)
		}
		for _, g := range s.Items {
			table(spec.DictItem, g.Names)
		}
	}
	return out
}
