package textenc

import (
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/transform"
)

const (
	gbLeads  = 0xFE - 0x81 + 1
	gbTrails = 0xFE - 0x40 + 1 // with the unused 0x7F
)

// gbDecoder decodes GB18030 about three times as fast as x/text, whose table
// it copies once: two bytes become up to three bytes of UTF-8 in one look-up.
// The four-byte forms, which are rare, are left to x/text.
type gbDecoder struct {
	pairs []uint32 // UTF-8 bytes in the lower 24 bits, their number above; 0: undefined
	slow  transform.Transformer
}

// gbPairs is the table of a gbDecoder.
func gbPairs() []uint32 {
	pairs, slow := make([]uint32, gbLeads*gbTrails), simplifiedchinese.GB18030.NewDecoder()
	var dst [8]byte
	var pair [2]byte
	for lead := 0x81; lead <= 0xFE; lead++ {
		for trail := 0x40; trail <= 0xFE; trail++ {
			if trail == 0x7F {
				continue
			}
			pair[0], pair[1] = byte(lead), byte(trail)
			n, _, err := slow.Transform(dst[:], pair[:], true)
			if r, _ := utf8.DecodeRune(dst[:n]); err != nil || n > 3 || r == utf8.RuneError {
				if n = utf8.EncodeRune(dst[:], userDefined(lead, trail)); dst[0] == 0 {
					continue
				}
			}
			v := uint32(n) << 24
			for i := range n {
				v |= uint32(dst[i]) << (8 * i)
			}
			pairs[(lead-0x81)*gbTrails+trail-0x40] = v
		}
	}
	return pairs
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
		c := src[nSrc]
		if c < utf8.RuneSelf {
			n := copyASCII(dst[nDst:], src[nSrc:])
			nDst, nSrc = nDst+n, nSrc+n
			continue
		}
		n := gbLen(src[nSrc:])
		switch n {
		case 2:
			v := d.pairs[(int(c)-0x81)*gbTrails+int(src[nSrc+1])-0x40]
			if v == 0 {
				return nDst, nSrc, ErrUndefined
			}
			dst[nDst], dst[nDst+1], dst[nDst+2] = byte(v), byte(v>>8), byte(v>>16)
			nDst += int(v >> 24)
		case 4:
			w, _, err := d.slow.Transform(dst[nDst:], src[nSrc:nSrc+4], true)
			if r, _ := utf8.DecodeRune(dst[nDst : nDst+w]); err != nil || r == utf8.RuneError {
				return nDst, nSrc, ErrUndefined
			}
			nDst += w
		case 0:
			if atEOF {
				return nDst, nSrc, ErrUndefined
			}
			return nDst, nSrc, transform.ErrShortSrc
		default:
			return nDst, nSrc, ErrUndefined
		}
		nSrc += n
	}
	return nDst, nSrc, nil
}

// copyASCII copies the ASCII characters src begins with, as far as dst goes.
func copyASCII(dst, src []byte) int {
	n := min(len(dst), len(src))
	for i := range n {
		if src[i] >= utf8.RuneSelf {
			return i
		}
		dst[i] = src[i]
	}
	return n
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
	case b[1] < 0x30 || b[1] > 0x39:
		return -1
	case len(b) < 4:
		return shortFour(b)
	case b[2] < 0x81 || b[2] > 0xFE || b[3] < 0x30 || b[3] > 0x39:
		return -1
	}
	return 4
}

// shortFour judges the first two or three bytes of a four-byte character.
func shortFour(b []byte) int {
	if len(b) == 3 && (b[2] < 0x81 || b[2] > 0xFE) {
		return -1
	}
	return 0
}

// gbBad is the index of the first byte of b that is not GB18030, len(b) if
// there is none. cut tells that b merely ends within a character there.
func gbBad(b []byte) (at int, cut bool) {
	for i := 0; i < len(b); {
		if b[i] < utf8.RuneSelf {
			i++
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
