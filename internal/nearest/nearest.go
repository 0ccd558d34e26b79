// Package nearest finds the known word that is most like a mistyped one.
package nearest

import "strings"

// Name is the known name with the smallest edit distance to a word, the first of
// several; capitals do not count. It is "" where none is known.
func Name(word string, known []string) string {
	typed := []byte(strings.ToLower(word)) // names of configuration are ASCII
	best := ""
	least := 0
	for i, name := range known {
		if d := Distance(typed, []byte(strings.ToLower(name))); i == 0 || d < least {
			best = name
			least = d
		}
	}
	return best
}

// Distance counts the insertions, deletions, replacements and swaps of
// neighbours that make b of a (optimal string alignment).
func Distance[T comparable](a, b []T) int {
	before := make([]int, len(b)+1)
	last := make([]int, len(b)+1)
	row := make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range a {
		row[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j]+cost, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
