package textenc

import (
	"encoding/binary"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/transform"
)

const (
	gbLeads  = 0xFE - 0x81 + 1
	gbTrails = 0xFE - 0x40 + 1 // with the unused 0x7F
)

// gbDecoder decodes GB18030 about three times as fast as x/text, whose table
// it copies once, and knows the pairs that x/text lacks. The four-byte forms,
// which are rare, are left to x/text. What has no meaning becomes U+FFFD.
type gbDecoder struct {
	pairs []uint32 // the bytes of UTF-8, the first one lowest; 0: undefined
	slow  transform.Transformer
}

// gbPairs is the table of a gbDecoder: all 23,940 pairs.
func gbPairs() []uint32 {
	pairs := make([]uint32, gbLeads*gbTrails)
	slow := simplifiedchinese.GB18030.NewDecoder()
	var dst [8]byte
	var pair [2]byte
	for lead := 0x81; lead <= 0xFE; lead++ {
		for trail := 0x40; trail <= 0xFE; trail++ {
			if trail == 0x7F {
				continue
			}
			pair[0] = byte(lead)
			pair[1] = byte(trail)
			n, _, err := slow.Transform(dst[:], pair[:], true)
			r, _ := utf8.DecodeRune(dst[:n])
			if err != nil || r == utf8.RuneError {
				r = userDefined(lead, trail)
			}
			if r != 0 {
				set(pairs, lead, trail, r)
			}
		}
	}
	for _, run := range later() {
		for i, r := range run.runes() {
			set(pairs, run.code>>8, run.code&0xFF+i, r)
		}
	}
	return pairs
}

// set makes a pair the code of a character.
func set(pairs []uint32, lead, trail int, r rune) {
	var b [4]byte
	utf8.EncodeRune(b[:], r)
	pairs[(lead-0x81)*gbTrails+trail-0x40] = binary.LittleEndian.Uint32(b[:])
}

// userDefined is the private character of Unicode for a pair of the three areas
// that GB18030 leaves to its users, and 0 for other pairs. Institutions keep
// rare characters of names there; x/text does not know the areas.
func userDefined(lead, trail int) rune {
	switch {
	case lead >= 0xAA && lead <= 0xAF && trail >= 0xA1:
		return rune(0xE000 + (lead-0xAA)*94 + trail - 0xA1)
	case lead >= 0xF8 && trail >= 0xA1:
		return rune(0xE234 + (lead-0xF8)*94 + trail - 0xA1)
	case lead >= 0xA1 && lead <= 0xA7 && trail <= 0xA0:
		if trail > 0x7F {
			trail--
		}
		return rune(0xE4C6 + (lead-0xA1)*96 + trail - 0x40)
	}
	return 0
}

// Reset implements transform.Transformer; there is no state.
func (d *gbDecoder) Reset() {}

// Transform implements transform.Transformer.
func (d *gbDecoder) Transform(dst, src []byte, atEOF bool) (nDst, nSrc int, err error) {
	for nSrc < len(src) {
		if len(dst)-nDst < utf8.UTFMax {
			return nDst, nSrc, transform.ErrShortDst
		}
		if src[nSrc] < utf8.RuneSelf {
			n := copyASCII(dst[nDst:], src[nSrc:])
			nDst += n
			nSrc += n
			continue
		}
		if to, from := d.copyPairs(dst[nDst:], src[nSrc:]); from > 0 { // nearly always
			nDst += to
			nSrc += from
			continue
		}
		n := gbLen(src[nSrc:])
		if n == 0 && !atEOF {
			return nDst, nSrc, transform.ErrShortSrc
		}
		nDst += d.character(dst[nDst:], src[nSrc:], n)
		nSrc += max(n, 1) // behind a bad byte the next one is looked at anew
	}
	return nDst, nSrc, nil
}

// copyPairs decodes the characters of two bytes that src begins with, as far as they
// have a meaning and dst goes.
func (d *gbDecoder) copyPairs(dst, src []byte) (nDst, nSrc int) {
	for nSrc+1 < len(src) && len(dst)-nDst >= utf8.UTFMax {
		lead := src[nSrc]
		trail := src[nSrc+1]
		if lead < 0x81 || lead == 0xFF || trail < 0x40 || trail == 0xFF {
			break
		}
		v := d.pairs[(int(lead)-0x81)*gbTrails+int(trail)-0x40]
		if v == 0 {
			break
		}
		binary.LittleEndian.PutUint32(dst[nDst:], v)
		nSrc += 2
		switch {
		case v&0xF0 == 0xE0:
			nDst += 3
		case v&0xE0 == 0xC0:
			nDst += 2
		default:
			nDst += utf8.UTFMax
		}
	}
	return nDst, nSrc
}

// character decodes the character of n bytes that src begins with, if it is none of
// the pairs.
func (d *gbDecoder) character(dst, src []byte, n int) int {
	if n == 4 {
		w, _, err := d.slow.Transform(dst, src[:4], true)
		if r, size := utf8.DecodeRune(dst[:w]); err == nil && size == w && r != utf8.RuneError {
			return w
		}
	}
	return utf8.EncodeRune(dst, utf8.RuneError)
}

// copyASCII copies the ASCII characters src begins with, as far as dst goes.
func copyASCII(dst, src []byte) int {
	const high = 0x8080808080808080 // the bits that no ASCII character has
	n := min(len(dst), len(src))
	i := 0
	for ; i+8 <= n; i += 8 {
		eight := binary.LittleEndian.Uint64(src[i:])
		if eight&high != 0 {
			break
		}
		binary.LittleEndian.PutUint64(dst[i:], eight)
	}
	for ; i < n && src[i] < utf8.RuneSelf; i++ {
		dst[i] = src[i]
	}
	return i
}

// gbLen is the length of the GB18030 character b begins with: 1, 2 or 4; 0 if
// b is too short to tell or to hold it; -1 if it is none. It knows the shape
// only, not which pairs are defined.
func gbLen(b []byte) int {
	switch {
	case len(b) == 0:
		return 0
	case b[0] < 0x80:
		return 1
	case b[0] == 0x80 || b[0] == 0xFF:
		return -1
	case len(b) < 2:
		return 0
	case b[1] >= 0x40 && b[1] != 0x7F && b[1] != 0xFF:
		return 2
	case !isDigit(b[1]):
		return -1
	case len(b) < 4:
		return shortFour(b)
	case b[2] < 0x81 || b[2] > 0xFE || !isDigit(b[3]):
		return -1
	}
	return 4
}

// isDigit reports whether a byte may be the second or fourth of four.
func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// shortFour judges the first two or three bytes of a four-byte character.
func shortFour(b []byte) int {
	if len(b) == 3 && (b[2] < 0x81 || b[2] > 0xFE) {
		return -1
	}
	return 0
}

// ValidGB reports whether bytes have the shape of GB18030.
func ValidGB(b []byte) bool {
	at, _ := gbBad(b)
	return at == len(b)
}

// gbBad is the index of the first byte of b that is not GB18030, len(b) if
// there is none. cut tells that b merely ends within a character there.
func gbBad(b []byte) (at int, cut bool) {
	for i := 0; i < len(b); {
		if b[i] < utf8.RuneSelf {
			i++
			continue
		}
		if i+1 < len(b) && b[i] > 0x80 && b[i] < 0xFF && b[i+1] >= 0x40 && b[i+1] != 0x7F && b[i+1] < 0xFF {
			i += 2 // as gbLen says, nearly always
			continue
		}
		n := gbLen(b[i:])
		if n <= 0 {
			return i, n == 0
		}
		i += n
	}
	return len(b), false
}
