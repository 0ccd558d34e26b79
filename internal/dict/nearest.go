package dict

import (
	"cmp"
	"slices"
)

// The bounds and cut-offs of Nearest. Scores are between 0 (the same) and 1.
const (
	maxNearText    = 64   // characters of a text that is compared at all
	maxCandidates  = 1024 // entries whose distance is computed
	worstScore     = 0.5  // beyond, a suggestion would be absurd
	worseThanBest  = 0.3  // beyond, it would only distract from the best one
	spokenPenalty  = 0.15 // the same sound is less than the same characters
	partPenalty    = 0.2  // one within the other
	partSpread     = 0.28 // how much the length of the rest counts: a part always passes
	compoundsScore = 0.35 // 铅 for 铅及其化合物
	codeScore      = 0.3  // a code that differs in one character
	sameCodeScore  = 0.1  // a code that differs in punctuation or leading zeros
	fewestInCommon = 300  // of 1000: below, no score within worstScore is possible
)

// nearIndex tells which entries share a character, or a sound, with a text.
type nearIndex struct {
	lengths []int32 // characters of the loose names
	byRune  map[rune][]int32
	bySound map[string][]int32
	sounds  map[rune]string
}

func (d *Dictionary) nearIndex() *nearIndex {
	d.nearOnce.Do(func() { d.near = newNearIndex(d.index().looseKeys) })
	return d.near
}

func newNearIndex(keys []string) *nearIndex {
	ix := &nearIndex{
		lengths: make([]int32, len(keys)),
		byRune:  map[rune][]int32{},
		bySound: map[string][]int32{},
		sounds:  map[rune]string{},
	}
	for i, key := range keys {
		for _, r := range key {
			ix.lengths[i]++
			s, known := ix.sounds[r]
			if !known {
				s = sound(r)
				ix.sounds[r] = s
			}
			// Once per entry, however often the name has it.
			if list := ix.byRune[r]; len(list) == 0 || list[len(list)-1] != int32(i) {
				ix.byRune[r] = append(list, int32(i))
			}
			if list := ix.bySound[s]; len(list) == 0 || list[len(list)-1] != int32(i) {
				ix.bySound[s] = append(list, int32(i))
			}
		}
	}
	return ix
}

// near is a candidate with its score.
type near struct {
	entry int32
	score float64
	gap   int32 // difference of the lengths
}

// Nearest lists at most n entries that the text may have meant, best first: by
// edit distance of characters and of sounds, by one containing the other, and for codes by
// a slip of one character. Texts that resemble nothing get nothing. For messages only.
//
// The work for one text does not grow with the number of entries beyond a scan of
// their codes and of the lists of its characters; the index is built at the first call.
func (d *Dictionary) Nearest(text string, n int) []Entry {
	key := []rune(Loose(text))
	if d.Len() == 0 || n <= 0 || len(key) == 0 || len(key) > maxNearText {
		return nil
	}
	ix := d.nearIndex()
	scored := map[int32]near{}
	q := newNearQuery(ix, key)
	for _, i := range ix.candidates(q) {
		name := []rune(d.index().looseKeys[i])
		keepBest(scored, near{i, q.score(name), abs(ix.lengths[i] - int32(len(key)))})
	}
	d.nearCodes(looseCode(text), scored)
	if entries := d.best(scored, n); len(entries) > 0 {
		return entries
	}
	if newSpokenQuery(string(key)) != nil {
		found := d.Search(string(key))
		return found[:min(n, len(found))]
	}
	return nil
}

func keepBest(scored map[int32]near, c near) {
	if c.score > worstScore {
		return
	}
	if old, ok := scored[c.entry]; !ok || c.score < old.score {
		scored[c.entry] = c
	}
}

// best orders the candidates and drops those much worse than the first.
func (d *Dictionary) best(scored map[int32]near, n int) []Entry {
	list := make([]near, 0, len(scored))
	for _, c := range scored {
		list = append(list, c)
	}
	slices.SortFunc(list, func(a, b near) int {
		return cmp.Or(cmp.Compare(a.score, b.score), cmp.Compare(a.gap, b.gap), cmp.Compare(a.entry, b.entry))
	})
	var entries []Entry
	for _, c := range list[:min(n, len(list))] {
		if c.score > list[0].score+worseThanBest {
			break
		}
		entries = append(entries, d.Entries[c.entry])
	}
	return entries
}

// candidates picks the entries that share most with the text, relative to the
// longer of the two, at most maxCandidates.
func (ix *nearIndex) candidates(q *nearQuery) []int32 {
	var touched []int32
	count := func(lists [][]int32) []uint8 {
		shared := make([]uint8, len(ix.lengths))
		for _, list := range lists {
			for _, i := range list {
				if shared[i] == 0 {
					touched = append(touched, i)
				}
				shared[i]++
			}
		}
		return shared
	}
	runes := count(q.runeLists(ix))
	sounds := count(q.soundLists(ix))
	var ranked [1001][]int32
	for _, i := range touched {
		common := int(max(runes[i], sounds[i]))
		share := common * 1000 / max(len(q.key), int(ix.lengths[i]))
		// One within the other counts even when one is much longer.
		if common >= min(q.distinct, int(ix.lengths[i])) {
			share = max(share, 500)
		}
		if share >= fewestInCommon {
			ranked[min(share, 1000)] = append(ranked[min(share, 1000)], i)
		}
	}
	var picked []int32
	for share := 1000; share >= fewestInCommon && len(picked) < maxCandidates; share-- {
		picked = append(picked, ranked[share]...)
	}
	slices.Sort(picked[:min(len(picked), maxCandidates)])
	return slices.Compact(picked[:min(len(picked), maxCandidates)])
}

func abs(n int32) int32 { return max(n, -n) }
