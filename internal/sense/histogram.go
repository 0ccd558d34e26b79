package sense

import "math"

// histogram counts positive numbers on a logarithmic scale.
type histogram struct {
	counts []uint32
	low    int // the bucket of the first
	total  uint32
}

// steps is how many buckets make a factor of ten.
const steps = 50

func (h *histogram) add(v float64) {
	at := int(math.Round(math.Log10(v) * steps))
	switch end := h.low + len(h.counts); {
	case len(h.counts) == 0:
		h.counts = make([]uint32, 1)
		h.low = at
	case at < h.low:
		h.counts = append(make([]uint32, h.low-at), h.counts...)
		h.low = at
	case at >= end:
		h.counts = append(h.counts, make([]uint32, at-end+1)...)
	}
	h.counts[at-h.low]++
	h.total++
}

// middle is the median, to within a step.
func (h *histogram) middle() float64 {
	seen := uint32(0)
	for i, n := range h.counts {
		if seen += n; n > 0 && 2*seen >= h.total {
			return math.Pow(10, float64(h.low+i)/steps)
		}
	}
	return math.NaN()
}
