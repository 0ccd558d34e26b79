package dict

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// The bounds and cut-offs of Nearest. Scores are between 0 (the same) and 1.
const (
	maxNearText    = 64   // characters of a text that is compared at all
	maxCandidates  = 1024 // entries whose distance is computed
	worstScore     = 0.5  // beyond, a suggestion would be absurd
	worseThanBest  = 0.3  // beyond, it would only distract from the best one
	spokenPenalty  = 0.15 // the same sound is less than the same characters
	partPenalty    = 0.2  // one within the other
	partSpread     = 0.4  // how much the length of the rest counts
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
	runes, sounds := count(q.runeLists(ix)), count(q.soundLists(ix))
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
	seen, lists := map[rune]bool{}, [][]int32(nil)
	for _, r := range q.key {
		if !seen[r] {
			seen[r] = true
			lists = append(lists, ix.byRune[r])
		}
	}
	return lists
}

func (q *nearQuery) soundLists(ix *nearIndex) [][]int32 {
	seen, lists := map[string]bool{}, [][]int32(nil)
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
	best := 1.0
	if d := distance(q.key, name); d < max(len(q.key), len(name)) {
		best = float64(d) / longer
	}
	sounds := make([]string, len(name))
	for i, r := range name {
		sounds[i] = q.soundOf(r)
	}
	best = min(best, spokenPenalty+float64(distance(q.sounds, sounds))/longer)
	short, long := string(q.key), string(name)
	if len(short) > len(long) {
		short, long = long, short
	}
	shorter := float64(min(len(q.key), len(name)))
	// A single character says something only at the beginning.
	if strings.HasPrefix(long, short) || (shorter > 1 && strings.Contains(long, short)) {
		best = min(best, partPenalty+partSpread*(1-shorter/longer))
	}
	return best
}

// nearCodes adds the entries whose codes differ from the text by a slip.
func (d *Dictionary) nearCodes(text string, scored map[int32]near) {
	if len(text) < 2 || len(text) > maxNearText || !strings.ContainsAny(text, "0123456789") {
		return
	}
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return
		}
	}
	bare := bareCode(text)
	for i, e := range d.Entries {
		if abs(int32(len(e.Code)-len(text))) > 8 {
			continue
		}
		switch {
		case bare != "" && bareCode(e.Code) == bare:
			keepBest(scored, near{int32(i), sameCodeScore, 0})
		case len(text) > 2 && oneSlip(text, strings.ToLower(e.Code)):
			keepBest(scored, near{int32(i), codeScore, 0})
		}
	}
}

// bareCode is a code without leading zeros and punctuation, in small letters.
func bareCode(code string) string {
	clean := true
	for i := range len(code) {
		b := code[i]
		clean = clean && (b >= '0' && b <= '9' || b >= 'a' && b <= 'z')
	}
	if !clean {
		code = strings.Map(func(r rune) rune {
			switch {
			case r >= '0' && r <= '9', r >= 'a' && r <= 'z':
				return r
			case r >= 'A' && r <= 'Z':
				return r - 'A' + 'a'
			}
			return -1
		}, code)
	}
	return trimZeros(code)
}

func abs(n int32) int32 { return max(n, -n) }
