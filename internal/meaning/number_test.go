package meaning

import (
	"math"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

// TestNumberIsTheLibrarys: what the short way makes of a decimal is, bit for bit, what
// strconv makes of it.
func TestNumberIsTheLibrarys(t *testing.T) {
	t.Parallel()
	text := rapid.OneOf(rapid.StringMatching(`[-+]?[0-9]{0,17}\.?[0-9]{0,17}`), rapid.SampledFrom([]string{"-0", "+0.0", ".5", "5.", ".", "-", "", "0.1", "999999999999999", "0.000000000000001"}))
	rapid.Check(t, func(rt *rapid.T) {
		s := text.Draw(rt, "text")
		want, err := strconv.ParseFloat(s, 64)
		got, ok := Number(s)
		if ok != (err == nil) || ok && math.Float64bits(got) != math.Float64bits(want) {
			rt.Fatalf("%q: %v %v, want %v %v", s, got, ok, want, err)
		}
	})
}
