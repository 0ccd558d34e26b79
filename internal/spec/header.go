package spec

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// HeaderKey reduces a header to what is compared: width folded, lower case,
// without blanks, line breaks and brackets. What stands inside brackets stays.
func HeaderKey(header string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case '(', ')', '[', ']', '【', '】':
			return -1
		}
		if unicode.IsSpace(r) || Invisible(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, width.Fold.String(header))
}

// Headers maps every header by which a sheet of the standard workbook knows a
// field, reduced by HeaderKey, to the field.
func Headers(s SheetID) map[string]FieldID {
	out := map[string]FieldID{}
	add := func(name string, id FieldID) {
		if _, taken := out[HeaderKey(name)]; !taken {
			out[HeaderKey(name)] = id
		}
	}
	fields := SheetFields(s)
	// Labels and keys first: an alias never takes a name that is some field's own.
	for _, f := range fields {
		add(f.Label, f.ID)
	}
	for _, f := range fields {
		add(f.Key, f.ID)
	}
	for _, f := range fields {
		for _, a := range f.Aliases {
			add(a, f.ID)
		}
	}
	return out
}
