package table

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"

	"hbupload/internal/spec"
	"hbupload/internal/table/grid"
)

var (
	reTotal = regexp.MustCompile(`^[(\[【]*(本页|本表|本单位|本次)?(合计|总计|小计|共计|累计|总合计)(人数|人次|数)?([:(]?[0-9]*[人次条行例项)]*)?[:。.)\]】]*$`)
	reNote  = regexp.MustCompile(`^[(\[【*※]*(注|备注|附注|附|说明|填表说明|填写说明|提示|以上|以下)([:0-9.、,)\]】]|$)` +
		`|^(打印|导出|制表|审核|填报|填表|统计|编制|报送|报告)(人|日期|时间|单位|部门|机构)(签字|签章|签名)?(:|$)` +
		`|^(单位|机构|日期|数据来源|盖章|签字|签名|签章)[(]?(盖章|公章)?[)]?:|^(数据来源|以下空白|以下无正文|此页无正文|以上空白)` +
		`|^第?[0-9一二三四五六七八九十]+/?页|^-?[0-9]+/[0-9]+页?-?$|共[0-9]+[人页条行项例]`)
	reAdvice  = regexp.MustCompile(`^[(\[【*]*(必填|选填|非必填|可空|可为空|不可为空|可不填|必须填写|文本|数字|日期|yyyy-mm-dd)(项|格式)?[)\]】*]*$`)
	reExample = regexp.MustCompile(`^[(\[【*]*(填写|填表)?(示例|样例|范例|例[:如)])`)
)

// classifier tells data rows from the others below the header.
type classifier struct {
	key        int32               // column of the exam key, 0 if there is none
	known      map[int32]bool      // columns the caller wants
	columns    int                 // of the header
	headers    []map[int32]string  // the header's rows as they stand: column → reduced text
	titles     map[string]struct{} // the title rows' texts
	leads      map[rune]struct{}   // what the title rows begin with
	titleAbove bool                // the row before was a note that may be a title of the next page
}

func newClassifier(h Header, rule HeaderRule, titles, header []grid.Row) classifier {
	c := classifier{columns: len(h.Columns), known: map[int32]bool{}, titles: map[string]struct{}{}, leads: map[rune]struct{}{}}
	for _, col := range h.Columns {
		if c.key == 0 && isKey(rule, col) {
			c.key = col.Col
		}
		c.known[col.Col] = rule.Known(col.Key)
	}
	for i := range header {
		c.headers = append(c.headers, texts(&header[i]))
	}
	for i := range titles {
		first, _ := firstValue(&titles[i])
		c.titles[joined(&titles[i])] = struct{}{}
		c.leads[lead(first.Text)] = struct{}{}
	}
	return c
}

func isKey(rule HeaderRule, col Column) bool {
	return rule.IsKey != nil && (rule.IsKey(col.Key) || col.Sub != "" && rule.IsKey(spec.HeaderKey(col.Sub)))
}

// reason is why the row is no data, or "".
func (c *classifier) reason(row *grid.Row) string {
	first, n := firstValue(row)
	key := grid.Cell{}
	if c.key != 0 {
		key = row.Cell(c.key)
	}
	noKey := !cellHasValue(&key)
	r := lead(first.Text)
	_, title := c.leads[r]
	switch {
	case c.repeatsHeader(row):
		return ReasonRepeated
	case title && c.isTitle(row):
		return ReasonTitle
	case example(first) || example(key):
		return ReasonExample
	case (noKey || key.Col == first.Col) && strings.ContainsRune("本合总小共累", r) && reTotal.MatchString(plain(first)):
		return ReasonTotal
	case n <= maxNote && (noKey || key.Col == first.Col) && c.isNote(first, n, noKey):
		return ReasonNote
	case strings.ContainsRune("([【*必选非可不文数日yY", r) && advice(row):
		return ReasonNote
	}
	c.titleAbove = false
	return ""
}

// advice tells whether every cell of the row says how its column is to be
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
func (c *classifier) isNote(first grid.Cell, n int, noKey bool) bool {
	text := plain(first)
	switch {
	case !isText(first):
		// A running number before an otherwise empty row.
		return n == 1 && noKey && c.key != 0 && !c.known[first.Col]
	case n == 1 && !noKey:
		return remark(text)
	case n > 1:
		return reNote.MatchString(text) && (c.key != 0 || strings.HasSuffix(text, ":"))
	case c.known[first.Col]:
		return remark(text) && (c.columns >= 3 || reNote.MatchString(text)) && (reNote.MatchString(text) || sentence(text))
	}
	return c.columns >= 3 || reNote.MatchString(text)
}

// sentence tells a remark from a short value such as the name of a hazard.
func sentence(text string) bool {
	return strings.ContainsAny(text, ":,。;!?") || utf8.RuneCountInString(text) > 12
}

// remark tells whether a text, though it may stand in the key's column, is no
// key: keys hold digits and no punctuation of sentences.
func remark(text string) bool {
	if reNote.MatchString(text) || strings.ContainsAny(text, ":,。;、!") {
		return true
	}
	han, digits := 0, 0
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
			if all++; all > 3 && same == 0 {
				break
			}
			name := header[cell.Col]
			if name == "" || !isText(*cell) || !mayBe(cell.Text, name) {
				continue
			}
			if spec.HeaderKey(headerText(cell.Text)) == name {
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

// mayBe is a cheap look at whether a text may reduce to a header's key.
func mayBe(text, key string) bool {
	for i, r := range key {
		if i == 0 {
			return r == unicode.ToLower(lead(text)) || strings.ContainsRune("([【（［", lead(text))
		}
	}
	return false
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
