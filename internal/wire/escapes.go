package wire

import (
	"encoding/base64"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"hbupload/internal/pattern"
)

// Escapes of text: those of JSON and scripts, of URLs, of markup, bytes in hex. An
// escape may have been escaped again.
var (
	reUnicode  = pattern.New(`(?:\\+u[0-9a-fA-F]{4})+|(?:%u[0-9a-fA-F]{4})+`)
	reBraced   = pattern.New(`\\+u\{([0-9a-fA-F]{1,6})\}|\\+U([0-9a-fA-F]{8})`)
	reBytes    = pattern.New(`(?:\\+x[0-9a-fA-F]{2})+|(?:%[0-9a-fA-F]{2}){2,}|%(?:3[0-9]|[46][1-9a-fA-F]|[57][0-9aA])`)
	reAgain    = pattern.New(`%25([0-9a-fA-F]{2})|&amp;(#)`)
	reEntities = pattern.New(`&#(?:[xX]([0-9a-fA-F]{2,6})|([0-9]{2,7}));?`)
	reHex      = pattern.New(`[0-9a-fA-F]{2,8}`)
	reUnit     = pattern.New(`u[0-9a-fA-F]{4}`) // of reUnicode
	reBase64   = pattern.New(`[A-Za-z0-9+/]{8,}={0,2}`)
)

// unescape writes escaped text as text, so that it can be read and looked
// through. What is no text stays as it is.
func unescape(msg string) string {
	const most = 3 // escapes of escapes
	for range most {
		before := msg
		msg = reAgain.ReplaceAllStringFunc(msg, func(s string) string {
			if s[0] == '%' {
				return "%" + s[3:]
			}
			return "&#"
		})
		msg = reUnicode.ReplaceAllStringFunc(msg, unescapeUnits)
		msg = reBraced.ReplaceAllStringFunc(msg, func(s string) string {
			return character(s, reHex.FindString(strings.TrimLeft(s, `\uU{`)), hexadecimal)
		})
		msg = reBytes.ReplaceAllStringFunc(msg, unescapeBytes)
		msg = reEntities.ReplaceAllStringFunc(msg, func(s string) string {
			digits := strings.TrimSuffix(s[2:], ";")
			if digits[0] == 'x' || digits[0] == 'X' {
				return character(s, digits[1:], hexadecimal)
			}
			return character(s, digits, decimal)
		})
		if msg == before {
			break
		}
	}
	return msg
}

const (
	decimal     = 10
	hexadecimal = 16
)

// unescapeUnits writes a run of escapes like \u5f20 or %u5f20, which may hold surrogates, as text.
func unescapeUnits(s string) string {
	var quoted strings.Builder
	for _, unit := range reUnit.FindAllString(s, -1) {
		quoted.WriteString(`\u` + unit[1:])
	}
	text, err := strconv.Unquote(`"` + quoted.String() + `"`)
	return printable(s, text, err == nil)
}

// unescapeBytes writes a run of %XX or \xXX as the text whose bytes they are.
func unescapeBytes(s string) string {
	var raw []byte
	for _, b := range strings.FieldsFunc(s, func(r rune) bool { return r == '%' || r == '\\' || r == 'x' }) {
		n, _ := strconv.ParseUint(b, hexadecimal, 8)
		raw = append(raw, byte(n))
	}
	return printable(s, string(raw), true)
}

// character writes an escape as the character of a number.
func character(escape, digits string, base int) string {
	n, err := strconv.ParseUint(digits, base, 21)
	return printable(escape, string(rune(n)), err == nil)
}

// encoded finds Base64 of Chinese text, or of a long number.
func encoded(hits [][2]int, msg string) [][2]int {
	const mobile = 11
	for _, m := range reBase64.FindAllStringIndex(msg, -1) {
		raw, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(msg[m[0]:m[1]], "="))
		if err != nil || !utf8.Valid(raw) {
			continue
		}
		text := string(raw)
		if strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) }) || len(text) >= mobile && strings.Trim(text, "0123456789Xx- +") == "" {
			hits = append(hits, [2]int{m[0], m[1]})
		}
	}
	return hits
}

// printable is the decoded text if it is one, else the escape.
func printable(escape, text string, ok bool) string {
	if !ok || !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return escape
	}
	return text
}
