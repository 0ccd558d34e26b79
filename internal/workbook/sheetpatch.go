package workbook

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"

	"hbupload/internal/spec"
)

// sheetPatch is what changes in one worksheet part. Everything else passes
// through byte for byte, as a stream: the memory is that of one tag and of
// what follows the rows.
type sheetPatch struct {
	of       *Annotation
	styles   *bookStyles
	marks    []mark      // ascending by row and column, one for each cell
	restore  map[int]int // styles of an earlier copy → what they were
	unselect bool        // another sheet is the one shown
	notesRel string      // relationship of the notes' drawing, "" if the sheet needs no new one

	every    []mark // all marks, while marks shrinks
	r        *bufio.Reader
	w        *bufio.Writer
	tag      []byte
	row      int32
	col      int32
	rowStyle int
	current  []mark // those of the current row that are still to come
	cols     []colStyle
}

// colStyle is the style of empty cells in some columns.
type colStyle struct {
	from, to int32
	style    int
}

// maxTail bounds what stands behind the rows of a sheet.
const maxTail = 64 << 20

// run patches r into w.
func (p *sheetPatch) run(r io.Reader, w io.Writer) error {
	p.every = p.marks
	p.r = bufio.NewReaderSize(r, 256<<10)
	p.w = bufio.NewWriterSize(w, 256<<10)
	if err := p.checkStart(); err != nil {
		return err
	}
	if err := p.head(); err != nil {
		return err
	}
	tail, err := io.ReadAll(io.LimitReader(p.r, maxTail+1))
	if err != nil {
		return err
	}
	if len(tail) > maxTail {
		return errUnusual
	}
	if tail, err = p.tail(tail); err != nil {
		return err
	}
	if _, err := p.w.Write(tail); err != nil {
		return err
	}
	return p.w.Flush()
}

// checkStart refuses other encodings than UTF-8.
func (p *sheetPatch) checkStart() error {
	head, err := p.r.Peek(200)
	if err != nil && len(head) == 0 {
		return errUnusual
	}
	head = bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))
	if len(head) == 0 || head[0] != '<' {
		return errUnusual
	}
	if end := bytes.Index(head, []byte("?>")); bytes.HasPrefix(head, []byte("<?xml")) && end > 0 {
		if enc, ok := getAttr(string(head[:end]), "encoding"); ok && !strings.EqualFold(enc, "utf-8") {
			return errUnusual
		}
	}
	return nil
}

