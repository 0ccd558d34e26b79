package wire

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"

	"hbupload/internal/spec"
)

// TestComparerIsEqualWhereDataIs: records that differ a little, or not in what is
// sent, under every option: the comparer's texts are equal exactly where data.json is.
func TestComparerIsEqualWhereDataIs(t *testing.T) {
	t.Parallel()
	if n := len(spec.Fields()); n > 0x80 {
		t.Fatalf("%d fields: mark tells 128 apart", n)
	}
	text := rapid.SampledFrom([]string{"", "a", "ab", "b", "a,b", `"`, "}", "{", "[", "4.5", "\x80", "\xff\xfe", "\uFFFD", "血常规", "尿常规"})
	draw := func(rt *rapid.T) *spec.Record {
		rec := sample()
		for range rapid.IntRange(0, 2).Draw(rt, "changes") {
			f := spec.FieldID(rapid.IntRange(0, int(spec.RadiographResult)).Draw(rt, "field"))
			var v *spec.Value
			switch f.Field().Section {
			default:
				v = rec.At(f)
			case spec.SectionHazard:
				v = rec.Hazards[rapid.IntRange(0, 1).Draw(rt, "hazard")].At(f)
			case spec.SectionItem:
				v = rec.Items[rapid.IntRange(0, 2).Draw(rt, "item")].At(f)
			}
			v.Text = text.Draw(rt, "text")
			v.Parts = rapid.SliceOfN(text, 0, 2).Draw(rt, "parts")
		}
		if rapid.Bool().Draw(rt, "order") {
			rec.Items[1], rec.Items[2] = rec.Items[2], rec.Items[1]
		}
		return rec
	}
	rapid.Check(t, func(rt *rapid.T) {
		e := NewEncoder(Options{Base64: rapid.SampledFrom(modes()).Draw(rt, "mode"), Empty: rapid.SampledFrom([]string{EmptyOmit, ""}).Draw(rt, "empty"), Suspected: suspectedIs5})
		c := e.Comparer()
		a := draw(rt)
		b := draw(rt)
		equal := bytes.Equal(e.Encode(nil, a), e.Encode(nil, b))
		if got := bytes.Equal(c.Encode(nil, a), c.Encode(nil, b)); got != equal {
			rt.Fatalf("data.json equal: %v, comparer: %v\n%s\n%s", equal, got, c.Encode(nil, a), c.Encode(nil, b))
		}
	})
}
