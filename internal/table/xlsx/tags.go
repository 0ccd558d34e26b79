package xlsx

import (
	"bytes"
	"io"
	"unicode/utf8"
)

// startTag reads an opening tag with its attributes, beginning again when the
// window ends inside it.
func (l *lexer) startTag() (token, error) {
	for {
		n, err := l.tryTag()
		if err != nil {
			return tokEOF, err
		}
		if n > 0 {
			l.pos += n
			break
		}
		if err := l.fill(); err != nil {
			return tokEOF, l.cut(err)
		}
	}
	if l.level() == 0 && l.rooted {
		return tokEOF, &syntaxError{msg: "XML 有多个根元素"}
	}
	l.rooted = true
	if l.selfClosed {
		return tokStart, nil
	}
	if l.level() >= l.depth {
		return tokEOF, &syntaxError{msg: "XML 嵌套过深，超出了读取上限"}
	}
	l.starts = append(l.starts, int32(len(l.open)))
	if len(l.prefix) > 0 {
		l.open = append(append(l.open, l.prefix...), ':')
	}
	l.open = append(l.open, l.name...)
	return tokStart, nil
}

// tryTag parses the tag at pos; 0 bytes means that the window ends inside it.
func (l *lexer) tryTag() (int, error) {
	b := l.buf[l.pos:l.end]
	i := 1 + nameLen(b[1:])
	if i == len(b) {
		return 0, nil
	}
	if err := l.setName(b[1:i]); err != nil {
		return 0, err
	}
	l.attrs = l.attrs[:0]
	for {
		spaced := i
		i = skipSpace(b, i)
		if i >= len(b) {
			return 0, nil
		}
		switch b[i] {
		case '>':
			l.selfClosed = false
			return i + 1, l.checkAttrs()
		case '/':
			if i+1 >= len(b) {
				return 0, nil
			}
			if b[i+1] != '>' {
				return 0, &syntaxError{msg: "XML 标记有误"}
			}
			l.selfClosed = true
			return i + 2, l.checkAttrs()
		}
		if spaced == i {
			return 0, &syntaxError{msg: "XML 标记有误"}
		}
		n, err := l.tryAttr(b[i:])
		if n == 0 || err != nil {
			return 0, err
		}
		i += n
	}
}

// tryAttr parses one attribute; 0 bytes means that the window ends inside it.
func (l *lexer) tryAttr(b []byte) (int, error) {
	n := nameLen(b)
	i := skipSpace(b, n)
	if i >= len(b) {
		return 0, nil
	}
	if n == 0 || b[i] != '=' {
		return 0, &syntaxError{msg: "XML 属性有误"}
	}
	i = skipSpace(b, i+1)
	if i >= len(b) {
		return 0, nil
	}
	quote := b[i]
	if quote != '"' && quote != '\'' {
		return 0, &syntaxError{msg: "XML 属性没有引号"}
	}
	length := bytes.IndexByte(b[i+1:], quote)
	if length < 0 {
		if bytes.IndexByte(b[i+1:], '<') >= 0 {
			return 0, &syntaxError{msg: "XML 属性的引号没有闭合"}
		}
		return 0, nil
	}
	if len(l.attrs) >= maxAttrs {
		return 0, &syntaxError{msg: "XML 标记的属性过多"}
	}
	l.attrs = append(l.attrs, attr{b[:n], b[i+1 : i+1+length]})
	return i + length + 2, nil
}

// maxAttrs bounds the attributes of one tag; real tags have a dozen.
const maxAttrs = 256

