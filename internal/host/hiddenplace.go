package host

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"hbupload/internal/pattern"
)

// reAfterName is what follows the name of a file without extension, of a report
// on it, or of its sheet: none of it can follow a word of ours.
var reAfterName = pattern.New(`^(?:\.(?i:xlsx?|xlsm|xlsb|csv|tsv|txt|xml|html?|et|ods)(?:[^0-9A-Za-z]|$)|-(?:含个人信息|汇总|无法读取)|!(?:[A-Z]{1,3})?[0-9])`)

// reBeforeValue is the beginning of a JSON value that is the name of a file or a sheet.
var reBeforeValue = pattern.New(`"(?:file|sheet)": ?"$`)

// isFileName reports whether p[from:to] stands as the name of a file, a folder or a
// sheet there. Words that are not ASCII are names wherever they stand alone: keys,
// states and rule ids are ASCII.
func isFileName(p []byte, from, to int) bool {
	before := p[max(0, from-16):from]
	after := p[to:min(len(p), to+32)]
	left, _ := utf8.DecodeLastRune(before)
	right, _ := utf8.DecodeRune(after)
	alone := !inWord(left) && !inWord(right)
	switch {
	case reAfterName.Match(after):
		return !asciiWord(left) || !asciiWord(rune(p[from]))
	case right == '/', right == '\\' && !bytes.HasPrefix(after, []byte(`\"`)):
		return !inWord(left)
	case left == '/', left == '\\' && (bytes.HasSuffix(before, []byte(`\\`)) || !escapes(p[from])):
		return !inWord(right)
	case left == '「' && right == '」':
		return true
	case reBeforeValue.Match(before):
		return right == '"'
	}
	return alone && bytes.ContainsFunc(p[from:to], func(r rune) bool { return r > unicode.MaxASCII })
}

// escapes reports whether a backslash and c may be an escape of JSON.
func escapes(c byte) bool { return strings.IndexByte("bfnrtu", c) >= 0 }

// inWord reports whether a character continues a word.
func inWord(r rune) bool {
	return r == '-' || r == '_' || r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

func asciiWord(r rune) bool { return r < utf8.RuneSelf && inWord(r) }
