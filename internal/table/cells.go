package table

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"

	"hbupload/internal/table/grid"
)

// joined is the row's text for comparison with other rows.
func joined(row *grid.Row) string {
	var b strings.Builder
	for i := range row.Cells {
		if cellHasValue(&row.Cells[i]) {
			b.WriteString(plain(row.Cells[i]))
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// plain is a cell's text, width folded and without blanks.
func plain(c grid.Cell) string {
	if bare(c.Text) {
		return c.Text
	}
	return strings.Map(func(r rune) rune {
		if blankRune(r) {
			return -1
		}
		return r
	}, width.Fold.String(headerText(c.Text)))
}

// bare reports whether a text is ASCII without blanks and without what headerText
// takes off: most keys and codes are.
func bare(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] <= ' ' || s[i] >= 0x7f || i == 0 && (s[i] == '=' || s[i] == '\'') {
			return false
		}
	}
	return true
}

// headerText takes off what keeps a program from turning text into a number.
func headerText(s string) string {
	if rest, ok := strings.CutPrefix(s, `="`); ok {
		return strings.TrimSuffix(rest, `"`)
	}
	return strings.TrimPrefix(s, "'")
}

// firstValue is the first cell with a value, and how many there are, but for
// more than a line of remarks has.
func firstValue(row *grid.Row) (first grid.Cell, n int) {
	for i := 0; i < len(row.Cells) && n <= maxNote; i++ {
		if cellHasValue(&row.Cells[i]) {
			if n == 0 {
				first = row.Cells[i]
			}
			n++
		}
	}
	return first, n
}

func hasValue(row *grid.Row) bool {
	for i := range row.Cells {
		if cellHasValue(&row.Cells[i]) {
			return true
		}
	}
	return false
}

// cellHasValue reports whether a person sees something in the cell: blanks of
// every width are nothing.
func cellHasValue(c *grid.Cell) bool {
	switch c.Kind {
	case grid.Blank:
		return false
	case grid.Text, grid.Untyped:
		// Letters, digits and Chinese characters, which nearly all cells begin
		// with, are known by their first byte.
		if len(c.Text) > 0 && (c.Text[0] > ' ' && c.Text[0] < 0x7f || c.Text[0] >= 0xe4 && c.Text[0] <= 0xe9) {
			return true
		}
		for _, r := range c.Text {
			if !blankRune(r) {
				return true
			}
		}
		return false
	}
	return true
}

func blankRune(r rune) bool {
	if r < 0x80 {
		return r <= ' '
	}
	if r >= 0x3400 && r < 0xfe00 {
		return false
	}
	switch r {
	case '\u200b', '\u200c', '\u200d', '\ufeff', '\u2060':
		return true
	}
	return unicode.IsSpace(r)
}

// isText reports whether the cell holds words: text, or a field of a text file
// that is no number.
func isText(c grid.Cell) bool {
	switch c.Kind {
	case grid.Text:
		return true
	case grid.Untyped:
		return !numeric(c.Text)
	}
	return false
}

// numeric reports whether a field of a text file looks like a number or a date.
func numeric(s string) bool {
	digit := false
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9' || r >= '０' && r <= '９':
			digit = true
		case strings.ContainsRune("+-.,/:%eE年月日 '=\"", r):
		default:
			return false
		}
	}
	return digit
}
