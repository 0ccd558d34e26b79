package xlsx

import (
	"bytes"
	"context"
	"io"
)

// token is what lexer.next found.
type token uint8

const (
	tokEOF   token = iota // the root element is closed and nothing follows
	tokStart              // name, attrs; selfClosed if no end tag follows
	tokEnd                // closes the innermost element
	tokText               // text, still encoded
	tokCDATA              // text, literal
)

// attr is an attribute as written: its value may hold entities.
type attr struct{ name, val []byte }

// lexer cuts UTF-8 XML into tokens and is as strict as encoding/xml: tags must
// match, names and attributes be well formed, entities known. The slices of a
// token are valid until the next call.
type lexer struct {
	ctx   context.Context
	src   io.Reader
	buf   []byte
	pos   int   // start of the unread bytes
	end   int   // end of the bytes read
	base  int64 // offset of buf[0] in the part
	err   error // what ended src, io.EOF included
	max   int   // longest token
	depth int   // deepest nesting

	name       []byte // without its prefix
	prefix     []byte
	attrs      []attr
	selfClosed bool
	text       []byte

	open   []byte // qualified names of the open elements, one after the other
	starts []int32
	rooted bool // the root element was seen
}

// newLexer reads src, which must be UTF-8.
func newLexer(ctx context.Context, src io.Reader, lim *Limits) *lexer {
	return &lexer{ctx: ctx, src: src, buf: make([]byte, 64<<10), max: lim.TokenBytes, depth: lim.Depth}
}

// level is the number of open elements.
func (l *lexer) level() int { return len(l.starts) }

// fill makes room and reads on; io.EOF or another error when there is no more.
func (l *lexer) fill() error {
	if l.err != nil {
		return l.err
	}
	if err := l.ctx.Err(); err != nil {
		return err
	}
	if l.pos > 0 {
		copy(l.buf, l.buf[l.pos:l.end])
		l.base += int64(l.pos)
		l.end -= l.pos
		l.pos = 0
	}
	if l.end == len(l.buf) {
		if len(l.buf) >= l.max {
			return &syntaxError{msg: "有一段内容过长，超出了读取上限"}
		}
		grown := make([]byte, min(2*len(l.buf), l.max))
		copy(grown, l.buf[:l.end])
		l.buf = grown
	}
	had := l.end
	for l.end < len(l.buf) && l.err == nil {
		n, err := l.src.Read(l.buf[l.end:])
		l.end += n
		l.err = err
	}
	if l.end == had {
		return l.err
	}
	return nil
}

// next finds the next token; comments and processing instructions are passed
// over.
func (l *lexer) next() (token, error) {
	for {
		if l.pos == l.end {
			if err := l.fill(); err != nil {
				return l.ended(err)
			}
		}
		if l.buf[l.pos] != '<' {
			t, err := l.charData()
			if t == tokText && err == nil && l.level() == 0 {
				if err := l.outside(); err != nil {
					return t, err
				}
				continue
			}
			return t, err
		}
		if err := l.need(2); err != nil {
			return tokEOF, l.cut(err)
		}
		switch l.buf[l.pos+1] {
		case '/':
			return l.endTag()
		case '?', '!':
			if t, err := l.declaration(); t != tokEOF || err != nil {
				return t, err
			}
		default:
			return l.startTag()
		}
	}
}

// declaration passes over what is no element; tokEOF means that nothing came of it.
func (l *lexer) declaration() (token, error) {
	if l.buf[l.pos+1] == '?' {
		return tokEOF, l.skipPI()
	}
	return l.bang()
}

// outside refuses text outside of the root element.
func (l *lexer) outside() error {
	if len(bytes.TrimLeft(l.text, " \t\r\n")) > 0 {
		return &syntaxError{msg: "XML 根元素之外有多余的内容"}
	}
	return nil
}

// ended is the answer at the end of the bytes.
func (l *lexer) ended(err error) (token, error) {
	if err == io.EOF && l.rooted && l.level() == 0 {
		return tokEOF, nil
	}
	return tokEOF, l.cut(err)
}

// cut turns an end inside a token into a truncation.
func (l *lexer) cut(err error) error {
	if err == io.EOF {
		return &syntaxError{msg: "内容在中途截断，文件不完整", err: io.ErrUnexpectedEOF}
	}
	return err
}

