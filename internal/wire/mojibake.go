package wire

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// isMojibake: got is sent read or stored in a wrong charset. Only text beyond
// ASCII can show it.
func isMojibake(sent, got string) bool {
	if isASCII(sent) {
		return false
	}
	if strings.ContainsRune(got, utf8.RuneError) && !strings.ContainsRune(sent, utf8.RuneError) {
		return true
	}
	return questionMarks(sent, got) || readOtherwise([]byte(sent), got) || storedOtherwise(sent, got)
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// questionMarks: each character that the charset lacks became one or more '?'.
func questionMarks(sent, got string) bool {
	if !strings.Contains(got, "?") || strings.Contains(sent, "?") {
		return false
	}
	squeeze := func(s string) string {
		var b strings.Builder
		for _, r := range s {
			if r >= utf8.RuneSelf || r == '?' {
				if !strings.HasSuffix(b.String(), "?") {
					b.WriteByte('?')
				}
				continue
			}
			b.WriteRune(r)
		}
		return b.String()
	}
	return isASCII(got) && squeeze(sent) == squeeze(got)
}

func charsets() []encoding.Encoding {
	return []encoding.Encoding{charmap.ISO8859_1, charmap.Windows1252, simplifiedchinese.GB18030, simplifiedchinese.GBK}
}

// readOtherwise: got is our UTF-8 bytes read in another charset.
func readOtherwise(raw []byte, got string) bool {
	for _, c := range charsets() {
		if text, err := c.NewDecoder().Bytes(raw); err == nil && string(text) == got {
			return true
		}
	}
	return false
}

// storedOtherwise: got is our text in another charset, read as Latin-1 (its
// reading as UTF-8 shows as U+FFFD, which was looked for already).
func storedOtherwise(sent, got string) bool {
	gb, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(sent))
	if err != nil {
		return false
	}
	for _, c := range []encoding.Encoding{charmap.ISO8859_1, charmap.Windows1252} {
		if text, err := c.NewDecoder().Bytes(gb); err == nil && string(text) == got {
			return true
		}
	}
	return false
}
