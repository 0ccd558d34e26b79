package xls

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/transform"

	"hbupload/internal/table/textenc"
)

// codepage decodes the texts of BIFF5, which are bytes in the code page of the
// machine that wrote them.
type codepage struct {
	number int // as the workbook declares it, 0 if it does not
	gb     transform.Transformer
}

// decode makes UTF-8 of a text. Many Chinese programs declare a western code
// page, or none, and write GBK: text is taken for that if it can be no other.
func (c *codepage) decode(b []byte) string {
	if isASCII(b) {
		return string(b)
	}
	switch c.number {
	case 936, 54936, 10008:
		return c.chinese(b)
	case 950, 10002:
		return with(traditionalchinese.Big5, b)
	case 932, 10001:
		return with(japanese.ShiftJIS, b)
	case 949, 10003:
		return with(korean.EUCKR, b)
	case 65001:
		return strings.ToValidUTF8(string(b), string(utf8.RuneError))
	}
	switch {
	case c.number == 0 && utf8.Valid(b):
		return string(b)
	case pairedHigh(b) || c.number == 0 && textenc.ValidGB(b):
		return c.chinese(b)
	case c.number == 1251:
		return with(charmap.Windows1251, b)
	case c.number == 1250:
		return with(charmap.Windows1250, b)
	}
	return with(charmap.Windows1252, b)
}

func (c *codepage) chinese(b []byte) string {
	if c.gb == nil {
		c.gb = textenc.NewCodec(textenc.GB18030).Decoder()
	}
	out, _, err := transform.Bytes(c.gb, b)
	if err != nil {
		return string(utf8.RuneError)
	}
	return string(out)
}

func with(e encoding.Encoding, b []byte) string {
	out, err := e.NewDecoder().Bytes(b)
	if err != nil {
		return string(utf8.RuneError)
	}
	return string(out)
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// pairedHigh reports whether the bytes beyond ASCII stand in pairs, as those of
// Chinese text do and those of western text, such as the degree sign, do not.
func pairedHigh(b []byte) bool {
	run := 0
	for _, c := range b {
		if c >= 0xA1 && c != 0xFF {
			run++
			continue
		}
		if c >= utf8.RuneSelf || run%2 != 0 {
			return false
		}
		run = 0
	}
	return run%2 == 0
}

// text reads a string whose number of characters stands in lenBytes bytes in
// front of it, as the version of the workbook writes it. ok is false if it is
// not all there.
func (b *book) text(p *pieces, lenBytes int) (s string, ok bool) {
	if !b.biff5 {
		return p.text(lenBytes)
	}
	n := int(p.uint(lenBytes))
	out := make([]byte, 0, n)
	for len(out) < n && p.advance() {
		k := min(n-len(out), len(p.cur))
		out = append(out, p.cur[:k]...)
		p.cur = p.cur[k:]
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.codepage.decode(out), !p.short
}
