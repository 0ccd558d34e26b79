package mapping

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestKeyTable: it holds what a map holds.
func TestKeyTable(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		table := newKeyTable()
		want := map[string]int32{}
		var order []string
		for i, key := range rapid.SliceOf(rapid.StringN(0, 3, 6)).Draw(t, "keys") {
			have, ok := table.find(key)
			if n, there := want[key]; ok != there || have != n {
				t.Fatalf("%q: %d %v, want %d %v", key, have, ok, n, there)
			}
			if !ok {
				table.put(key, int32(i))
				want[key] = int32(i)
				order = append(order, key)
			}
		}
		for key, n := range want {
			if have, ok := table.find(key); !ok || have != n {
				t.Fatalf("%q: %d %v, want %d", key, have, ok, n)
			}
		}
		if got := slices.Collect(table.all()); table.len() != len(want) || !slices.Equal(got, order) {
			t.Fatalf("%q, want %q", got, order)
		}
	})
}
