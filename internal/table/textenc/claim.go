package textenc

import (
	"slices"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
)

// Claim judges the word of a text that it is written in an encoding of one byte
// a character, such as ISO-8859-1. It counts, of the bytes that are written to
// it, how those beyond ASCII stand: in Chinese text (GB2312, GBK) nearly all of
// them stand in pairs, and most pairs are common characters; in Latin text most
// stand alone between ASCII letters. The zero Claim is ready for use.
type Claim struct {
	lead   byte // waits for its second byte, 0 if none does
	common int  // pairs that are common characters of GB 2312
	rare   int  // other pairs
	lone   int  // bytes beyond ASCII with ASCII behind them
	wide   int  // Chinese characters of UTF-8
	tail   [2]byte
}

// Verdict is what becomes of a claim.
type Verdict uint8

// The verdicts. Unclear is text that may as well be of another encoding: reading
// it either way could turn a name into another one without a mark.
const (
	Holds Verdict = iota
	Chinese
	Unclear
)

// Write implements io.Writer; it never fails.
func (c *Claim) Write(p []byte) (int, error) {
	for _, b := range p {
		if c.tail[0] >= 0xE4 && c.tail[0] <= 0xE9 && c.tail[1]&0xC0 == 0x80 && b&0xC0 == 0x80 {
			c.wide++
		}
		c.tail[0] = c.tail[1]
		c.tail[1] = b
		c.pair(b)
	}
	return len(p), nil
}

// pair takes a byte as the second one of a pair, or as the first.
func (c *Claim) pair(b byte) {
	switch {
	case c.lead == 0:
		if b >= 0x80 {
			c.lead = b
		}
		return
	case b < 0x80:
		c.lone++
	case b >= 0xA1 && commonLead(c.lead):
		c.common++
	default:
		c.rare++
	}
	c.lead = 0
}

// commonLead reports whether the byte begins the punctuation and the characters
// of the first level of GB 2312.
func commonLead(b byte) bool {
	return b >= 0xB0 && b <= 0xD7 || b >= 0xA1 && b <= 0xA3
}

// Verdict judges all that was written. latin tells that the claimed encoding is
// one of Latin letters; those of other alphabets have words that are all beyond
// ASCII, half of which have an odd number of letters.
func (c *Claim) Verdict(latin bool) Verdict {
	lone := c.lone
	if c.lead != 0 {
		lone++
	}
	pairs := c.common + c.rare
	few := 10
	if latin {
		few = 4
	}
	switch {
	case pairs+lone == 0:
		return Holds
	case lone*few <= pairs && c.common*2 >= pairs:
		return Chinese
	case c.wide > 0, latin && lone < pairs:
		return Unclear
	}
	return Holds
}

// OneByte finds an encoding of one byte a character by any of its names. latin
// tells that it is one of Latin letters.
func OneByte(label string) (e encoding.Encoding, latin, ok bool) {
	e, err := htmlindex.Get(label)
	if err != nil {
		return nil, false, false
	}
	if _, ok = e.(*charmap.Charmap); !ok {
		return nil, false, false
	}
	latins := []encoding.Encoding{charmap.Windows1250, charmap.Windows1252, charmap.Windows1254, charmap.Windows1257, charmap.Windows1258, charmap.Macintosh,
		charmap.ISO8859_2, charmap.ISO8859_3, charmap.ISO8859_4, charmap.ISO8859_10, charmap.ISO8859_13, charmap.ISO8859_14, charmap.ISO8859_15, charmap.ISO8859_16}
	return e, slices.Contains(latins, e), true
}
