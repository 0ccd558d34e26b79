package xlsx

import (
	"bytes"
	"context"
	"io"
	"unicode/utf8"
	"unsafe"

	"hbupload/internal/table/grid"
)

// sharedChunk is the size of the blocks that hold shared strings. No string
// spans two blocks, so each can be handed out without a copy.
const (
	sharedChunkBits = 20
	sharedChunk     = 1 << sharedChunkBits
)

// sharedStrings is the string table of a workbook: blocks of text and, for
// each string, where it lies. It is never changed once read, so the strings it
// hands out are immutable and valid for ever.
type sharedStrings struct {
	chunks [][]byte
	refs   []sharedRef
	budget int64 // memory still allowed

	missing bool // the workbook speaks of the part and does not hold it
}

// sharedRef is block<<20|offset and a length in bytes, whose highest bits are
// its strike.
type sharedRef struct{ at, n uint32 }

const (
	strikeShift = 30
	lengthMask  = 1<<strikeShift - 1
)

// at gives the i-th string; ok is false beyond the table.
func (s *sharedStrings) at(i int) (text string, how grid.Strike, ok bool) {
	if i < 0 || i >= len(s.refs) {
		return "", grid.AsCell, false
	}
	r := s.refs[i]
	n := r.n & lengthMask
	if n == 0 {
		return "", grid.AsCell, true
	}
	chunk := s.chunks[r.at>>sharedChunkBits]
	//nolint:gosec // the chunk is never written again where a string of it was handed out
	return unsafe.String(&chunk[r.at&(sharedChunk-1)], int(n)), grid.Strike(r.n >> strikeShift), true
}

// add stores one string. A reference is charged more than its size, for the
// growth of the slice.
func (s *sharedStrings) add(b []byte) error {
	s.budget -= int64(len(b)) + 20
	if s.budget < 0 {
		return &limitError{msg: "共享字符串过多，超出了读取上限"}
	}
	last := len(s.chunks) - 1
	if last < 0 || cap(s.chunks[last])-len(s.chunks[last]) < len(b) {
		s.chunks = append(s.chunks, make([]byte, 0, sharedChunk))
		last++
	}
	c := s.chunks[last]
	s.refs = append(s.refs, sharedRef{uint32(last)<<sharedChunkBits | uint32(len(c)), uint32(len(b))})
	s.chunks[last] = append(c, b...)
	return nil
}

// readShared reads the shared strings part.
func readShared(ctx context.Context, r io.Reader, lim *Limits) (*sharedStrings, error) {
	lx := newLexer(ctx, r, lim)
	s := &sharedStrings{budget: lim.SharedBytes}
	if err := openRoot(lx, "sst"); err != nil {
		return nil, err
	}
	var buf []byte
	for {
		if lx.level() == 1 && fastItem(lx, s, lim) {
			continue
		}
		t, err := lx.next()
		if err != nil || t == tokEOF {
			return s, err
		}
		if t != tokStart {
			if err := between(lx, t); err != nil {
				return nil, err
			}
			continue
		}
		if string(lx.name) == "extLst" {
			if err := lx.skip(); err != nil {
				return nil, err
			}
			continue
		}
		if string(lx.name) != "si" {
			return nil, &syntaxError{msg: "共享字符串的结构无法识别"}
		}
		var how grid.Strike
		if buf, how, err = readString(lx, buf[:0], lim); err != nil {
			return nil, err
		}
		if err := s.add(buf); err != nil {
			return nil, err
		}
		s.refs[len(s.refs)-1].n |= uint32(how) << strikeShift
	}
}

// fastItem takes <si><t>plain text</t></si> if it lies whole in the window.
func fastItem(lx *lexer, s *sharedStrings, lim *Limits) bool {
	b := lx.buf[lx.pos:lx.end]
	const open, closing = "<si><t>", "</t></si>"
	if len(b) < len(open)+len(closing) || string(b[:len(open)]) != open {
		return false
	}
	b = b[len(open):]
	n := bytes.IndexByte(b, '<')
	if n < 0 || n > lim.CellChars || len(b)-n < len(closing) || string(b[n:n+len(closing)]) != closing {
		return false
	}
	text := b[:n]
	if !plain(text) || !validChars(text) || escapes(text) || s.add(text) != nil {
		return false
	}
	lx.pos += len(open) + n + len(closing)
	return true
}

// readText appends the character data of the element that was just opened.
func readText(lx *lexer, dst []byte, lim *Limits) ([]byte, error) {
	if lx.selfClosed {
		return dst, nil
	}
	from := len(dst)
	for {
		t, err := lx.next()
		if err != nil {
			return dst, err
		}
		switch t {
		case tokText:
			dst, err = appendText(dst, lx.text)
		case tokCDATA:
			dst, err = appendLiteral(dst, lx.text)
		case tokEnd:
			return dst, nil
		default:
			err = &syntaxError{msg: "文本中夹有无法识别的标记"}
		}
		if err != nil {
			return dst, err
		}
		if n := len(dst) - from; n > lim.CellChars && utf8.RuneCount(dst[from:]) > lim.CellChars {
			return dst, &limitError{msg: "单元格的文字过长（Excel 的上限是 32,767 个字符）"}
		}
	}
}

// between accepts what may stand between elements: end tags and white space.
func between(lx *lexer, t token) error {
	if t == tokCDATA || t == tokText && len(bytes.TrimLeft(lx.text, " \t\r\n")) > 0 {
		return &syntaxError{msg: "标记之间有多余的内容"}
	}
	return nil
}

// openRoot reads up to the root element, which must have the name.
func openRoot(lx *lexer, name string) error {
	t, err := lx.next()
	if err != nil {
		return err
	}
	if t != tokStart || string(lx.name) != name {
		return &syntaxError{msg: "不是预期的内容（应为 " + name + "）"}
	}
	return nil
}
