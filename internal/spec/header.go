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
	}, folded(header))
}

// folded is a text with its full-width and half-width forms folded. Most headers
// have none, and every file has many headers.
func folded(text string) string {
	for _, r := range text {
		if foldable(r) {
			return width.Fold.String(text)
		}
	}
	return text
}

// foldable reports whether a character may have another form by width.
func foldable(r rune) bool {
	return r == '\u3000' || r == '\u20a9' || r >= '\uff00' && r <= '\uffff'
}

// Headers maps every header by which a sheet of the standard workbook knows a
// field, reduced by HeaderKey, to the field.
func Headers(s SheetID) map[string]FieldID {
	out := map[string]FieldID{}
	add := func(name string, id FieldID) {
		key := HeaderKey(name)
		if _, taken := out[key]; !taken {
			out[key] = id
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
