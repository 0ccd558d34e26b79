package textenc

// maxPairs is how many characters are looked at for telling Big5 from GB18030.
const maxPairs = 1 << 16

// minPairs is how many characters say something about a file.
const minPairs = 12

// pairCount tells Big5 from GB18030. Nearly every text of the one is text of the
// other too, of rare characters; the common ones of each have codes of their
// own.
type pairCount struct {
	pairs    int
	commonGB int // first level and punctuation of GB 2312
	common5  int // first level and punctuation of Big5
	not5     int // characters that Big5 cannot hold
}

// count counts the characters of a line that has the shape of GB18030.
func (c *pairCount) count(b []byte) {
	for len(b) > 0 {
		n := max(gbLen(b), 1)
		switch n {
		case 2:
			c.pair(b[0], b[1])
		case 4:
			c.not5++
		}
		b = b[n:]
	}
}

func (c *pairCount) pair(lead, trail byte) {
	c.pairs++
	if trail >= 0xA1 && (lead >= 0xB0 && lead <= 0xD7 || lead <= 0xA3 && lead >= 0xA1) {
		c.commonGB++
	}
	switch {
	case lead < 0xA1 || lead > 0xF9 || trail > 0x7E && trail < 0xA1:
		c.not5++
	case lead <= 0xC6 && lead != 0xA2:
		c.common5++
	}
}

// likely reports whether the characters are those of Big5. Of text in GB18030
// about nine tenths are common in it and half in Big5, of text in Big5 nearly
// all are common in it and a third in GB18030.
func (c *pairCount) likely() bool {
	return c.pairs >= minPairs && c.not5 == 0 && c.common5*100 >= c.pairs*85 && c.commonGB*100 <= c.pairs*60
}
