package table

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/width"

	"hbupload/internal/spec"
	"hbupload/internal/table/grid"
)

var (
	reTotal   = regexp.MustCompile(`^(本页|本表|本单位)?(合计|总计|小计|共计|累计|总合计)(人数|人次|数)?([:(]?[0-9]*[人次条行例)]*)?[:。.]*$`)
	reNote    = regexp.MustCompile(`^[(\[【*※]*(注|备注|附注|说明|填表说明|填写说明|提示|打印日期|打印时间|打印人|导出日期|导出时间|制表|制表人|制表日期|制表单位|审核人|审核|填报人|填报单位|填报日期|统计日期|统计时间|数据来源|以上|以下)([:0-9.、,]|\s|$)|^第?[0-9]+/?页|^第[0-9一二三四五六七八九十]+页|^共[0-9]+(页|人|条|行)|^[0-9]+/[0-9]+页?$|^(以下空白|以下无正文|此页无正文)`)
	reExample = regexp.MustCompile(`^[(\[【*]*(填写)?(示例|样例|范例|例[:如])`)
)

// classifier tells data rows from the others below the header.
type classifier struct {
	key        int32               // column of the exam key, 0 if there is none
	headers    []map[int32]string  // the header's rows as they stand: column → reduced text
	titles     map[string]struct{} // the title rows' texts
	titleAbove bool                // the row before was a note that may be a title of the next page
}

func newClassifier(h Header, rule HeaderRule, titles, header []grid.Row) classifier {
	c := classifier{titles: map[string]struct{}{}}
	for _, col := range h.Columns {
		if c.key == 0 && isKey(rule, col) {
			c.key = col.Col
		}
	}
	for i := range header {
		c.headers = append(c.headers, texts(&header[i]))
	}
	for i := range titles {
		c.titles[joined(&titles[i])] = struct{}{}
	}
	return c
}

func isKey(rule HeaderRule, col Column) bool {
	return rule.IsKey != nil && (rule.IsKey(col.Key) || col.Sub != "" && rule.IsKey(spec.HeaderKey(col.Sub)))
}

// reason is why the row is no data, or "".
func (c *classifier) reason(row *grid.Row) string {
	first, n := firstValue(row)
	text := plain(first)
	key := plain(c.keyCell(row))
	switch {
	case c.repeatsHeader(row):
		return ReasonRepeated
	case len(c.titles) > 0 && n < 8 && c.isTitle(row):
		return ReasonTitle
	case reExample.MatchString(key) || reExample.MatchString(text):
		return ReasonExample
	case (key == "" || c.key == first.Col) && reTotal.MatchString(text):
		return ReasonTotal
	case n == 1 && isText(first) && (key == "" && !c.looksLikeData(first) || key != "" && noKey(first.Text, key)):
		return ReasonNote
	case key == "" && n == 2 && isText(first) && reNote.MatchString(text) && c.key != 0:
		return ReasonNote
	}
	c.titleAbove = false
	return ""
}

// seen remembers the reason of the row before.
func (c *classifier) seen(reason string) { c.titleAbove = reason == ReasonNote }

// looksLikeData holds for the only cell of a row of a sheet that has a single
// column, or no exam key and so few columns that one value is a row's all.
func (c *classifier) looksLikeData(cell grid.Cell) bool {
	if c.key != 0 {
		return false
	}
	return len(c.headers) > 0 && len(c.headers[0]) < 3 && !reNote.MatchString(plain(cell))
}

func (c *classifier) keyCell(row *grid.Row) grid.Cell {
	if c.key == 0 {
		return grid.Cell{}
	}
	return row.Cell(c.key)
}

// noKey tells whether the only cell of a row, though it stands in the key's
// column, is a remark: keys hold digits and no punctuation of sentences.
func noKey(raw, text string) bool {
	if reNote.MatchString(text) || strings.ContainsAny(text, ":,。;、!") {
		return true
	}
	han, digits := 0, 0
	for _, r := range raw {
		switch {
		case unicode.Is(unicode.Han, r):
			han++
		case unicode.IsDigit(r):
			digits++
		}
	}
	return han > 0 && (digits == 0 || han > 10)
}

// repeatsHeader tells whether most cells of the row say what one of the header
// rows says in the same columns.
func (c *classifier) repeatsHeader(row *grid.Row) bool {
	for _, header := range c.headers {
		same, all := 0, 0
		for i := range row.Cells {
			cell := &row.Cells[i]
			if !cellHasValue(cell) {
				continue
			}
			all++
			if all > 3 && same == 0 {
				break
			}
			if name := header[cell.Col]; name != "" && isText(*cell) && spec.HeaderKey(headerText(cell.Text)) == name {
				same++
			}
		}
		if same >= min(2, len(header)) && same*2 > all {
			return true
		}
	}
	return false
}

func (c *classifier) isTitle(row *grid.Row) bool {
	_, ok := c.titles[joined(row)]
	return ok
}

// texts are the row's cells reduced as headers are compared, by column.
func texts(row *grid.Row) map[int32]string {
	out := make(map[int32]string, len(row.Cells))
	for i := range row.Cells {
		if isText(row.Cells[i]) {
			if key := spec.HeaderKey(headerText(row.Cells[i].Text)); key != "" {
				out[row.Cells[i].Col] = key
			}
		}
	}
	return out
}

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
	if c.Text == "" {
		return ""
	}
	return strings.Map(func(r rune) rune {
		if blankRune(r) {
			return -1
		}
		return r
	}, width.Fold.String(headerText(c.Text)))
}

// headerText takes off what keeps a program from turning text into a number.
func headerText(s string) string {
	if rest, ok := strings.CutPrefix(s, `="`); ok {
		return strings.TrimSuffix(rest, `"`)
	}
	return strings.TrimPrefix(s, "'")
}

// firstValue is the first cell with a value, and how many there are.
func firstValue(row *grid.Row) (first grid.Cell, n int) {
	for i := range row.Cells {
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

// cellHasValue tells whether a person sees something in the cell: blanks of
// every width are nothing.
func cellHasValue(c *grid.Cell) bool {
	switch c.Kind {
	case grid.Blank:
		return false
	case grid.Text, grid.Untyped:
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
	switch r {
	case '\u200b', '\u200c', '\u200d', '\ufeff', '\u2060':
		return true
	}
	return unicode.IsSpace(r)
}

// isText tells whether the cell holds words: text, or a field of a text file
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

// numeric tells whether a field of a text file looks like a number or a date.
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