// need makes n unread bytes available.
func (l *lexer) need(n int) error {
	for l.end-l.pos < n {
		if err := l.fill(); err != nil {
			return err
		}
	}
	return nil
}

// find gives the offset from pos of the first pat at or after from.
func (l *lexer) find(pat string, from int) (int, error) {
	for {
		if from < l.end-l.pos {
			if i := bytes.Index(l.buf[l.pos+from:l.end], []byte(pat)); i >= 0 {
				return from + i, nil
			}
			from = max(from, l.end-l.pos-len(pat)+1)
		}
		if err := l.fill(); err != nil {
			return 0, l.cut(err)
		}
	}
}

// skipTo moves to the next pat without looking at what lies between; false if
// a comment or CDATA section began on the way, where pat would prove nothing.
func (l *lexer) skipTo(pat string) (bool, error) {
	for {
		window := l.buf[l.pos:l.end]
		i := bytes.Index(window, []byte(pat))
		seen := i
		if i < 0 {
			seen = len(window)
		}
		if bytes.Contains(window[:seen], []byte("<!")) {
			return false, nil
		}
		if i >= 0 {
			l.pos += i
			return true, nil
		}
		l.pos = max(l.pos, l.end-len(pat)+1)
		if err := l.fill(); err != nil {
			return false, l.cut(err)
		}
	}
}

// charData is the text up to the next tag.
func (l *lexer) charData() (token, error) {
	from := 0
	for {
		if i := bytes.IndexByte(l.buf[l.pos+from:l.end], '<'); i >= 0 {
			l.text = l.buf[l.pos : l.pos+from+i]
			l.pos += from + i
			return tokText, nil
		}
		from = l.end - l.pos
		if err := l.fill(); err == io.EOF && l.level() == 0 {
			l.text = l.buf[l.pos:l.end]
			l.pos = l.end
			return tokText, nil
		} else if err != nil {
			return tokEOF, l.cut(err)
		}
	}
}

// skipPI passes over <?…?>.
func (l *lexer) skipPI() error {
	n, err := l.find("?>", 2)
	if err != nil {
		return err
	}
	body := l.buf[l.pos+2 : l.pos+n]
	if !validChars(body) {
		return errBadChar()
	}
	target, _, _ := bytes.Cut(body, []byte(" "))
	if i := bytes.IndexAny(target, "\t\r\n"); i >= 0 {
		target = target[:i]
	}
	if !validName(target) || string(target) == "xml" && l.rooted {
		return &syntaxError{msg: "XML 处理指令有误"}
	}
	if string(target) == "xml" && !reDeclaration.Match(body) {
		return &syntaxError{msg: "XML 声明有误"}
	}
	l.pos += n + 2
	return nil
}

// bang reads <!-- -->, <![CDATA[ ]]> and refuses <!DOCTYPE>; tokEOF without an
// error means that a comment was passed over.
func (l *lexer) bang() (token, error) {
	if err := l.need(9); err != nil && err != io.EOF {
		return tokEOF, err
	}
	rest := l.buf[l.pos:l.end]
	switch {
	case bytes.HasPrefix(rest, []byte("<!--")):
		n, err := l.find("--", 4)
		if err != nil {
			return tokEOF, err
		}
		if err := l.need(n + 3); err != nil {
			return tokEOF, l.cut(err)
		}
		if l.buf[l.pos+n+2] != '>' || !validChars(l.buf[l.pos+4:l.pos+n]) {
			return tokEOF, &syntaxError{msg: "XML 注释有误"}
		}
		l.pos += n + 3
		return tokEOF, nil
	case bytes.HasPrefix(rest, []byte("<![CDATA[")):
		n, err := l.find("]]>", 9)
		if err != nil {
			return tokEOF, err
		}
		if l.level() == 0 {
			return tokEOF, &syntaxError{msg: "XML 根元素之外有多余的内容"}
		}
		l.text = l.buf[l.pos+9 : l.pos+n]
		l.pos += n + 3
		return tokCDATA, nil
	case bytes.HasPrefix(rest, []byte("<!DOCTYPE")):
		return tokEOF, errDoctype
	}
	if len(rest) < 9 {
		return tokEOF, l.cut(io.EOF)
	}
	return tokEOF, &syntaxError{msg: "XML 标记有误"}
}