// checkAttrs refuses repeated attributes and values that are not well formed.
func (l *lexer) checkAttrs() error {
	for i := range l.attrs {
		a := &l.attrs[i]
		if !validName(a.name) {
			return &syntaxError{msg: "XML 属性名有误"}
		}
		for j := range i {
			if bytes.Equal(a.name, l.attrs[j].name) {
				return &syntaxError{msg: "XML 标记有重复的属性"}
			}
		}
		if bytes.IndexByte(a.val, '<') >= 0 {
			return &syntaxError{msg: "XML 属性有误"}
		}
		if bytes.IndexFunc(a.val, special) < 0 {
			continue
		}
		if _, err := appendText(nil, a.val); err != nil { // once: a value may be megabytes long
			return err
		}
	}
	return nil
}

// special tells the characters for whose sake a value must be looked at closely.
func special(r rune) bool { return r < 0x20 || r >= 0x80 || r == '&' }

// setName splits a qualified name.
func (l *lexer) setName(q []byte) error {
	if !validName(q) {
		return &syntaxError{msg: "XML 标记名有误"}
	}
	l.prefix = nil
	l.name = q
	if i := bytes.IndexByte(q, ':'); i >= 0 {
		l.prefix = q[:i]
		l.name = q[i+1:]
	}
	return nil
}

// endTag reads a closing tag, which must close the innermost open element.
func (l *lexer) endTag() (token, error) {
	top := len(l.starts) - 1
	if top < 0 {
		return tokEOF, &syntaxError{msg: "XML 标记不配对"}
	}
	want := l.open[l.starts[top]:]
	n := 2 + len(want)
	if err := l.need(n + 1); err != nil && err != io.EOF {
		return tokEOF, err
	}
	if b := l.buf[l.pos:l.end]; len(b) <= n || b[n] != '>' || !bytes.Equal(b[2:n], want) {
		var err error
		if n, err = l.find(">", 2); err != nil {
			return tokEOF, err
		}
		if !bytes.Equal(want, bytes.TrimRight(l.buf[l.pos+2:l.pos+n], " \t\r\n")) {
			return tokEOF, &syntaxError{msg: "XML 标记不配对"}
		}
	}
	l.open = l.open[:l.starts[top]]
	l.starts = l.starts[:top]
	l.pos += n + 1
	return tokEnd, nil
}

// attr gives the decoded value of an unprefixed attribute.
func (l *lexer) attr(name string) (string, bool) {
	v, ok := l.rawAttr(name)
	if !ok {
		return "", false
	}
	out, err := appendText(nil, v)
	return string(out), err == nil
}

// rawAttr gives an unprefixed attribute as written.
func (l *lexer) rawAttr(name string) ([]byte, bool) {
	for i := range l.attrs {
		if string(l.attrs[i].name) == name {
			return l.attrs[i].val, true
		}
	}
	return nil, false
}

// skip passes over the element that was just opened, with all it holds.
func (l *lexer) skip() error {
	if l.selfClosed {
		return nil
	}
	for outer := l.level() - 1; l.level() > outer; {
		t, err := l.next()
		if err != nil {
			return err
		}
		if t == tokText {
			if err := checkText(l.text); err != nil {
				return err
			}
		}
	}
	return nil
}

// nameLen is the number of bytes before a delimiter.
func nameLen(b []byte) int {
	for i, c := range b {
		switch c {
		case ' ', '\t', '\r', '\n', '/', '>', '=', '<', '"', '\'', '&':
			return i
		}
	}
	return len(b)
}

func skipSpace(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\n' || b[i] == '\t' || b[i] == '\r') {
		i++
	}
	return i
}

// validName accepts the names that XML allows, a little more beyond ASCII.
func validName(q []byte) bool {
	if len(q) == 0 || q[len(q)-1] == ':' {
		return false
	}
	colons := 0
	foreign := false
	for i, c := range q {
		switch {
		case startsName(c):
		case c >= 0x80:
			foreign = true
		case i > 0 && (c >= '0' && c <= '9' || c == '-' || c == '.'):
		case i > 0 && c == ':' && colons == 0:
			colons++
		default:
			return false
		}
	}
	return !foreign || utf8.Valid(q)
}

// startsName reports whether an ASCII character may begin a name.
func startsName(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_'
}
