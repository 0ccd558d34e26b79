package dict

import (
	"strings"

	"hbupload/internal/nearest"
)

// nearQuery is the text with its sounds.
type nearQuery struct {
	ix       *nearIndex
	key      []rune
	sounds   []string
	distinct int // different characters
}

func newNearQuery(ix *nearIndex, key []rune) *nearQuery {
	q := &nearQuery{ix: ix, key: key}
	seen := map[rune]bool{}
	for _, r := range key {
		seen[r] = true
		q.sounds = append(q.sounds, q.soundOf(r))
	}
	q.distinct = len(seen)
	return q
}

func (q *nearQuery) soundOf(r rune) string {
	if s, known := q.ix.sounds[r]; known {
		return s
	}
	return sound(r)
}

func (q *nearQuery) runeLists(ix *nearIndex) [][]int32 {
	seen := map[rune]bool{}
	lists := [][]int32(nil)
	for _, r := range q.key {
		if !seen[r] {
			seen[r] = true
			lists = append(lists, ix.byRune[r])
		}
	}
	return lists
}

func (q *nearQuery) soundLists(ix *nearIndex) [][]int32 {
	seen := map[string]bool{}
	lists := [][]int32(nil)
	for _, s := range q.sounds {
		if !seen[s] {
			seen[s] = true
			lists = append(lists, ix.bySound[s])
		}
	}
	return lists
}

// score compares the text with a name; the best of the ways of resembling counts.
func (q *nearQuery) score(name []rune) float64 {
	if len(name) == 0 || len(name) > 4*maxNearText {
		return 1
	}
	longer := float64(max(len(q.key), len(name)))
	best := float64(nearest.Distance(q.key, name)) / longer
	sounds := make([]string, len(name))
	for i, r := range name {
		sounds[i] = q.soundOf(r)
	}
	best = min(best, spokenPenalty+float64(nearest.Distance(q.sounds, sounds))/longer)
	return min(best, partScore(q.key, name))
}

// partScore is for one text within the other. A single character says something
// only as the element of "铅及其化合物", or at the beginning of a short name.
func partScore(a, b []rune) float64 {
	if len(a) > len(b) {
		a, b = b, a
	}
	short := string(a)
	long := string(b)
	rest := 1 - float64(len(a))/float64(len(b))
	switch {
	case len(a) > 1 && strings.Contains(long, short):
		return partPenalty + partSpread*rest
	case strings.HasPrefix(long, short+"及"):
		return compoundsScore
	case len(b) <= 3 && strings.HasPrefix(long, short):
		return partPenalty + partSpread*rest
	}
	return 1
}

// oneSlip reports whether one character more, less, other, or swapped with its
// neighbour makes b of a. Much cheaper than nearest.Distance, for the scan of all codes.
func oneSlip(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) != len(b) {
		return a[i:] == b[i+1:]
	}
	if i == len(a) {
		return true
	}
	if a[i+1:] == b[i+1:] {
		return true
	}
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}
