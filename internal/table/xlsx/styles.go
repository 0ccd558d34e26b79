package xlsx

import (
	"context"
	"io"
	"strconv"
	"strings"

	"hbupload/internal/table/grid"
)

// style is what a cell's format says about its number.
type style struct {
	kind    grid.Kind // Number or Date
	percent bool
	format  string
}

// maxStyles bounds cellXfs; Excel allows 65,490.
const maxStyles = 1 << 17

// readStyles reads the number formats of cellXfs, by index.
func readStyles(ctx context.Context, r io.Reader, lim *Limits) ([]style, error) {
	lx := newLexer(ctx, r, lim)
	if err := openRoot(lx, "styleSheet"); err != nil {
		return nil, err
	}
	custom := map[int]string{}
	var ids []int
	section := "" // child of the root being read: dxfs has formats of its own
	for {
		t, err := lx.next()
		if err != nil {
			return nil, err
		}
		if t == tokEOF {
			break
		}
		if t == tokEnd && lx.level() == 1 {
			section = ""
		}
		if t == tokText {
			if err := checkText(lx.text); err != nil {
				return nil, err
			}
		}
		if t != tokStart {
			continue
		}
		if section == "" {
			if !lx.selfClosed {
				section = string(lx.name)
			}
			continue
		}
		switch section + "/" + string(lx.name) {
		case "numFmts/numFmt":
			if id, ok := intAttr(lx, "numFmtId"); ok {
				custom[id], _ = lx.attr("formatCode")
			}
		case "cellXfs/xf":
			id, _ := intAttr(lx, "numFmtId")
			if ids = append(ids, id); len(ids) > maxStyles {
				return nil, &limitError{msg: "单元格样式过多，超出了读取上限"}
			}
		}
	}
	return resolveStyles(ids, custom), nil
}

// resolveStyles gives each xf the meaning of its number format.
func resolveStyles(ids []int, custom map[int]string) []style {
	known := map[int]style{}
	out := make([]style, len(ids))
	for i, id := range ids {
		st, ok := known[id]
		if !ok {
			code, own := custom[id]
			if !own {
				code = builtinFormat(id)
			}
			st = styleOf(code)
			known[id] = st
		}
		out[i] = st
	}
	return out
}

// intAttr reads a non-negative whole attribute.
func intAttr(lx *lexer, name string) (int, bool) {
	v, ok := lx.attr(name)
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseUint(v, 10, 31)
	return int(n), err == nil
}

// styleOf classifies a number format code.
func styleOf(code string) style {
	if code == "" || strings.EqualFold(code, "General") || code == "G/通用格式" {
		return style{kind: grid.Number}
	}
	st := style{kind: grid.Number, format: code}
	date, percent := classify(code)
	switch {
	case date:
		st.kind = grid.Date
	case percent:
		st.percent = true
	}
	return st
}

// classify tells whether a format code shows a date or a time, or a
// percentage. Quoted text, escapes, padding and brackets do not count, except
// elapsed time such as [h]; a bare 年月日 counts only without digit
// placeholders, for 0年 is a number of years.
func classify(code string) (date, percent bool) {
	var token, cjk, digit bool
	rs := []rune(code)
	for i := 0; i < len(rs); i++ {
		switch c := rs[i]; c {
		case '"':
			for i++; i < len(rs) && rs[i] != '"'; i++ {
			}
		case '\\', '_', '*', '!':
			i++
		case '[':
			start := i + 1
			for i++; i < len(rs) && rs[i] != ']'; i++ {
			}
			token = token || elapsed(rs[start:min(i, len(rs))])
		case 'y', 'Y', 'm', 'M', 'd', 'D', 'h', 'H', 's', 'S':
			token = true
		case 'a', 'A': // aaa, aaaa: the day of the week
			token = token || i+2 < len(rs) && rs[i+1] == c && rs[i+2] == c
		case '年', '月', '日':
			cjk = true
		case '0', '#', '?':
			digit = true
		case '%':
			percent = true
		}
	}
	return token || cjk && !digit, percent
}

// elapsed recognises what stands in [h], [mm], [ss].
func elapsed(rs []rune) bool {
	for _, r := range rs {
		switch r {
		case 'h', 'H', 'm', 'M', 's', 'S':
		default:
			return false
		}
		if r|0x20 != rs[0]|0x20 {
			return false
		}
	}
	return len(rs) > 0
}

// builtinFormat is the code of a built-in number format as a Chinese Excel
// shows it; "" for General and for ids that have no meaning.
func builtinFormat(id int) string {
	const ampm = `上午/下午`
	switch id {
	case 1:
		return "0"
	case 2:
		return "0.00"
	case 3:
		return "#,##0"
	case 4:
		return "#,##0.00"
	case 5, 6:
		return `"¥"#,##0;"¥"\-#,##0`
	case 7, 8:
		return `"¥"#,##0.00;"¥"\-#,##0.00`
	case 9:
		return "0%"
	case 10:
		return "0.00%"
	case 11:
		return "0.00E+00"
	case 12:
		return "# ?/?"
	case 13:
		return "# ??/??"
	case 37, 38:
		return "#,##0;-#,##0"
	case 39, 40:
		return "#,##0.00;-#,##0.00"
	case 41, 42:
		return "#,##0"
	case 43, 44:
		return "#,##0.00"
	case 48:
		return "##0.0E+0"
	case 49:
		return "@"
	case 32, 33, 34, 35, 55, 56:
		return map[int]string{32: `h"时"mm"分"`, 33: `h"时"mm"分"ss"秒"`, 34: ampm + `h"时"mm"分"`,
			35: ampm + `h"时"mm"分"ss"秒"`, 55: ampm + `h"时"mm"分"`, 56: ampm + `h"时"mm"分"ss"秒"`}[id]
	}
	return builtinDate(id)
}

// builtinDate are the built-in dates and times without the Chinese clock.
func builtinDate(id int) string {
	switch id {
	case 14:
		return "yyyy/m/d"
	case 15:
		return "d-mmm-yy"
	case 16:
		return "d-mmm"
	case 17:
		return "mmm-yy"
	case 18:
		return "h:mm AM/PM"
	case 19:
		return "h:mm:ss AM/PM"
	case 20:
		return "h:mm"
	case 21:
		return "h:mm:ss"
	case 22:
		return "yyyy/m/d h:mm"
	case 27, 36, 50, 52, 57:
		return `yyyy"年"m"月"`
	case 28, 29, 51, 53, 54, 58:
		return `m"月"d"日"`
	case 30:
		return "m-d-yy"
	case 31:
		return `yyyy"年"m"月"d"日"`
	case 45:
		return "mm:ss"
	case 46:
		return "[h]:mm:ss"
	case 47:
		return "mm:ss.0"
	}
	return ""
}
