package codebook

import (
	"strings"

	"hbupload/internal/dict"
	"hbupload/internal/spec"
)

// Resolve is the entry of a domain that a person means by a text: a code, a name,
// or “code name” as suggestions show it. near are entries that may be meant where
// it is none, or each of several of one name.
func Resolve(set *dict.Set, domain, text string) (code, name string, near []string) {
	d := entriesOf(set, domain)
	if d == nil {
		return "", "", nil
	}
	text = strings.TrimSpace(text)
	for _, part := range []string{text, firstWord(text)} {
		e, ok := d.ByCode(part)
		if ok && (part == text || spec.WordKey(e.Code+" "+e.Name) == spec.WordKey(text)) {
			return e.Code, e.Name, nil
		}
	}
	found := d.ByLoose(text)
	if len(found) == 1 {
		return found[0].Code, found[0].Name, nil
	}
	if len(found) == 0 {
		found = d.Nearest(text, resolveShown)
	}
	for _, e := range found {
		near = append(near, e.String())
	}
	return "", "", near
}

// resolveShown is how many entries are offered instead of one that is none.
const resolveShown = 3

// firstWord is a text up to its first blank.
func firstWord(text string) string {
	if words := strings.Fields(text); len(words) > 0 {
		return words[0]
	}
	return text
}
