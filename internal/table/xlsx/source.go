package xlsx

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"

	"hbupload/internal/pattern"
	"hbupload/internal/table/textenc"
)

// reEncoding finds the encoding in an XML declaration.
var reEncoding = pattern.New(`^<\?xml[^>]*\sencoding\s*=\s*["']([^"']*)["']`)

// reDeclaration is an XML declaration, whole, without its brackets.
var reDeclaration = pattern.New(`^xml\s+version\s*=\s*("1\.0"|'1\.0')` +
	`(\s+encoding\s*=\s*("[A-Za-z][A-Za-z0-9._-]*"|'[A-Za-z][A-Za-z0-9._-]*'))?` +
	`(\s+standalone\s*=\s*("(yes|no)"|'(yes|no)'))?\s*$`)

// utf8Source makes a part UTF-8. The second result names the encoding when it
// was another one.
func utf8Source(r io.Reader) (io.Reader, string, error) {
	br := bufio.NewReaderSize(r, 4<<10)
	head, err := br.Peek(512)
	if err != nil && err != io.EOF {
		return nil, "", err
	}
	switch {
	case bytes.HasPrefix(head, []byte("\xEF\xBB\xBF")):
		if _, err := br.Discard(3); err != nil {
			return nil, "", err
		}
		head = head[3:]
	case bytes.HasPrefix(head, []byte("\xFF\xFE")), bytes.HasPrefix(head, []byte("<\x00")):
		return decoded(br, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)), "UTF-16", nil
	case bytes.HasPrefix(head, []byte("\xFE\xFF")), bytes.HasPrefix(head, []byte("\x00<")):
		return decoded(br, unicode.UTF16(unicode.BigEndian, unicode.UseBOM)), "UTF-16", nil
	}
	m := reEncoding.FindSubmatch(head)
	if m == nil {
		return br, "", nil
	}
	switch name := strings.ToLower(string(m[1])); name {
	case "utf-8", "utf8", "us-ascii", "ascii":
		return br, "", nil
	default:
		enc, err := htmlindex.Get(name)
		if err != nil || strings.HasPrefix(name, "utf-16") {
			return nil, "", &syntaxError{msg: "XML 声明了无法识别的编码"}
		}
		if _, latin, ok := textenc.OneByte(name); ok {
			c := &claimed{latin: latin}
			c.r = decoded(io.TeeReader(br, &c.seen), enc)
			return c, strings.ToUpper(name), nil
		}
		return decoded(br, enc), strings.ToUpper(name), nil
	}
}

// claimed reads a part that says it has one byte a character, such as ISO-8859-1. A
// part of UTF-8 or GBK that says so would be read as other characters without
// a mark: that is an error, at the latest at its end. Such a declaration is too
// rare in workbooks for reading it against its word.
type claimed struct {
	r     io.Reader
	seen  textenc.Claim
	latin bool
}

// Read implements io.Reader.
func (c *claimed) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	if errors.Is(err, io.EOF) && c.seen.Verdict(c.latin) != textenc.Holds {
		return n, &syntaxError{msg: "XML 声明的编码与内容不符"}
	}
	return n, err
}

// decoded transcodes; bytes that the encoding does not know become U+FFFD,
// which strict turns into an error.
func decoded(r io.Reader, enc encoding.Encoding) io.Reader {
	return &strict{r: enc.NewDecoder().Reader(r)}
}

// strict refuses the replacement character: it stands for a damaged byte.
type strict struct {
	r    io.Reader
	tail [2]byte // the last bytes of the previous block
}

// Read implements io.Reader.
func (s *strict) Read(b []byte) (int, error) {
	n, err := s.r.Read(b)
	const bad = "\uFFFD"
	if n > 0 {
		seam := append(s.tail[:2:2], b[:min(2, n)]...)
		if bytes.Contains(b[:n], []byte(bad)) || bytes.Contains(seam, []byte(bad)) {
			return 0, errBadChar()
		}
		all := append(s.tail[:2:2], b[max(0, n-2):n]...)
		copy(s.tail[:], all[len(all)-2:])
	}
	return n, err
}
