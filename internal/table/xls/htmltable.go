package xls

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"

	"hbupload/internal/pattern"
	"hbupload/internal/table/grid"
)

const (
	maxDepth   = 64      // tables within tables
	maxSpan    = 1000    // columns of one cell, as browsers have it
	maxColumn  = 16384   // as in Excel
	maxRowSpan = 65534   // as browsers have it
	maxText    = 1 << 20 // bytes of one cell
	maxToken   = 4 << 20 // bytes between two tags
)

var (
	// reTextFormat is the number format "text" in a style, as Excel and as many
	// Java programs write it.
	reTextFormat = pattern.New(`(?i)(?:mso-number-format|vnd\.ms-excel\.numberformat)\s*:\s*(?:"|'|&quot;)?\\?@`)
	reRule       = pattern.New(`([^{}]*)\{([^{}]*)\}`)
	reClass      = pattern.New(`\.([A-Za-z0-9_-]+)`)
	reStrike     = pattern.New(`(?i)text-decoration(?:-line)?\s*:[^;}]*line-through`)
	reNoDisplay  = pattern.New(`(?i)display\s*:\s*none`)
)

// builder makes a page out of tags. It wants no tidy markup: rows and cells end
// where the next ones begin. A table within a cell becomes a sheet of its own:
// pages often use an outer table for their layout only.
type builder struct {
	file   string
	limit  int // cells still allowed
	page   *page
	names  []string        // x:Name of the worksheets, in the order of the tables
	text   map[string]bool // classes whose cells are text
	struck map[string]bool // classes that strike through
	skip   string
	inName bool
	inCSS  bool
	stack  []*frame // of open tables, the innermost last
}

// frame is a table that is being read.
type frame struct {
	tab     *table
	row     tableRow
	inRow   bool
	struck  bool // the row is struck through
	rowNum  int32
	cell    cellState
	inCell  bool
	blocked []int32 // by column: last row a rowspan from above covers
	content strings.Builder
}

// cellState is the cell that is being read.
type cellState struct {
	col, cols, rows int32
	text            bool
	blanks          bool // white space waits for the next word
	struck          bool // some of it is struck through
}

// top is the innermost open table, nil outside of tables.
func (b *builder) top() *frame {
	if len(b.stack) == 0 {
		return nil
	}
	return b.stack[len(b.stack)-1]
}

