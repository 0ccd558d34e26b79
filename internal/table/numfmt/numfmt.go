// Package numfmt tells from a number format what a number in a cell means to
// the person who sees it: a date or time, a percentage, or a plain number. All
// readers ask it: .xlsx, .xls and XML workbooks number and write their formats
// alike.
package numfmt

import (
	"math"
	"slices"
	"strings"
)

// Format is a number format that was read.
type Format struct {
	Code string // "" is General

	sections []section
	varies   bool // what is shown depends on the number
}

// Look is how a number is shown.
type Look struct{ Date, Percent bool }

// New reads a number format. The code decides when there is one, since a
// workbook may redefine the numbers; id decides when code is "".
func New(id int, code string) Format {
	if code == "" {
		code = Builtin(id)
	}
	if general(code) {
		return Format{}
	}
	f := Format{Code: code, sections: split(code)}
	first := f.sections[0].Look
	f.varies = slices.ContainsFunc(f.sections, func(s section) bool { return s.Look != first })
	return f
}

// general reports whether a code is a spelling of the default format.
func general(code string) bool {
	return code == "" || strings.EqualFold(code, "General") || strings.EqualFold(code, "G/通用格式")
}

// Varies reports whether different numbers are shown in different ways, as with
// [<1]0%;0. If not, Look(0) holds for all.
func (f *Format) Varies() bool { return f.varies }

// Look is how the format shows a number: by the section that the number falls
// into.
func (f *Format) Look(v float64) Look {
	switch {
	case len(f.sections) == 0:
		return Look{}
	case !f.varies:
		return f.sections[0].Look
	}
	return f.section(v).Look
}

// section is the part of the format that a number is shown by. Without
// conditions the parts are for positive numbers, negative ones and zero.
func (f *Format) section(v float64) *section {
	parts := f.sections
	last := len(parts) - 1
	for i := range parts[:last] {
		if parts[i].admits(v, i, len(parts)) {
			return &parts[i]
		}
	}
	return &parts[last]
}

// section is one of the up to four parts of a format code.
type section struct {
	Look
	op     string // "": no condition
	limit  float64
	digits bool   // the number itself is shown, in whatever form
	scaled bool   // divided by a thousand or more
	words  string // the literal text
}

// admits reports whether the i-th of n parts, not the last, shows the number.
func (s *section) admits(v float64, i, n int) bool {
	switch s.op {
	case "<":
		return v < s.limit
	case "<=":
		return v <= s.limit
	case ">":
		return v > s.limit
	case ">=":
		return v >= s.limit
	case "=":
		return v == s.limit
	case "<>":
		return v != s.limit
	}
	if i == 0 {
		return v > 0 || n == 2 && v == 0
	}
	return v < 0
}

// split reads the parts of a code that show numbers. A last part with @ is the
// one for text.
func split(code string) []section {
	var out []section
	for at := 0; ; {
		s, n, text, more := readSection(code[at:])
		if !text || len(out) == 0 {
			out = append(out, s)
		}
		at += n
		if !more || len(out) == 3 {
			return out
		}
	}
}

// reader reads one part of a format code.
type reader struct {
	code               string
	token, cjk, digits bool
	percent, text      bool
	section            section
}

// readSection reads a part up to and with its semicolon: n is its length, text
// says that it shows text, more that another part follows. Quoted text,
// escapes, padding, colours and locales mean nothing.
func readSection(code string) (s section, n int, text, more bool) {
	r := reader{code: code}
	i := 0
	for i < len(code) && code[i] != ';' {
		i += r.step(i)
	}
	// A bare 年月日 is a date only without digits: 0年 is a number of years.
	r.section.Date = r.token || r.cjk && !r.digits
	r.section.Percent = r.percent && !r.section.Date
	r.section.digits = r.digits || r.text || r.section.Date
	if i < len(code) {
		return r.section, i + 1, r.text, true
	}
	return r.section, i, r.text, false
}

