package spec

import "strings"

// AliasDomain is the dictionary's code or the field's key that a key under `aliases`
// means: either of them in any case, or the Chinese name of the dictionary or field.
func AliasDomain(name string) (string, bool) {
	for _, d := range Dictionaries() {
		if strings.EqualFold(name, d.Code) {
			return d.Code, true
		}
	}
	fields := Fields()
	for _, f := range fields {
		if takesWords(f) && strings.EqualFold(name, f.Key) {
			return f.Key, true
		}
	}
	key := HeaderKey(name)
	for _, d := range Dictionaries() {
		if key == HeaderKey(d.Name) {
			return d.Code, true
		}
	}
	for _, f := range fields {
		for _, label := range append([]string{f.Label}, f.Aliases...) {
			if takesWords(f) && key == HeaderKey(label) {
				return f.Key, true
			}
		}
	}
	return "", false
}

// takesWords reports whether a field's cells are looked up in a dictionary or table.
func takesWords(f Field) bool { return f.Dict != "" || f.Kind == KindEnum }
