package sense

import (
	"math/bits"
	"slices"

	"hbupload/internal/spec"
)

const (
	// classResults is how many different results of a class make it comparable.
	classResults = 5
	// classDigits is how many digits they must have together: five results of
	// three digits are one person's own, twelve hearing thresholds of 15 dB are not.
	classDigits = 12
)

// vector digests numeric results as they come.
type vector struct {
	digest  uint64
	numbers int
	first   int // the item of the first
	digits  int // of the different results among the first ones
	room    [16]string
	seen    []string
}

func (v *vector) begin() {
	v.digest = 0
	v.numbers = 0
	v.digits = 0
	v.seen = v.room[:0]
}

// add takes the digest of the i-th item's code and result; the order of results counts.
func (v *vector) add(i int, digest uint64) {
	if v.numbers == 0 {
		v.first = i
	}
	v.numbers++
	const odd = 0x9E3779B97F4A7C15
	v.digest = bits.RotateLeft64((v.digest^digest)*odd, 31)
}

// look notes a result's text among those that are to tell people apart.
func (v *vector) look(text string) {
	if v.digits < classDigits+classResults && len(v.seen) < len(v.room) && !slices.Contains(v.seen, text) {
		v.seen = append(v.seen, text)
		v.digits += significant(text)
	}
}

// telling reports whether the results of a class are enough, and fine enough, to
// tell people apart.
func (v *vector) telling() bool { return len(v.seen) >= classResults && v.digits >= classDigits }

// same counts people whose results are all alike, or those of a class, while
// others, the blood pressure say, are their own.
func (b *Batch) same(r *recent, v *vector, ordinal int, rec *spec.Record, owner uint64) {
	r.add(v.digest, owner, func() spot { return b.spot(ordinal, rec, spec.Result, v.first) })
}

// significant is the number of digits of a decimal without leading zeros.
func significant(text string) int {
	n := 0
	for _, r := range text {
		if (r > '0' && r <= '9') || (r == '0' && n > 0) {
			n++
		}
	}
	return n
}
