package table

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"hbupload/internal/pattern"
	"hbupload/internal/spec"
	"hbupload/internal/table/grid"
)

var (
	reTotal = pattern.New(`^[(\[【]*(本页|本表|本单位|本次)?(合计|总计|小计|共计|累计|总合计)(人数|人次|数)?([:(]?[0-9]*[人次条行例项)]*)?[:。.)\]】]*$`)
	reNote  = pattern.New(`^[(\[【*※]*(注|备注|附注|附|说明|填表说明|填写说明|提示|以上|以下)([:0-9.、,)\]】]|$)` +
		`|^(打印|导出|制表|审核|填报|填表|统计|编制|报送|报告)(人|日期|时间|单位|部门|机构)(签字|签章|签名)?(:|$)` +
		`|^(单位|机构|日期|数据来源|盖章|签字|签名|签章)[(]?(盖章|公章)?[)]?:|^(数据来源|以下空白|以下无正文|此页无正文|以上空白)` +
		`|^第?[0-9一二三四五六七八九十]+/?页|^-?[0-9]+/[0-9]+页?-?$|共[0-9]+[人页条行项例]`)
	reAdvice  = pattern.New(`^[(\[【*]*(必填|选填|非必填|可空|可为空|不可为空|可不填|必须填写|文本|数字|日期|yyyy-mm-dd)(项|格式)?[)\]】*]*$`)
	reExample = pattern.New(`^[(\[【*]*(填写|填表)?(示例|样例|范例|例[:如)])`)
)

// classifier tells data rows from the others below the header.
type classifier struct {
	key        int32               // column of the exam key, 0 if there is none
	known      map[int32]bool      // columns the caller wants
	columns    int                 // of the header
	headers    []headerRow         // the header's rows as they stand
	titles     map[string]struct{} // the title rows' texts
	leads      string              // what the title rows begin with
	titleAbove bool                // the row before was a note that may be a title of the next page
}

func newClassifier(h Header, rule HeaderRule, titles, header []grid.Row) classifier {
	c := classifier{columns: len(h.Columns), known: map[int32]bool{}, titles: map[string]struct{}{}}
	for _, col := range h.Columns {
		if c.key == 0 && isKey(rule, col) {
			c.key = col.Col
		}
		c.known[col.Col] = rule.Known(col.Key)
	}
	for i := range header {
		c.headers = append(c.headers, newHeaderRow(&header[i]))
	}
	for i := range titles {
		first, _ := firstValue(&titles[i])
		c.titles[joined(&titles[i])] = struct{}{}
		c.leads += string(lead(first.Text))
	}
	return c
}

func isKey(rule HeaderRule, col Column) bool {
	return rule.IsKey != nil && (rule.IsKey(col.Key) || col.Sub != "" && rule.IsKey(spec.HeaderKey(col.Sub)))
}

// reason is why the row is no data, or "".
func (c *classifier) reason(row *grid.Row) string {
	first, n := firstValue(row)
	key := c.keyOf(row)
	noKey := !cellHasValue(&key)
	alone := noKey || key.Col == first.Col
	r := lead(first.Text)
	switch {
	case c.repeatsHeader(row):
		return ReasonRepeated
	case strings.ContainsRune(c.leads, r) && c.isTitle(row):
		return ReasonTitle
	case example(first) || example(key):
		return ReasonExample
	case alone && strings.ContainsRune("本合总小共累", r) && reTotal.MatchString(plain(first)):
		return ReasonTotal
	case alone && n <= maxNote && c.isNote(row, first, n, noKey):
		return ReasonNote
	case strings.ContainsRune("([【*必选非可不文数日yY", r) && advice(row):
		return ReasonNote
	}
	c.titleAbove = false
	return ""
}

// keyOf is a row's cell in the key column, empty where the table has none.
func (c *classifier) keyOf(row *grid.Row) grid.Cell {
	if c.key == 0 {
		return grid.Cell{}
	}
	return row.Cell(c.key)
}

// advice reports whether every cell of the row says how its column is to be
// filled in: 必填, 选填, 文本.
func advice(row *grid.Row) bool {
	n := 0
	for i := range row.Cells {
		if cell := &row.Cells[i]; cellHasValue(cell) {
			if n++; !isText(*cell) || !reAdvice.MatchString(strings.ToLower(plain(*cell))) {
				return false
			}
		}
	}
	return n > 1
}

// seen remembers the row before: a line of its own above a repeated header is
// the title of the next page, not a footer of the one before.
func (c *classifier) seen(row *grid.Row, reason string) {
	first, n := firstValue(row)
	c.titleAbove = reason == ReasonNote && n == 1 && !reNote.MatchString(plain(first))
}

// maxNote is how many cells a line of remarks may have: 制表人, 张三, 审核人, 李四.
const maxNote = 6

