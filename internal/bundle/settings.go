package bundle

import (
	"strings"

	"hbupload/internal/config"
	"hbupload/internal/dict"
	"hbupload/internal/fault"
	"hbupload/internal/rules"
	"hbupload/internal/spec"
)

// New begins a bundle.
func New(p Origin) *Facts {
	return &Facts{Format: 1, Made: p.Now.UTC(), Program: Program{
		Version: version(p.Version), Commit: hash(p.Commit), Interface: one(p.Interface, "V3.8"),
		Go: version(p.Go), System: one(p.System, "windows", "linux", "darwin", "freebsd"), Machine: one(p.Machine, "386", "amd64", "arm64", "loong64"),
	}, Checks: []Check{}, Settings: []Setting{}, Rules: []Rule{}, Aliases: map[Word]int{}, Dictionaries: []Dictionary{}, Exports: []Export{}, Problems: []Problem{}}
}

// checks are the names of doctor's checks.
func checks() []string {
	return []string{"version", "environment", "configuration", "dictionaries", "pins", "rules", "meanings", "lists", "symbol-codes",
		"data-folder", "disk", "disk-kind", "disk-space", "ledger-standing", "ledger", "journal", "in-doubt", "undelivered",
		"proxy", "address", "tls", "clock", "credentials", "download", "protocol", "dictionary-changed"}
}

// AddCheck takes over a line of doctor.
func (f *Facts) AddCheck(name, status string) {
	f.Checks = append(f.Checks, Check{one(name, checks()...), one(status, "ok", "warn", "fail")})
}

// AddProblem notes what could not be looked at.
func (f *Facts) AddProblem(what string, kind fault.Kind) {
	f.Problems = append(f.Problems, Problem{one(what, "configuration", "dictionaries", "ledger", "export", "rules"), Word{kind.String()}})
}

// mostNumber is above every setting that makes sense, and below a phone.
const mostNumber = 1e9

// AddConfig takes over the settings.
func (f *Facts) AddConfig(cfg *config.Config) {
	for _, s := range cfg.Facts() {
		out := Setting{Key: Word{s.Key}, From: one(s.From, "flag", "env", "file", "profile", "default"), Given: s.Given}
		if s.Number != nil && *s.Number >= 0 && *s.Number < mostNumber {
			out.Number = s.Number
			out.Seconds = s.Seconds
		}
		if s.Choice != "" {
			out.Choice = &Word{s.Choice}
		}
		f.Settings = append(f.Settings, out)
	}
	for key, severity := range cfg.Rules {
		id, field, _ := strings.Cut(key, ".")
		f.Rules = append(f.Rules, Rule{ruleWord(spec.RuleID(id)), fieldWord(field), one(severity, "error", "warning", "off")})
	}
	sortRules(f.Rules)
	for domain, words := range cfg.Aliases {
		w := one(domain, dict.Codes()...)
		if w.text == other {
			w = fieldWord(domain)
		}
		f.Aliases[w] += len(words)
	}
}

// AddDictionaries takes over how many entries there are.
func (f *Facts) AddDictionaries(set *dict.Set) {
	for _, d := range set.All() {
		f.Dictionaries = append(f.Dictionaries, Dictionary{one(d.Code, dict.Codes()...), len(d.Entries), d.PulledAt.UTC(), d.Sample})
	}
}

// ruleWord is a rule of the catalogue.
func ruleWord(id spec.RuleID) Word {
	if _, ok := rules.Find(id); ok {
		return Word{string(id)}
	}
	return Word{other}
}

// fieldWord is the JSON key of a field, "" for none.
func fieldWord(key string) Word {
	if key == "" {
		return Word{}
	}
	for _, field := range spec.Fields() {
		if field.Key == key {
			return Word{key}
		}
	}
	return Word{other}
}