// step reads what begins at i and returns its length.
func (r *reader) step(i int) int {
	switch c := r.code[i]; c {
	case '"':
		end := past(r.code, i+1, '"')
		r.section.words += strings.TrimSuffix(r.code[i+1:end], `"`)
		return end - i
	case '\\', '_', '*', '!':
		n := runeLen(r.code, i+1)
		if c == '\\' || c == '!' {
			r.section.words += r.code[i+1 : i+1+n]
		}
		return 1 + n
	case ',':
		r.section.scaled = r.section.scaled || r.digits && (i+1 == len(r.code) || strings.IndexByte("0#?", r.code[i+1]) < 0)
	case '[':
		end := past(r.code, i+1, ']')
		r.bracket(strings.TrimSuffix(r.code[i+1:end], "]"))
		return end - i
	case '%':
		r.percent = true
	case '@':
		r.text = true
	case '0', '#', '?':
		r.digits = true
	default:
		return r.letters(r.code[i:])
	}
	return 1
}

// bracket reads the inside of [ ]: a running time such as [h], or a condition;
// colours and locales mean nothing.
func (r *reader) bracket(inside string) {
	r.token = r.token || elapsed(inside)
	n := 0
	for n < len(inside) && strings.IndexByte("<>=", inside[n]) >= 0 {
		n++
	}
	if n == 0 {
		return
	}
	if limit, ok := number(inside[n:]); ok {
		r.section.op = inside[:n]
		r.section.limit = limit
	}
}

// letters reads what begins with a letter or any other plain character.
func (r *reader) letters(s string) int {
	for _, word := range []string{"General", "G/通用格式"} {
		if len(s) >= len(word) && strings.EqualFold(s[:len(word)], word) {
			r.digits = true
			return len(word)
		}
	}
	for _, word := range []string{"年", "月", "日"} {
		if strings.HasPrefix(s, word) {
			r.cjk = true
			return len(word)
		}
	}
	switch s[0] | 0x20 {
	case 'y', 'm', 'd', 'h', 's', 'g', 'b':
		r.token = true
	case 'e': // the year of an era, or the exponent of 0.00E+00
		if len(s) > 1 && (s[1] == '+' || s[1] == '-') {
			return 2
		}
		r.token = r.token || !r.digits
	case 'a':
		if weekdayOrHalf(s) {
			r.token = true
			return 3
		}
	}
	r.section.words += s[:1] // the bytes of a character come one by one
	return 1
}

// weekdayOrHalf reports whether a code begins with the day of the week (aaa, aaaa) or
// with the half of the day (AM/PM, A/P).
func weekdayOrHalf(s string) bool {
	if len(s) < 3 {
		return false
	}
	switch strings.ToLower(s[:3]) {
	case "aaa", "a/p", "am/":
		return true
	}
	return false
}

// number reads the limit of a condition.
func number(s string) (float64, bool) {
	v := 0.0
	frac := 0.0
	digits := 0
	s = strings.TrimSpace(s)
	minus := strings.HasPrefix(s, "-")
	for _, c := range strings.TrimPrefix(s, "-") {
		switch {
		case c == '.' && frac == 0:
			frac = 1
		case c >= '0' && c <= '9':
			v = v*10 + float64(c-'0')
			frac *= 10
			digits++
		default:
			return 0, false
		}
	}
	if frac > 0 {
		v /= frac
	}
	if minus {
		v = -v
	}
	return v, digits > 0 && !math.IsInf(v, 0) && !math.IsNaN(v)
}

// elapsed reports whether the inside of [brackets] is a running time such as
// [h] or [mm].
func elapsed(inside string) bool {
	if inside == "" {
		return false
	}
	first := inside[0] | 0x20
	if first != 'h' && first != 'm' && first != 's' {
		return false
	}
	for i := range len(inside) {
		if inside[i]|0x20 != first {
			return false
		}
	}
	return true
}

// past is the index after the next closing byte, or the end of the code.
func past(code string, from int, closing byte) int {
	if i := strings.IndexByte(code[from:], closing); i >= 0 {
		return from + i + 1
	}
	return len(code)
}

// runeLen is the length of the character at i, 0 at the end.
func runeLen(code string, i int) int {
	if i >= len(code) {
		return 0
	}
	n := 1
	for i+n < len(code) && code[i+n]&0xC0 == 0x80 {
		n++
	}
	return n
}
