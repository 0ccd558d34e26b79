package sense

import (
	"hash/maphash"
	"slices"

	"hbupload/internal/meaning"
	"hbupload/internal/spec"
)

const (
	// classResults is how many different results of a class make it comparable.
	classResults = 4
	// classDigits is how many digits they must have together: four results of
	// three digits are one person's own, twelve hearing thresholds of 15 dB are not.
	classDigits = 10
)

// sameClass counts people whose numeric results of one class are all alike while
// others, the blood pressure say, are their own.
func (b *Batch) sameClass(ordinal int, rec *spec.Record) {
	if b.c.batch[batchClass] == nil {
		return
	}
	owner := b.hash(rec.At(spec.IDCard).Text)
	for from := 0; from < len(rec.Items); {
		to := from + 1
		for to < len(rec.Items) && rec.Items[to].Class == rec.Items[from].Class {
			to++
		}
		if digest, first := b.vector(rec.Items[from:to]); first >= 0 {
			at := from + first
			b.classes.add(digest, owner, func() spot { return b.spot(ordinal, rec, spec.Result, at) })
		}
		from = to
	}
}

// vector is the digest of the numeric results of items and the place of the first;
// -1 where they are too few or too coarse to tell people apart.
func (b *Batch) vector(items []spec.Item) (digest uint64, first int) {
	var h maphash.Hash
	h.SetSeed(b.seed)
	var room [16]string
	seen := room[:0]
	digits := 0
	first = -1
	for i := range items {
		text := items[i].At(spec.Result).Text
		if _, ok := meaning.Number(text); !ok {
			continue
		}
		if first < 0 {
			first = i
		}
		_, _ = h.WriteString(items[i].At(spec.ItemCode).Text)
		_ = h.WriteByte(0)
		_, _ = h.WriteString(text)
		_ = h.WriteByte(0)
		if len(seen) < cap(seen) && !slices.Contains(seen, text) {
			seen = append(seen, text)
			digits += significant(text)
		}
	}
	if len(seen) < classResults || digits < classDigits {
		return 0, -1
	}
	return h.Sum64(), first
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
