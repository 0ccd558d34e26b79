package wire

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// isMojibake reports whether got is what becomes of sent when it is read or stored
// in a wrong charset. Characters that
// were lost (U+FFFD, '?') only count when none of the text's Han characters
// came through: a database may lack a rare name or the ⁹ of a unit, and that is
// a difference, not a wrong charset.
func isMojibake(sent, got string) bool {
	if isASCII(sent) {
		return false
	}
	if allHanLost(sent, got) && (hasNewReplacement(sent, got) || questionMarks(sent, got)) {
		return true
	}
	return readOtherwise([]byte(sent), got) || storedOtherwise(sent, got)
}

func hasNewReplacement(sent, got string) bool {
	return strings.ContainsRune(got, utf8.RuneError) && !strings.ContainsRune(sent, utf8.RuneError)
}

// allHanLost reports whether sent has Han characters and got has none of them.
func allHanLost(sent, got string) bool {
	found := false
	for _, r := range sent {
		if unicode.Is(unicode.Han, r) {
			found = true
			if strings.ContainsRune(got, r) {
				return false
			}
		}
	}
	return found
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// questionMarks reports whether each character that the charset lacks became one or more '?'.
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

// readOtherwise reports whether got is our UTF-8 bytes read in another charset.
func readOtherwise(raw []byte, got string) bool {
	for _, c := range charsets() {
		if text, err := c.NewDecoder().Bytes(raw); err == nil && string(text) == got {
			return true
		}
	}
	return false
}

// storedOtherwise reports whether got is our text in another charset, read as Latin-1 (its
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
