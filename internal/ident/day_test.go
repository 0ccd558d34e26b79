package ident

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestDayIsTheLibrarys: whatever the text, Day says what time.Parse says.
func TestDayIsTheLibrarys(t *testing.T) {
	t.Parallel()
	date := rapid.OneOf(rapid.StringMatching(`[0-9]{4}-[0-3][0-9]-[0-4][0-9]`), rapid.StringMatching(`[-+ 0-9a]{0,11}`),
		rapid.SampledFrom([]string{"", "2024-02-29", "2023-02-29", "1900-02-29", "2000-02-29", "0000-01-01", "2024-13-01", "2024-00-10", "2024-04-31", "２０２４-01-1", "2024-01-1", "2024/01/01"}))
	rapid.Check(t, func(rt *rapid.T) {
		text := date.Draw(rt, "text")
		want, err := time.Parse(time.DateOnly, text)
		got, ok := Day(text)
		if ok != (err == nil) || ok && !got.Equal(want) {
			rt.Fatalf("%q: %v %v, want %v %v", text, got, ok, want, err)
		}
	})
}