// next copies text up to the next tag, which it leaves in p.tag.
func (p *sheetPatch) next() error {
	for {
		part, err := p.r.ReadSlice('<')
		if err == nil {
			part = part[:len(part)-1]
		}
		if _, werr := p.w.Write(part); werr != nil {
			return werr
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err != nil {
			return io.ErrUnexpectedEOF // the root was not closed
		}
		return p.readTag()
	}
}

// readTag reads the rest of a tag, a comment or a CDATA section.
func (p *sheetPatch) readTag() error {
	p.tag = append(p.tag[:0], '<')
	until := []byte(">")
	for {
		part, err := p.r.ReadSlice('>')
		p.tag = append(p.tag, part...)
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err != nil {
			return io.ErrUnexpectedEOF
		}
		switch {
		case bytes.HasPrefix(p.tag, []byte("<!--")):
			until = []byte("-->")
		case bytes.HasPrefix(p.tag, []byte("<![CDATA[")):
			until = []byte("]]>")
		case bytes.HasPrefix(p.tag, []byte("<!")):
			return errUnusual // a document type
		case bytes.IndexByte(p.tag, '"') >= 0 || bytes.IndexByte(p.tag, '\'') >= 0:
			if openQuote(p.tag) {
				continue
			}
		}
		if bytes.HasSuffix(p.tag, until) {
			return nil
		}
	}
}

// openQuote reports whether the tag ends within a quoted value.
func openQuote(tag []byte) bool {
	var quote byte
	for _, c := range tag {
		switch {
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		case c == quote:
			quote = 0
		}
	}
	return quote != 0
}

// tagName is the name of a tag, with a leading slash if it closes.
func tagName(tag []byte) []byte {
	for i := 1; i < len(tag); i++ {
		switch tag[i] {
		case ' ', '\t', '\r', '\n', '>':
			return tag[1:i]
		case '/':
			if i > 1 {
				return tag[1:i]
			}
		}
	}
	return tag[1:]
}

func closedTag(tag []byte) bool { return bytes.HasSuffix(tag, []byte("/>")) }

// head copies what stands before the rows, and then the rows.
func (p *sheetPatch) head() error {
	root := false
	for {
		if err := p.next(); err != nil {
			return err
		}
		switch name := string(tagName(p.tag)); {
		case p.tag[1] == '?' || p.tag[1] == '!':
		case !root:
			if root = true; name != "worksheet" || !bytes.Contains(p.tag, []byte(nsMain)) {
				return errUnusual
			}
		case name == "sheetView" && p.unselect:
			p.tag = []byte(setAttr(string(p.tag), "tabSelected", ""))
		case name == "col":
			p.noteCol(string(p.tag))
		case name == "sheetData":
			return p.rows()
		case name == "/worksheet":
			return errUnusual
		}
		if _, err := p.w.Write(p.tag); err != nil {
			return err
		}
	}
}

func (p *sheetPatch) noteCol(tag string) {
	style, _ := getAttr(tag, "style")
	from, _ := getAttr(tag, "min")
	to, _ := getAttr(tag, "max")
	if n := atoi(style, 0); n > 0 {
		p.cols = append(p.cols, colStyle{int32(atoi(from, 0)), int32(atoi(to, 0)), n})
	}
}

// rows copies the rows and marks their cells.
func (p *sheetPatch) rows() error {
	if closedTag(p.tag) {
		if len(p.marks) == 0 {
			return p.write(string(p.tag))
		}
		if err := p.write("<sheetData>"); err != nil {
			return err
		}
		if err := p.missingRows(1 << 30); err != nil {
			return err
		}
		return p.write("</sheetData>")
	}
	for {
		if _, err := p.w.Write(p.tag); err != nil {
			return err
		}
		if err := p.next(); err != nil {
			return err
		}
		var err error
		switch name := tagName(p.tag); string(name) {
		case "row":
			err = p.beginRow()
		case "c":
			err = p.cell()
		case "/row":
			err = p.missingCells(1 << 30)
		case "/sheetData":
			if err = p.missingRows(1 << 30); err == nil {
				return p.write(string(p.tag))
			}
		}
		if err != nil {
			return err
		}
	}
}

func (p *sheetPatch) write(text string) error {
	_, err := p.w.WriteString(text)
	return err
}

// beginRow prepares p.tag, the row's start.
func (p *sheetPatch) beginRow() error {
	num := p.row + 1
	if len(p.marks) > 0 || p.current != nil || p.restore != nil {
		if r, ok := getAttr(string(p.tag), "r"); ok {
			num = int32(atoi(r, int(num)))
		}
		if num <= p.row {
			return errUnusual // rows out of order
		}
	}
	if err := p.missingRows(num); err != nil {
		return err
	}
	p.row = num
	p.col = 0
	p.rowStyle = -1
	p.current = nil
	n := 0
	for n < len(p.marks) && p.marks[n].row == num {
		n++
	}
	if n == 0 {
		return nil
	}
	p.current = p.marks[:n]
	p.marks = p.marks[n:]
	tag := setAttr(string(p.tag), "spans", "")
	if v, _ := getAttr(tag, "customFormat"); v == "1" || v == "true" {
		s, _ := getAttr(tag, "s")
		p.rowStyle = atoi(s, -1)
	}
	p.tag = []byte(tag)
	if !closedTag(p.tag) {
		return nil
	}
	if err := p.write(strings.TrimSuffix(tag, "/>") + ">"); err != nil {
		return err
	}
	p.tag = append(p.tag[:0], "</row>"...)
	return p.missingCells(1 << 30)
}

// missingRows writes the marked rows before row that the file does not have.
func (p *sheetPatch) missingRows(row int32) error {
	for len(p.marks) > 0 && p.marks[0].row < row {
		at := p.marks[0].row
		n := 0
		for n < len(p.marks) && p.marks[n].row == at {
			n++
		}
		p.row = at
		p.rowStyle = -1
		p.current = p.marks[:n]
		p.marks = p.marks[n:]
		if at > 0 {
			if err := p.write(`<row r="` + strconv.Itoa(int(at)) + `">`); err != nil {
				return err
			}
			if err := p.missingCells(1 << 30); err != nil {
				return err
			}
			if err := p.write(`</row>`); err != nil {
				return err
			}
		}
	}
	return nil
}

// missingCells writes the marked cells before col that the row does not have.
func (p *sheetPatch) missingCells(col int32) error {
	for len(p.current) > 0 && p.current[0].col < col {
		m := p.current[0]
		p.current = p.current[1:]
		base := p.rowStyle
		if base < 0 {
			base = p.columnStyle(m.col)
		}
		if err := p.write(`<c r="` + spec.ColumnName(int(m.col)) + strconv.Itoa(int(p.row)) + `" s="` + strconv.Itoa(p.styles.marked(base, m.severity)) + `"/>`); err != nil {
			return err
		}
	}
	return nil
}

func (p *sheetPatch) columnStyle(col int32) int {
	for _, c := range p.cols {
		if col >= c.from && col <= c.to {
			return p.clean(c.style)
		}
	}
	return 0
}

// clean is a style without the colour of an earlier copy.
func (p *sheetPatch) clean(style int) int {
	if was, ok := p.restore[style]; ok {
		return was
	}
	return style
}

// cell prepares p.tag, the cell's start.
func (p *sheetPatch) cell() error {
	if p.col++; len(p.current) == 0 && p.restore == nil {
		return nil
	}
	before := p.col - 1
	tag := string(p.tag)
	if ref, ok := getAttr(tag, "r"); ok {
		if p.col = columnOf(ref, p.col); p.col <= before {
			return errUnusual // cells out of order
		}
	}
	if err := p.missingCells(p.col); err != nil {
		return err
	}
	s, _ := getAttr(tag, "s")
	style := p.clean(atoi(s, 0))
	if len(p.current) > 0 && p.current[0].col == p.col {
		style = p.styles.marked(style, p.current[0].severity)
		p.current = p.current[1:]
	}
	if style != atoi(s, 0) {
		p.tag = append(p.tag[:0], setAttr(tag, "s", strconv.Itoa(style))...)
	}
	return nil
}

// columnOf is the column of a cell reference.
func columnOf(ref string, or int32) int32 {
	n := int32(0)
	for i := 0; i < len(ref) && i < 4; i++ {
		c := ref[i] &^ 0x20
		if c < 'A' || c > 'Z' {
			break
		}
		n = n*26 + int32(c-'A') + 1
	}
	if n == 0 {
		return or
	}
	return n
}
