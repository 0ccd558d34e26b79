package xls

import (
	"errors"
	"io"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/transform"

	"hbupload/internal/pattern"
	"hbupload/internal/table/textenc"
)

var (
	reComment     = pattern.New(`(?s)<!--.*?-->`)
	reXMLEncoding = pattern.New(`^\s*<\?xml[^>]*\sencoding\s*=\s*["']([^"']+)["']`)
	reMetaCharset = pattern.New(`(?i)<meta\s[^>]*charset\s*=\s*["']?\s*([\w.:-]+)`)
)

// declared is the encoding that a page says it is in, as it stands there; "" if it
// says nothing.
func declared(head []byte) string {
	m := reXMLEncoding.FindSubmatch(head)
	if m == nil {
		m = reMetaCharset.FindSubmatch(reComment.ReplaceAll(head, nil))
	}
	if m == nil {
		return ""
	}
	return string(m[1])
}

// pairEncoding is the encoding of a name if it is one whose characters of two bytes
// cannot be told from Chinese ones, else nil.
func pairEncoding(label string) encoding.Encoding {
	e, name := charset.Lookup(label)
	switch name {
	case "big5", "euc-kr", "shift_jis", "euc-jp":
		return e
	}
	return nil
}

// decodePage finds the encoding. What the bytes say goes before what the page
// says of itself, which programs often get wrong; only encodings that bytes
// cannot show are taken from its word. note is for the operator.
func decodePage(r io.ReaderAt, size int64) (text io.Reader, note string, err error) {
	head := make([]byte, min(size, headSize))
	if _, err := r.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, "", err
	}
	enc, bom, err := textenc.Detect(r, size)
	body := io.NewSectionReader(r, int64(bom), size-int64(bom))
	if said := declared(head); enc != textenc.UTF8 || err != nil {
		if e := pairEncoding(said); e != nil {
			return transform.NewReader(body, e.NewDecoder()), "", nil
		}
		if e, latin, ok := textenc.OneByte(said); ok && bom == 0 && mayClaim(enc, err) {
			return claimed(body, claim{said, e, latin}, enc, err)
		}
	}
	if err != nil {
		return nil, "", err
	}
	if enc == textenc.Big5 {
		note = "这个文件是繁体中文编码（Big5），已按该编码读取；字典里的名称是简体，请核对"
	}
	return textenc.NewReader(body, enc), note, nil
}

// mayClaim reports whether the bytes leave room for a declaration: they are not
// UTF-8, neither UTF-16 nor another thing than text.
func mayClaim(enc textenc.Encoding, err error) bool {
	var bad *textenc.Error
	if err != nil {
		return errors.As(err, &bad) && bad.Reason != textenc.Binary
	}
	return enc == textenc.GB18030 || enc == textenc.Big5
}

// claim is the encoding of one byte a character that a page says it is in.
type claim struct {
	label    string
	encoding encoding.Encoding
	latin    bool
}

// claimed reads a page that says it has one byte a character. Western programs
// say so of Latin text, and Chinese exporters, whose frameworks put in
// ISO-8859-1 when nobody sets anything, of GBK. Either mistake would turn names
// into others: Müller read as GBK is "M黮ler", 张三 read as Latin is "ÕÅÈý".
// A person who opened the file would see at once which of the two it is, by how
// the bytes stand; so does Claim. What a person would not see either is refused,
// and what is read is said, so that it can be looked at.
func claimed(body *io.SectionReader, said claim, enc textenc.Encoding, detected error) (io.Reader, string, error) {
	var seen textenc.Claim
	if _, err := io.Copy(&seen, io.NewSectionReader(body, 0, body.Size())); err != nil {
		return nil, "", err
	}
	switch seen.Verdict(said.latin) {
	case textenc.Holds:
		note := "文件自称的编码是 " + said.label + "，已按它读取；姓名等如有乱码，请用 Excel 或 WPS 打开确认后另存为 .xlsx"
		return transform.NewReader(body, said.encoding.NewDecoder()), note, nil
	case textenc.Chinese:
		if detected != nil {
			return nil, "", detected
		}
		note := "文件自称的编码是 " + said.label + "，内容却是中文（" + enc.String() + "），已按中文读取；请核对姓名"
		return textenc.NewReader(body, enc), note, nil
	}
	if detected == nil {
		detected = errors.New("文件自称的编码是 " + said.label + "，内容却不像，无法判断是哪种编码")
	}
	return nil, "", detected
}
