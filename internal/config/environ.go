package config

import (
	"sort"
	"strings"

	"hbupload/internal/nearest"
)

// Stray is a variable that looks like ours and is not: a slip of the pen that
// would otherwise be ignored in silence.
type Stray struct {
	Name    string
	Nearest string // the known variable it resembles most
}

// StrayEnviron lists the variables of an environment that begin like ours but
// belong to no key, by name. Values are never looked at.
func StrayEnviron(environ []string) []Stray {
	known := map[string]bool{}
	var names []string
	for _, k := range keys() {
		known[EnvName(k.path)] = true
		names = append(names, EnvName(k.path))
	}
	var out []Stray
	for _, pair := range environ {
		name, _, _ := strings.Cut(pair, "=")
		if !strings.HasPrefix(strings.ToUpper(name), envPrefix) || known[name] {
			continue
		}
		out = append(out, Stray{Name: name, Nearest: nearest.Name(name, names)})
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}
