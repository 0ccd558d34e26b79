package xlsx

import (
	"bytes"

	"hbupload/internal/table/grid"
)

// fastCell takes the next cell if it lies whole in the window and has one of
// the common forms:
//
//	<c r="A1" s="1"/>   <c r="A1" t="s"><v>7</v></c>   <c r="A1"><v>1.5</v></c>
//	<c r="A1" t="inlineStr"><is><t>text</t></is></c>   <c t="str"><v>text</v></c>
//
// It consumes nothing and returns false for everything else: the lexer reads
// every form, and fastCell reads no form that the lexer would refuse.
func (r *sheetRows) fastCell() (bool, error) {
	b := r.lx.buf[r.lx.pos:r.lx.end]
	if len(b) < 4 || b[0] != '<' || b[1] != 'c' {
		return false, nil
	}
	ref, sty, typ, i := fastAttrs(b)
	if i < 0 {
		return false, nil
	}
	blank := b[i] == '/'
	var value []byte
	var t cellType
	if blank {
		if i+1 >= len(b) || b[i+1] != '>' || len(typ) > 0 {
			return false, nil
		}
		i += 2
	} else if t, value, i = r.fastContent(typ, b, i+1); i < 0 {
		return false, nil
	}
	st, ok := r.fastStyle(sty)
	if !ok {
		return false, nil // the lexer words the error
	}
	if err := r.place(ref); err != nil {
		return false, err
	}
	r.lx.pos += i
	if blank {
		return true, nil
	}
	return true, r.fastStore(t, st, value)
}

// fastContent reads what stands in a cell of a common type; the offset behind the
// cell, or -1.
func (r *sheetRows) fastContent(typ, b []byte, i int) (cellType, []byte, int) {
	var text []byte
	switch string(typ) {
	case "", "n":
		value, end := fastValue(b, i)
		return typeNumber, value, end
	case "s":
		value, end := fastValue(b, i)
		return typeShared, value, end
	case "inlineStr":
		text, i = fastInline(b, i)
	case "str":
		text, i = fastText(b, i, "<v>", "</v></c>")
	default:
		return typeNumber, nil, -1
	}
	if len(text) > r.b.lim.CellChars {
		return typeInline, nil, -1
	}
	return typeInline, text, i
}

// fastStyle is the style that an attribute s names, the first without one.
func (r *sheetRows) fastStyle(sty []byte) (style, bool) {
	if sty == nil {
		return r.styleAt(0)
	}
	n, ok := atoi(sty)
	if !ok {
		return style{}, false
	}
	return r.styleAt(n)
}

// fastStore keeps the value of a common form.
func (r *sheetRows) fastStore(t cellType, st style, v []byte) error {
	c := grid.Cell{Col: r.col, Struck: st.struck}
	switch t {
	case typeShared:
		return r.pushShared(c, v)
	case typeInline:
		if len(v) == 0 {
			return nil
		}
		c.Kind = grid.Text
		return r.push(c, v)
	}
	return r.pushNumber(c, v, st)
}

// fastAttrs reads r, s and t in double quotes, each at most once; the result
// is the offset of the > or / after them, or -1.
func fastAttrs(b []byte) (ref, sty, typ []byte, at int) {
	i := 2
	for i+3 < len(b) && b[i] == ' ' {
		if b[i+2] != '=' || b[i+3] != '"' {
			return nil, nil, nil, -1
		}
		from := i + 4
		end := fastQuoted(b, from)
		var dst *[]byte
		switch b[i+1] {
		case 'r':
			dst = &ref
		case 's':
			dst = &sty
		case 't':
			dst = &typ
		}
		if dst == nil || *dst != nil || end < 0 {
			return nil, nil, nil, -1
		}
		*dst = b[from:end]
		i = end + 1
	}
	if i >= len(b) || b[i] != '>' && b[i] != '/' {
		return nil, nil, nil, -1
	}
	return ref, sty, typ, i
}

// fastQuoted is the offset of the quote that closes a plain value, or -1.
func fastQuoted(b []byte, i int) int {
	for ; i < len(b); i++ {
		c := b[i]
		if c == '"' {
			return i
		}
		if c <= ' ' || c == '<' || c == '&' || c >= 0x80 {
			return -1
		}
	}
	return -1
}

// fastValue reads <v>number</v></c>; the offset behind it, or -1.
func fastValue(b []byte, i int) ([]byte, int) {
	const closing = "</v></c>"
	if len(b)-i < 4+len(closing) || b[i] != '<' || b[i+1] != 'v' || b[i+2] != '>' {
		return nil, -1
	}
	i += 3
	from := i
	for i < len(b) && (b[i] >= '0' && b[i] <= '9' || b[i] == '.' || b[i] == '-' || b[i] == '+' || b[i]|0x20 == 'e') {
		i++
	}
	if i == from || len(b)-i < len(closing) || string(b[i:i+len(closing)]) != closing {
		return nil, -1
	}
	return b[from:i], i + len(closing)
}

// fastText reads plain text between open and closing; the offset behind it,
// or -1.
func fastText(b []byte, i int, open, closing string) ([]byte, int) {
	if len(b)-i < len(open) || string(b[i:i+len(open)]) != open {
		return nil, -1
	}
	i += len(open)
	n := fastChars(b[i:])
	if n < 0 || len(b)-i-n < len(closing) || string(b[i+n:i+n+len(closing)]) != closing {
		return nil, -1
	}
	return b[i : i+n], i + n + len(closing)
}

// fastChars is the offset of the next <, or -1 where something comes before it that
// is not plain, valid and free of escapes. It is validChars, plain and escapes in one
// pass for ASCII and the characters of two or three bytes that need no closer look;
// restChars judges what holds others.
func fastChars(b []byte) int {
	for i := 0; i < len(b); i++ {
		c := b[i]
		if c >= 0x80 {
			n := follow(c, b[i+1:])
			if n == 0 {
				return restChars(b, i)
			}
			i += n
			continue
		}
		switch {
		case c > '_', c > '&' && c < '<': // small letters and digits
		case c == '<':
			return i
		case c == '&' || c == ']' || c == '_' && i+1 < len(b) && b[i+1] == 'x' || c < 0x20 && c != '\n' && c != '\t':
			return -1
		}
	}
	return -1
}

// follow is how many bytes of a character come after its first; 0 for those that
// are rare, damaged or forbidden.
func follow(first byte, rest []byte) int {
	switch {
	case len(rest) < 2 || rest[0]&0xc0 != 0x80:
		return 0
	case first >= 0xc2 && first <= 0xdf:
		return 1
	case rest[1]&0xc0 != 0x80:
		return 0
	case first >= 0xe1 && first <= 0xec || first == 0xef && rest[0] < 0xbf:
		return 2
	}
	return 0
}

// restChars is fastChars from an offset on, whatever the characters are.
func restChars(b []byte, from int) int {
	n := bytes.IndexByte(b[from:], '<')
	if n < 0 {
		return -1
	}
	text := b[from : from+n]
	if !plain(text) || !validChars(text) || escapes(text) {
		return -1
	}
	return from + n
}

// fastInline reads an inline string; the offset behind it, or -1.
func fastInline(b []byte, i int) ([]byte, int) {
	const closing = "</t></is></c>"
	text, n := fastText(b, i, "<is><t>", closing)
	if n < 0 {
		return fastText(b, i, `<is><t xml:space="preserve">`, closing)
	}
	return text, n
}
