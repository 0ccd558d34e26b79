package config

import (
	"sort"
	"strings"
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
		out = append(out, Stray{Name: name, Nearest: nearest(strings.ToUpper(name), names)})
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}

// Nearest is the name with the smallest edit distance; capitals do not count.
func Nearest(word string, names []string) string {
	folded := make([]string, len(names))
	at := map[string]string{}
	for i, name := range names {
		folded[i] = strings.ToLower(name)
		at[folded[i]] = name
	}
	return at[nearest(strings.ToLower(word), folded)]
}

// nearest is the name with the smallest edit distance.
func nearest(word string, names []string) string {
	best := ""
	far := 1 << 30
	for _, name := range names {
		if d := distance(word, name); d < far {
			best = name
			far = d
		}
	}
	return best
}
