package mapping

import (
	"html"
	"strings"
	"unicode"

	"golang.org/x/text/width"

	"hbupload/internal/pattern"
	"hbupload/internal/spec"
)

// marks are the traces in a text of what happened to it on its way.
type marks uint8

const (
	markInvisible marks = 1 << iota // characters that show nothing
	markLost                        // U+FFFD, where a character was
	markPrivate                     // private-use characters: other machines show nothing or something else
	markControl                     // control characters
	markQuestion                    // an ASCII question mark
	markEntity                      // an ampersand, perhaps of an HTML entity
)

// marksOf looks through a text. Nearly all texts are Chinese and ASCII without any
// mark, and are recognised by their bytes.
func marksOf(s string) marks {
	for i := 0; i < len(s); i++ {
		switch b := s[i]; {
		case b >= 0xe4 && b < 0xee, b >= 0x80 && b < 0xc0:
			// U+4000 to U+DFFF, and the bytes that follow a first one
		case b < 0x20, b == '?', b == '&', b >= 0x7f:
			return slowMarks(s)
		}
	}
	return 0
}

func slowMarks(s string) marks {
	var m marks
	for _, r := range s {
		switch {
		case r == '?':
			m |= markQuestion
		case r == '&':
			m |= markEntity
		case r == unicode.ReplacementChar:
			m |= markLost
		case unicode.IsControl(r) && !unicode.IsSpace(r):
			m |= markControl
		case unicode.Is(unicode.Co, r):
			m |= markPrivate
		case spec.Invisible(r):
			m |= markInvisible
		}
	}
	return m
}

// visible is a text without the characters that show nothing.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		if spec.Invisible(r) {
			return -1
		}
		return r
	}, s)
}

// lostInName reports whether a name holds a question mark next to a Chinese
// character, or nothing else: a program that did not know a character wrote it so.
func lostInName(s string) bool { return questionBeside(s, true) }

// lostInText is the same for free texts, where a doctor may ask (肺结核?): only a
// mark before a Chinese character, or several in a row, are damage.
func lostInText(s string) bool { return questionBeside(s, false) }

func questionBeside(s string, after bool) bool {
	if strings.Trim(s, "? ") == "" {
		return true
	}
	runes := []rune(s)
	for i, r := range runes {
		if r != '?' {
			continue
		}
		if i > 0 && runes[i-1] == '?' && strings.ContainsFunc(s, isHan) {
			return true
		}
		if i+1 < len(runes) && isHan(runes[i+1]) && (after || i == 0 || isHan(runes[i-1])) {
			return true
		}
		if after && i > 0 && isHan(runes[i-1]) {
			return true
		}
	}
	return false
}

// reOddName are the traces in a name of text that was read in the wrong encoding, or
// written for a program and never turned back: GBK or UTF-8 taken for Latin letters,
// \u5f20, %E5%BC%A0, the box that stands for a missing character, a line break.
var reOddName = pattern.New(`[\x{80}-\x{b6}\x{b8}-\x{ff}]{2}|\\u[0-9A-Fa-f]{4}|%[0-9A-Fa-f]{2}%[0-9A-Fa-f]{2}|[□■〓\x{fffc}]|[\r\n\t\x{85}\x{2028}\x{2029}]`)

// oddName says what is odd about a name, "" if nothing is.
func oddName(text string) string {
	for i := 0; i < len(text); i++ {
		switch b := text[i]; {
		case b < ' ', b == '\\', b == '%', b >= 0xc2 && b < 0xe4, b == 0xef:
			if reOddName.MatchString(text) {
				return "含有乱码、转义代码、方框或换行，请核对是不是原来的名称"
			}
			return ""
		}
	}
	return ""
}

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }

var reEntity = pattern.New(`&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});`)

// entity is the first HTML entity of a text and the character it stands for.
func entity(s string) (written, means string) {
	for _, found := range reEntity.FindAllString(s, -1) {
		if text := html.UnescapeString(found); text != found {
			return found, text
		}
	}
	return "", ""
}

// reConverted are the forms in which a spreadsheet program shows what it turned
// into a date or a time: 1-3 becomes 3-Jan or 1月3日, 1-50 Jan-50, 1:160 3:40:00.
var reConverted = pattern.New(`^(?i:\d{1,2}-(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?:-\d{2,4})?|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)-\d{1,4}|\d{1,2}月\d{1,2}日|\d{1,3}:[0-5]\d:[0-5]\d)$`)

// isConverted reports whether a text has one of those forms.
func isConverted(s string) bool {
	const longest = 16
	return len(s) <= longest && (strings.ContainsRune(s, '月') || strings.IndexByte(s, '-') > 0 || strings.IndexByte(s, ':') > 0) && reConverted.MatchString(s)
}

// reWholeDate is a text that is a date and nothing else.
var reWholeDate = pattern.New(`^(?:\d{4}([-/.])\d{1,2}[-/.]\d{1,2}|\d{4}年\d{1,2}月(?:\d{1,2}日)?)(?: \d{1,2}:\d{2}(?::\d{2})?)?$`)

// isWholeDate reports whether a text is such a date.
func isWholeDate(text string) bool {
	return text[0] >= '1' && text[0] <= '9' && len(text) > len("2023-1") && reWholeDate.MatchString(text)
}

// reShortened is a number that a spreadsheet program has shortened.
var reShortened = pattern.New(`^[0-9](?:\.[0-9]+[Ee]\+?|[Ee]\+)[0-9]+$`)

// isNullWord reports whether a cell holds what data bases and programs write for
// nothing.
func isNullWord(s string) bool {
	if len(s) > 30 {
		return false
	}
	switch s[0] {
	case 'n', 'N', 'u', 'U', 'd', 'D', '\\', '#', '(', '<', '[', '"', '\'', 0xef, 0xe2: // full-width forms, quotes
	default:
		return false // spares nearly every cell the comparison
	}
	switch strings.Trim(strings.ToLower(width.Fold.String(s)), `"'“”‘’`) {
	case "null", "nil", "dbnull", "<空>", "[空]", "undefined", "nan", "none", `\n`, "#null", "#null!", "(空)", "<null>", "(null)", "[null]":
		return true
	}
	return false
}

// isPlaceholder reports whether a cell holds a text that asks for a value, as our
// own drafts and templates do.
func isPlaceholder(f *spec.Field, s string) bool {
	if len(s) > 60 || !offered(s) {
		return false
	}
	switch spec.HeaderKey(s) {
	case "请填写", "请选择", "请输入", "请补充", "待填", "待填写", "待补", "待补充", "待定", "待完善", "待录入",
		"18位代码", "18位号码", "11位号码", "示例", "示例机械有限公司", "示例医院", "示例读取时跳过,可删", "0311-00000000":
		return true
	case "填表人":
		return f.ID == spec.PreparerName
	}
	return false
}

// offered spares nearly every cell the comparison.
func offered(s string) bool {
	switch s[0] {
	case '0', '1':
		return s == "0311-00000000" || strings.Contains(s, "位")
	case '(', '[', '<':
		return true
	}
	const runeBytes = 3
	if len(s) < runeBytes {
		return false
	}
	switch s[:runeBytes] {
	case "请", "待", "示", "填", "（", "【", "［":
		return true
	}
	return false
}