// isNote judges a row of few cells of which the first is not a value beside an
// exam key. What may be data is data: a lost row is worse than a finding.
func (c *classifier) isNote(row *grid.Row, first grid.Cell, n int, noKey bool) bool {
	text := plain(first)
	switch {
	case !isText(first):
		// A running number before an otherwise empty row.
		return n == 1 && noKey && c.key != 0 && !c.known[first.Col]
	case n == 1 && !noKey:
		return remark(text)
	case n > 1:
		return c.signature(row, text)
	case c.known[first.Col]:
		return remark(text) && (c.columns >= 3 || reNote.MatchString(text)) && (reNote.MatchString(text) || sentence(text))
	}
	return c.columns >= 3 || reNote.MatchString(text)
}

// speaks tells text that may be a remark at all: every remark has a word that
// is not ASCII, or is a page's "3/5". Exam keys, which begin most rows, have
// neither.
func speaks(text string) bool {
	for i := 0; i < len(text); i++ {
		if text[i] >= utf8.RuneSelf || text[i] == '/' {
			return true
		}
	}
	return false
}

// signature reports whether a row of several cells is a line of remarks such as
// 制表人： 张三 审核人： 李四, and not a person whose key is 附1.
func (c *classifier) signature(row *grid.Row, first string) bool {
	if !speaks(first) || !reNote.MatchString(first) {
		return false
	}
	if c.key == 0 || strings.Contains(first, ":") || !strings.ContainsFunc(first, unicode.IsDigit) {
		return strings.Contains(first, ":") || c.key != 0
	}
	for i := range row.Cells {
		if cell := &row.Cells[i]; cellHasValue(cell) && !reNote.MatchString(plain(*cell)) {
			return false
		}
	}
	return true
}

// sentence tells a remark from a short value such as the name of a hazard.
func sentence(text string) bool {
	return strings.ContainsAny(text, ":,。;!?") || utf8.RuneCountInString(text) > 12
}

// remark reports whether a text, though it may stand in the key's column, is no
// key: keys hold digits and no punctuation of sentences.
func remark(text string) bool {
	if reNote.MatchString(text) || strings.ContainsAny(text, ":,。;、!") {
		return true
	}
	var han, digits int
	for _, r := range text {
		switch {
		case unicode.Is(unicode.Han, r):
			han++
		case unicode.IsDigit(r):
			digits++
		}
	}
	return han > 0 && (digits == 0 || han > 10)
}

func example(c grid.Cell) bool {
	return c.Text != "" && strings.ContainsRune("([【*填示样范例", lead(c.Text)) && isText(c) && reExample.MatchString(plain(c))
}

// repeatsHeader reports whether most cells of the row say what one of the header
// rows says in the same columns.
func (c *classifier) repeatsHeader(row *grid.Row) bool {
	for i := range c.headers {
		header := &c.headers[i]
		var same, all int
		for j := range row.Cells {
			cell := &row.Cells[j]
			if !cellHasValue(cell) {
				continue
			}
			if all++; all > 3 && same == 0 {
				break
			}
			if header.says(cell) {
				same++
			}
		}
		if same >= min(2, header.n) && same*2 > all {
			return true
		}
	}
	return false
}

// headerRow is one row of the header: its reduced texts by column.
type headerRow struct {
	keys  []string
	leads []rune // their first characters
	n     int
}

func newHeaderRow(row *grid.Row) headerRow {
	var h headerRow
	for i := range row.Cells {
		c := &row.Cells[i]
		if !isText(*c) {
			continue
		}
		key := spec.HeaderKey(headerText(c.Text))
		if key == "" || c.Col < 1 {
			continue
		}
		for int(c.Col) >= len(h.keys) {
			h.keys = append(h.keys, "")
			h.leads = append(h.leads, 0)
		}
		h.keys[c.Col] = key
		h.leads[c.Col] = []rune(key)[0]
		h.n++
	}
	return h
}

// says reports whether a cell repeats the header of its column. Nearly all cells
// fall at the first character, without an allocation.
func (h *headerRow) says(c *grid.Cell) bool {
	if int(c.Col) >= len(h.keys) || h.leads[c.Col] == 0 || c.Kind != grid.Text && c.Kind != grid.Untyped {
		return false
	}
	switch r := lead(c.Text); {
	case r == h.leads[c.Col]:
	case r < 0x3400 && unicode.ToLower(r) == h.leads[c.Col]:
	case r == '(' || r == '[' || r == '【':
	default:
		return false
	}
	return spec.HeaderKey(headerText(c.Text)) == h.keys[c.Col]
}

func (c *classifier) isTitle(row *grid.Row) bool {
	_, ok := c.titles[joined(row)]
	return ok
}

// lead is the first character of a text that is not blank or a mark of text,
// its width folded; 0 if there is none. It looks at every row, and so must not
// allocate.
func lead(s string) rune {
	for _, r := range s {
		switch {
		case blankRune(r) || r == '\'' || r == '=' || r == '"':
		case r == '［':
			return '['
		case r > 0xff00 && r < 0xff5f:
			return r - 0xfee0
		default:
			return r
		}
	}
	return 0
}
