package reconcile

import (
	"slices"
	"strings"

	"hbupload/internal/ident"
	"hbupload/internal/ledger"
)

// index finds the records of ours that a row may have to do with.
type index struct {
	byEnd  map[string][]int // the last characters of the number
	byDate map[string][]int
	byName map[string][]int
	byKey  map[string][]int // of those that only the ledger knows
	all    []int
	doubts []int // of those that are in doubt: a slip in a number must not make them absent
	ours   []Ours
}

// endLength is how many of the last characters of a number are looked up.
const endLength = 4

func newIndex(ours []Ours) *index {
	x := &index{byEnd: map[string][]int{}, byDate: map[string][]int{}, byName: map[string][]int{}, byKey: map[string][]int{}, ours: ours}
	for i := range ours {
		o := &ours[i]
		if o.Bare {
			x.byKey[o.Key] = append(x.byKey[o.Key], i)
			continue
		}
		number, _ := ident.Normalize(o.Number)
		x.byEnd[end(number)] = append(x.byEnd[end(number)], i)
		x.byDate[o.Date] = append(x.byDate[o.Date], i)
		x.byName[bareName(o.Name)] = append(x.byName[bareName(o.Name)], i)
		x.all = append(x.all, i)
		if o.State == ledger.StateInDoubt {
			x.doubts = append(x.doubts, i)
		}
	}
	return x
}

func end(number string) string { return number[max(0, len(number)-endLength):] }

// candidates are all of ours that a row may be, each once.
func (x *index) candidates(r *Row) []int {
	pattern := numberPattern(r.Number)
	tail := string(pattern[max(0, len(pattern)-endLength):])
	var out []int
	if r.Key != "" {
		out = append(out, x.byKey[r.Key]...)
	}
	seen := visible(pattern) > 0 && !strings.ContainsRune(tail, hole)
	switch {
	case seen:
		out = append(out, x.byEnd[tail]...)
	case r.Date == "":
		out = append(out, x.all...)
	default:
		out = append(out, x.byDate[r.Date]...)
	}
	if whole(r.Name) { // the number may be mistyped
		out = append(out, x.byName[bareName(r.Name)]...)
	}
	for _, i := range x.doubts {
		if o := &x.ours[i]; compareDate(r.Date, o.Date) != differs && slip(r.Number, o.Number) {
			out = append(out, i)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
