package mapping

import (
	"strconv"

	"hbupload/internal/mapping/layout"
	"hbupload/internal/spec"
)

// The codes of a mark.
const (
	markNormal   = "0"
	markAbnormal = "1"
)

// compare marks a result that no column marks by its own limits, where the mapping
// declares that. A result that is no plain number, or of which only one of two limits is
// known and does not decide, stays without a mark.
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
	case hasLow && hasHigh, oneSided(it, result, low, high):
		v.Derive(spec.StepMapping, markNormal, note)
	}
}

// oneSided reports whether a result lies within a range that has one side and says so
// (<26): no limit is missing of it. A limit in a column of its own says nothing of
// the other one; and of a result that is the limit itself of < or > only people know.
func oneSided(it *spec.Item, result, low, high float64) bool {
	v := it.At(spec.UpperLimit)
	limit := high
	if v.Text == "" {
		v = it.At(spec.LowerLimit)
		limit = low
	}
	strict, ok := layout.OneSide(v.Raw)
	return ok && v.Text != "" && (!strict || result != limit)
}

// plainNumber is the number of a value that holds nothing else.
func plainNumber(v *spec.Value) (float64, bool) {
	if v.Fault != nil || !reDecimal.MatchString(v.Text) {
		return 0, false
	}
	n, err := strconv.ParseFloat(v.Text, 64)
	return n, err == nil
}
