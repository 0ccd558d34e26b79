package xlsx

import (
	"bytes"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// plain reports whether text stands for itself: no entity, no line end to
// normalise, no byte that needs a look.
func plain(b []byte) bool {
	for _, c := range b {
		if c == '&' || c < 0x20 && c != '\n' && c != '\t' || c == ']' {
			return false
		}
	}
	return true
}

// escapes reports whether text may hold what unescape resolves.
func escapes(b []byte) bool { return bytes.IndexByte(b, '_') >= 0 && bytes.Contains(b, []byte("_x")) }

// appendText decodes character data: entities, line ends, and the characters
// that XML forbids.
func appendText(dst, raw []byte) ([]byte, error) {
	if plain(raw) {
		if !validChars(raw) {
			return dst, errBadChar()
		}
		return append(dst, raw...), nil
	}
	if bytes.Contains(raw, []byte("]]>")) {
		return dst, &syntaxError{msg: "XML 正文中有不允许的 ]]>"}
	}
	if !validChars(raw) {
		return dst, errBadChar()
	}
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; c {
		case '\r':
			dst = append(dst, '\n')
			if i+1 < len(raw) && raw[i+1] == '\n' {
				i++
			}
		case '&':
			n := bytes.IndexByte(raw[i:], ';')
			if n < 0 {
				return dst, errEntity()
			}
			r, ok := entity(string(raw[i+1 : i+n]))
			if !ok {
				return dst, errEntity()
			}
			dst = utf8.AppendRune(dst, r)
			i += n
		default:
			dst = append(dst, c)
		}
	}
	return dst, nil
}

// checkText is appendText for text that nobody reads.
func checkText(raw []byte) error {
	if plain(raw) && validChars(raw) {
		return nil
	}
	_, err := appendText(nil, raw)
	return err
}

// appendLiteral takes over a CDATA section.
func appendLiteral(dst, raw []byte) ([]byte, error) {
	if !validChars(raw) {
		return dst, errBadChar()
	}
	if bytes.IndexByte(raw, '\r') >= 0 {
		raw = bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n"))
		raw = bytes.ReplaceAll(raw, []byte("\r"), []byte("\n"))
	}
	return append(dst, raw...), nil
}

// entity decodes the five named and the numeric entities; no other exists
// without a DTD, and DTDs are never followed.
func entity(s string) (rune, bool) {
	switch s {
	case "amp":
		return '&', true
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	if len(s) < 2 || s[0] != '#' {
		return 0, false
	}
	digits := s[1:]
	base := 10
	if digits[0] == 'x' {
		digits = digits[1:]
		base = 16
	}
	if len(digits) == 0 || digits[0] == '+' || digits[0] == '-' || len(digits) > 12 {
		return 0, false
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || !validRune(rune(n)) {
		return 0, false
	}
	return rune(n), true
}

func validRune(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || r >= 0x20 && r <= 0xD7FF ||
		r >= 0xE000 && r <= 0xFFFD || r >= 0x10000 && r <= 0x10FFFF
}

// validChars reports whether every character is one that XML 1.0 allows.
func validChars(b []byte) bool {
	wide := false
	for _, c := range b {
		if c < 0x20 && c != '\n' && c != '\t' && c != '\r' {
			return false
		}
		wide = wide || c >= 0x80
	}
	if !wide {
		return true
	}
	if !utf8.Valid(b) {
		return false
	}
	const first = 0xEF // of U+FFFE and U+FFFF, and of full-width signs
	return bytes.IndexByte(b, first) < 0 || !bytes.Contains(b, []byte("\uFFFE")) && !bytes.Contains(b, []byte("\uFFFF"))
}

// unescape resolves _xHHHH_ in b[from:] in place: the way Excel stores what
// XML cannot hold. _x005F_ is an underscore that only looks like an escape.
func unescape(b []byte, from int) []byte {
	i := bytes.Index(b[from:], []byte("_x"))
	if i < 0 {
		return b
	}
	out := b[:from+i]
	for rest := b[from+i:]; len(rest) > 0; {
		u, ok := escapeAt(rest)
		if !ok {
			out = append(out, rest[0])
			rest = rest[1:]
			continue
		}
		rest = rest[7:]
		if utf16.IsSurrogate(rune(u)) {
			r := rune(utf8.RuneError)
			if low, ok := escapeAt(rest); ok {
				if pair := utf16.DecodeRune(rune(u), rune(low)); pair != utf8.RuneError {
					r = pair
					rest = rest[7:]
				}
			}
			out = utf8.AppendRune(out, r)
			continue
		}
		out = utf8.AppendRune(out, rune(u))
	}
	return out
}

// escapeAt reads the escape at the start of b.
func escapeAt(b []byte) (uint16, bool) {
	if len(b) < 7 || b[0] != '_' || b[1] != 'x' || b[6] != '_' {
		return 0, false
	}
	var u uint16
	for _, c := range b[2:6] {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return 0, false
		}
		u = u<<4 | uint16(c)
	}
	return u, true
}
