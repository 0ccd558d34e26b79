// Package textenc finds the encoding of a text file and decodes it to UTF-8.
// The whole file decides, never its first block: the first Chinese character
// of an export may stand in row 900,000. Known are UTF-8, UTF-16 and GB18030
// (with GBK and GB2312 inside it); a file that mixes two of them is an error
// with its place, while a few damaged characters are read as U+FFFD: they are
// for those who judge the cells.
package textenc

import (
	"fmt"
	"io"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Encoding is how characters are written as bytes.
type Encoding uint8

// The known encodings. Pure ASCII counts as UTF8.
const (
	UTF8 Encoding = iota
	GB18030
	UTF16LE
	UTF16BE
	Big5
	DamagedUTF8 // UTF8 with a few bytes that are not, read as U+FFFD
)

// String is the usual name of the encoding.
func (e Encoding) String() string {
	switch e {
	case UTF8, DamagedUTF8:
		return "UTF-8"
	case Big5:
		return "Big5"
	case GB18030:
		return "GB18030"
	case UTF16LE:
		return "UTF-16LE"
	}
	return "UTF-16BE"
}

// Reason says why a file is no text of one encoding.
type Reason uint8

// The reasons of an Error.
const (
	Mixed  Reason = iota // bytes of another encoding stand among those of the main one
	Cut                  // the last character is incomplete
	Binary               // zero bytes, or no character boundary for a megabyte
)

// Error is a file whose bytes are not text of one encoding. Offset is the
// first byte that does not fit the encoding most of the file is written in.
type Error struct {
	Reason Reason
	Main   Encoding
	Offset int64
}

// Error implements error; Chinese, for the operator.
func (e *Error) Error() string {
	switch e.Reason {
	case Cut:
		return fmt.Sprintf("文件在第 %d 字节处中断，最后一个字符不完整（%s 编码）", e.Offset, e.Main)
	case Binary:
		return fmt.Sprintf("第 %d 字节处不是文本，文件已损坏或不是文本文件", e.Offset)
	}
	return fmt.Sprintf("文件混用了多种编码：主体是 %s，从第 %d 字节（从 0 数起）起出现不符合该编码的内容", e.Main, e.Offset)
}

// Fix is what the operator can do; Chinese.
func (e *Error) Fix() string {
	switch e.Reason {
	case Cut:
		return "请重新导出或重新复制该文件"
	case Binary:
		return "请确认选对了文件；若是导出文件，请从原系统重新导出"
	}
	return "请从原系统重新导出；不要把不同编码的文件拼接在一起，或用 Excel/WPS 打开各文件后合并，另存为 .xlsx 再上传"
}

// NewReader decodes r, which stands behind a byte order mark if there was one,
// to UTF-8. Bytes that do not belong to the encoding become U+FFFD, but for
// those of UTF8, which pass unchanged.
func NewReader(r io.Reader, e Encoding) io.Reader {
	if d := NewCodec(e).Decoder(); d != nil {
		return transform.NewReader(r, d)
	}
	return r
}

// Codec makes decoders of one encoding that share its table. It is safe for
// concurrent use.
type Codec struct {
	encoding Encoding
	pairs    []uint32
}

// NewCodec prepares the encoding.
func NewCodec(e Encoding) Codec {
	c := Codec{encoding: e}
	if e == GB18030 {
		c.pairs = gbPairs()
	}
	return c
}

// Decoder is a new transformer to UTF-8, nil for UTF8 itself. A decoder is not
// safe for concurrent use.
func (c Codec) Decoder() transform.Transformer {
	switch c.encoding {
	case GB18030:
		return &gbDecoder{pairs: c.pairs, slow: simplifiedchinese.GB18030.NewDecoder()}
	case UTF16LE:
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewDecoder()
	case UTF16BE:
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewDecoder()
	case Big5:
		return traditionalchinese.Big5.NewDecoder()
	case DamagedUTF8:
		return unicode.UTF8.NewDecoder()
	}
	return nil
}
