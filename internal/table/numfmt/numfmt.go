// Package numfmt tells from a number format what a number in a cell means to
// the person who sees it: a date or time, a percentage, or a plain number.
// Both spreadsheet formats (.xlsx and .xls) number their formats alike.
package numfmt

import "strings"

// Classify tells whether numbers of a format are shown as dates (or times) and
// whether they are shown as percentages. The code decides when there is one,
// since a workbook may redefine the numbers; builtinID decides when code is "".
// The numbers 27–36 and 50–58 are the dates 年月日 of Chinese systems.
func Classify(builtinID int, code string) (isDate, isPercent bool) {
	if code == "" {
		return builtinDate(builtinID), builtinID == 9 || builtinID == 10
	}
	return scan(code)
}

func builtinDate(id int) bool {
	switch {
	case id >= 14 && id <= 22, id >= 27 && id <= 36, id >= 45 && id <= 47, id >= 50 && id <= 58:
		return true
	}
	return false
}

// scan reads the first section of a format code, the one for positive numbers:
// dates are never negative.
func scan(code string) (isDate, isPercent bool) {
	for i := 0; i < len(code); {
		switch c := code[i]; c {
		case ';':
			return isDate, isPercent && !isDate
		case '"':
			i = past(code, i+1, '"')
			continue
		case '\\', '_', '*':
			i += 1 + runeLen(code, i+1)
			continue
		case '[':
			end := past(code, i+1, ']')
			isDate = isDate || elapsed(strings.TrimSuffix(code[i+1:end], "]"))
			i = end
			continue
		case '%':
			isPercent = true
		default:
			n, date := letters(code[i:])
			isDate = isDate || date
			i += n
			continue
		}
		i++
	}
	return isDate, isPercent && !isDate
}

// letters looks at what begins with a letter or any other plain character and
// says how many bytes it took.
func letters(s string) (n int, date bool) {
	if len(s) >= len("General") && strings.EqualFold(s[:len("General")], "General") {
		return len("General"), false
	}
	switch s[0] | 0x20 {
	case 'y', 'm', 'd', 'h', 's':
		return 1, true
	case 'e': // the year of an era, or the exponent of 0.00E+00
		if len(s) > 1 && (s[1] == '+' || s[1] == '-') {
			return 2, false
		}
		return 1, s[0] == 'e'
	case 'a': // aaa, aaaa: the day of the week; AM/PM, A/P: a time
		if len(s) >= 3 && (strings.EqualFold(s[:3], "aaa") || strings.EqualFold(s[:3], "A/P") || strings.EqualFold(s[:3], "AM/")) {
			return 3, true
		}
	}
	return 1, false
}

// elapsed tells whether the inside of [brackets] is a running time such as
// [h] or [mm]; colours, conditions and locales are not.
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

// Builtin is the code of a format number that workbooks use without defining
// it, as a Chinese Excel shows it; "" is General or unknown.
func Builtin(id int) string {
	codes := [...]string{
		1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
		14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss",
		22: "yyyy/m/d h:mm", 27: `yyyy"年"m"月"`, 28: `m"月"d"日"`, 29: `m"月"d"日"`, 30: "m/d/yy", 31: `yyyy"年"m"月"d"日"`,
		32: `h"时"mm"分"`, 33: `h"时"mm"分"ss"秒"`, 34: `上午/下午h"时"mm"分"`, 35: `上午/下午h"时"mm"分"ss"秒"`, 36: `yyyy"年"m"月"`,
		37: "#,##0;-#,##0", 38: "#,##0;[Red]-#,##0", 39: "#,##0.00;-#,##0.00", 40: "#,##0.00;[Red]-#,##0.00",
		45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@",
		50: `yyyy"年"m"月"`, 51: `m"月"d"日"`, 52: `yyyy"年"m"月"`, 53: `m"月"d"日"`, 54: `m"月"d"日"`,
		55: `上午/下午h"时"mm"分"`, 56: `上午/下午h"时"mm"分"ss"秒"`, 57: `yyyy"年"m"月"`, 58: `m"月"d"日"`,
	}
	if id < 0 || id >= len(codes) {
		return ""
	}
	return codes[id]
}
