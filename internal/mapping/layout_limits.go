package mapping

import (
	"strconv"

	"hbupload/internal/spec"
)

// The codes of a mark.
const (
	markNormal   = "0"
	markAbnormal = "1"
)

// compare marks a result that no column marks by its own limits, where the mapping
// declares that. A result that is no plain number, or that only one limit is known of and does
// not decide, stays without a mark.
func (p *pass) compare(g *boundGroup, it *spec.Item) {
	v := it.At(spec.ResultFlag)
	if !p.lay.ByLimits || g.marked || !missing(v) || v.Fault != nil {
		return
	}
	result, ok := plainNumber(it.At(spec.Result))
	if !ok {
		return
	}
	low, hasLow := plainNumber(it.At(spec.LowerLimit))
	high, hasHigh := plainNumber(it.At(spec.UpperLimit))
	const note = "unmarked: by_limits，结果与参考范围比较"
	switch {
	case hasLow && result < low, hasHigh && result > high:
		v.Derive(spec.StepMapping, markAbnormal, note)
	case hasLow && hasHigh:
		v.Derive(spec.StepMapping, markNormal, note)
	}
}

// plainNumber is the number of a value that holds nothing else.
func plainNumber(v *spec.Value) (float64, bool) {
	if v.Fault != nil || !reDecimal.MatchString(v.Text) {
		return 0, false
	}
	n, err := strconv.ParseFloat(v.Text, 64)
	return n, err == nil
}
