package wire

import (
	"encoding/binary"
	"strings"
	"unicode/utf8"
)

// Comparer is an encoder whose texts are equal for two records exactly where their
// data.json is, in half the time and half the bytes: each value with its length, no
// Base64, no names.
func (e *Encoder) Comparer() *Encoder {
	c := *e
	c.bare = true
	c.values = false
	c.document = false
	c.person = short(e.person)
	c.history = short(e.history)
	c.hazard = short(e.hazard)
	c.item = short(e.item)
	for _, p := range []*leafPlan{&c.class, &c.filmFlag, &c.occuHazard, &c.occuDisease} {
		p.open = mark(p)
	}
	return &c
}

// short is a plan whose leaves bear their number in place of their name.
func short(plan []leafPlan) []leafPlan {
	out := make([]leafPlan, len(plan))
	for i, p := range plan {
		out[i] = p
		out[i].open = mark(&p)
	}
	return out
}

// mark distinguishes a leaf from others and from the braces between leaves.
func mark(p *leafPlan) string { return string([]byte{0x80 | byte(p.id)}) }

// measured appends a text behind its length.
func (e *Encoder) measured(dst []byte, s string) []byte {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}