// read builds the page.
func (b *builder) read(r io.Reader) error {
	b.page = &page{file: b.file}
	b.text = make(map[string]bool)
	b.struck = make(map[string]bool)
	z := html.NewTokenizer(r)
	z.SetMaxBuf(maxToken)
	for {
		switch z.Next() {
		case html.ErrorToken:
			err := z.Err()
			if errors.Is(err, io.EOF) {
				return b.finish()
			}
			if errors.Is(err, html.ErrBufferExceeded) {
				return b.fail("一个单元格或标签过长")
			}
			return b.failWith("读取网页失败", err)
		case html.TextToken:
			b.onText(string(z.Raw()))
		case html.StartTagToken, html.SelfClosingTagToken:
			if err := b.start(z.Token()); err != nil {
				return err
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			b.end(string(name))
		case html.CommentToken:
			b.comment(string(z.Text()))
		}
		if f := b.top(); f != nil && f.content.Len() > maxText {
			return b.fail("一个单元格过长")
		}
	}
}

func (b *builder) fail(message string) error { return b.failWith(message, nil) }

func (b *builder) failWith(message string, err error) error {
	e := &grid.ReadError{File: b.file, Message: message, Fix: "请从原系统重新导出，或用 Excel/WPS 打开确认后另存为 .xlsx", Err: err}
	if f := b.top(); f != nil {
		e.Row = f.rowNum
	}
	return e
}

// finish names the tables. One without its end is a page that was cut off: its
// last rows may be missing.
func (b *builder) finish() error {
	if len(b.stack) > 0 {
		return b.fail("网页不完整：表格没有结尾，后面的行可能丢失")
	}
	all := b.page.tables
	if b.page.tables = slices.DeleteFunc(slices.Clone(all), func(t *table) bool { return len(t.rows) == 0 }); len(b.page.tables) == 0 {
		b.page.tables = all
	}
	for i := range b.page.tables {
		name := "Sheet" + strconv.Itoa(i+1)
		if len(b.names) == len(b.page.tables) {
			name = b.names[i]
		}
		b.page.sheets = append(b.page.sheets, grid.Sheet{Name: name})
	}
	return nil
}

// start handles an opening tag.
func (b *builder) start(t html.Token) error {
	b.inName = t.Data == "x:name" && t.Type == html.StartTagToken
	f := b.top()
	switch t.Data {
	case "script", "title", "textarea":
		b.skip = t.Data
	case "style":
		b.inCSS = true
	case "table":
		if err := b.startTable(f); err != nil {
			return err
		}
	}
	if f == nil {
		return nil
	}
	return b.startInTable(f, t)
}

// startTable begins a table, inside another one (f) or not.
func (b *builder) startTable(f *frame) error {
	if len(b.stack) == maxDepth {
		return b.fail(fmt.Sprintf("表格嵌套超过 %d 层", maxDepth))
	}
	if f != nil {
		f.space()
	}
	tab := &table{}
	b.page.tables = append(b.page.tables, tab)
	b.stack = append(b.stack, &frame{tab: tab})
	return nil
}

// startInTable is a start tag inside the table f.
func (b *builder) startInTable(f *frame, t html.Token) error {
	switch t.Data {
	case "tr":
		f.endRow()
		f.inRow = true
		f.rowNum++
		f.row = tableRow{num: f.rowNum, hidden: reNoDisplay.MatchString(attr(t, "style"))}
		f.struck = b.isStruck(t)
		return nil
	case "td", "th":
		return b.startCell(f, t)
	case "br":
		if f.inCell {
			f.content.WriteByte('\n')
			f.cell.blanks = false
		}
	case "p", "div", "li":
		f.space()
	case "thead", "tbody", "tfoot", "table":
		return nil
	}
	f.cell.struck = f.cell.struck || f.inCell && b.isStruck(t)
	return nil
}

// end handles a closing tag.
func (b *builder) end(name string) {
	b.inName = false
	switch name {
	case b.skip:
		b.skip = ""
	case "style":
		b.inCSS = false
	}
	f := b.top()
	if f == nil {
		return
	}
	switch name {
	case "table":
		f.endRow()
		b.stack = b.stack[:len(b.stack)-1]
	case "body", "html": // a careless program, not a page that was cut off
		for _, f := range b.stack {
			f.endRow()
		}
		b.stack = b.stack[:0]
	case "tr", "thead", "tbody", "tfoot":
		f.endRow()
	case "td", "th":
		f.endCell()
	}
}

// startCell finds the next free column of the row.
func (b *builder) startCell(f *frame, t html.Token) error {
	if !f.inRow { // <td> without <tr>
		f.inRow = true
		f.rowNum++
		f.row = tableRow{num: f.rowNum}
		f.struck = false
	}
	f.endCell()
	col := int32(1)
	if f.cell.col > 0 {
		col = f.cell.col + f.cell.cols
	}
	for int(col) <= len(f.blocked) && f.blocked[col-1] >= f.rowNum {
		col++
	}
	f.cell = cellState{col: col, cols: span(attr(t, "colspan"), maxSpan), rows: span(attr(t, "rowspan"), maxRowSpan), text: b.isText(t), struck: f.struck || b.isStruck(t)}
	f.inCell = true
	if b.limit -= int(f.cell.cols); b.limit < 0 || col+f.cell.cols > maxColumn {
		return b.fail("表格过大")
	}
	if f.cell.rows > 1 {
		for last := col + f.cell.cols - 1; int(last) > len(f.blocked); {
			f.blocked = append(f.blocked, 0)
		}
		for i := range f.cell.cols {
			f.blocked[col-1+i] = f.rowNum + f.cell.rows - 1
		}
	}
	return nil
}

// isText reports whether a cell says that its digits are text.
func (b *builder) isText(t html.Token) bool {
	for i := range t.Attr {
		switch t.Attr[i].Key {
		case "x:str":
			return true
		case "style":
			if reTextFormat.MatchString(t.Attr[i].Val) {
				return true
			}
		case "class":
			for _, class := range strings.Fields(t.Attr[i].Val) {
				if b.text[strings.ToLower(class)] {
					return true
				}
			}
		}
	}
	return false
}

// isStruck reports whether an element strikes its text through.
func (b *builder) isStruck(t html.Token) bool {
	switch t.Data {
	case "s", "strike", "del":
		return true
	}
	if reStrike.MatchString(attr(t, "style")) {
		return true
	}
	return len(b.struck) > 0 && slices.ContainsFunc(strings.Fields(attr(t, "class")), func(class string) bool { return b.struck[strings.ToLower(class)] })
}

// endCell keeps the cell that was read.
func (f *frame) endCell() {
	if !f.inCell {
		return
	}
	f.inCell = false
	if c := f.cell; c.cols > 1 || c.rows > 1 {
		f.tab.merges = append(f.tab.merges, grid.Range{FirstRow: f.rowNum, FirstCol: c.col, LastRow: f.rowNum + c.rows - 1, LastCol: c.col + c.cols - 1})
	}
	text := strings.Trim(f.content.String(), " \n\u00A0")
	f.content.Reset()
	if text == "" {
		return
	}
	kind := grid.Untyped
	if f.cell.text {
		kind = grid.Text
	}
	f.row.cells = append(f.row.cells, grid.Cell{Col: f.cell.col, Kind: kind, Text: text, Struck: f.cell.struck})
}

// endRow keeps the row that was read if it holds anything.
func (f *frame) endRow() {
	f.endCell()
	if f.inRow && len(f.row.cells) > 0 {
		f.row.cells = slices.Clip(f.row.cells)
		f.tab.rows = append(f.tab.rows, f.row)
	}
	f.inRow = false
	f.cell = cellState{}
}

// onText handles what stands between tags: entities are resolved, white space
// is one blank, as a browser shows it.
func (b *builder) onText(raw string) {
	f := b.top()
	switch {
	case b.skip != "":
	case b.inCSS:
		b.css(raw)
	case b.inName:
		b.names = append(b.names, strings.TrimSpace(html.UnescapeString(raw)))
	case f != nil && f.inCell:
		f.write(html.UnescapeString(raw))
	}
}

// write adds text to the cell.
func (f *frame) write(text string) {
	for _, c := range text {
		switch c {
		case ' ', '\t', '\r', '\n', '\f':
			f.space()
		default:
			if f.cell.blanks && f.content.Len() > 0 && !strings.HasSuffix(f.content.String(), "\n") {
				f.content.WriteByte(' ')
			}
			f.cell.blanks = false
			f.content.WriteRune(c)
		}
	}
}

// space notes white space; it counts only between words.
func (f *frame) space() { f.cell.blanks = f.inCell }

// css remembers the classes whose cells are text or struck through.
func (b *builder) css(rules string) {
	for _, rule := range reRule.FindAllStringSubmatch(rules, -1) {
		text := reTextFormat.MatchString(rule[2])
		struck := reStrike.MatchString(rule[2])
		if !text && !struck {
			continue
		}
		for _, class := range reClass.FindAllStringSubmatch(rule[1], -1) {
			name := strings.ToLower(class[1])
			b.text[name] = b.text[name] || text
			b.struck[name] = b.struck[name] || struck
		}
	}
}

// comment reads the names of worksheets, which Excel hides in a conditional
// comment.
func (b *builder) comment(s string) {
	for {
		_, after, ok := strings.Cut(s, "<x:Name>")
		if !ok {
			return
		}
		name, rest, ok := strings.Cut(after, "</x:Name>")
		if !ok {
			return
		}
		b.names = append(b.names, strings.TrimSpace(html.UnescapeString(name)))
		s = rest
	}
}

// attr is an attribute's value.
func attr(t html.Token, name string) string {
	for i := range t.Attr {
		if t.Attr[i].Key == name {
			return t.Attr[i].Val
		}
	}
	return ""
}

// span is a colspan or rowspan: at least one and bounded. Of 2px and 3" the
// leading digits count, as the standard has it for browsers.
func span(s string, limit int) int32 {
	s = strings.TrimPrefix(strings.TrimLeft(s, " \t\r\n\f"), "+")
	n := 0
	for i := 0; i < len(s) && s[i] >= '0' && s[i] <= '9'; i++ {
		n = min(n*10+int(s[i]-'0'), limit)
	}
	return int32(max(n, 1))
}
