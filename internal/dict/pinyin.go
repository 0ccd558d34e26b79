package dict

import (
	"strings"
	"unicode"
)

// sound is the usual reading of a character with what typists mix up made equal
// (zh/z, ch/c, sh/s, -ng/-n); other characters sound as themselves.
func sound(r rune) string {
	list := readings(r)
	if len(list) == 0 {
		return string(r)
	}
	s := list[0]
	if len(s) > 2 && s[1] == 'h' {
		s = s[:1] + s[2:]
	}
	for _, nasal := range []string{"ang", "eng", "ing"} {
		if strings.HasSuffix(s, nasal) {
			return s[:len(s)-1]
		}
	}
	return s
}

// maxSpoken is the longest pinyin query; one bit of a word for each position.
const maxSpoken = 60

// spokenQuery matches names against typed pinyin, in which each character is
// given in full or by its initial. Bit j of a mask says that the first j letters are used up.
type spokenQuery struct {
	text  string
	steps map[rune][]spokenStep
}

// spokenStep: where the query has this text, a character takes size letters of it.
type spokenStep struct {
	at   uint64
	size int
}

// newSpokenQuery is nil when the word cannot be pinyin: letters and digits with
// at least two letters.
func newSpokenQuery(word string) *spokenQuery {
	letters := 0
	for i := range len(word) {
		switch b := word[i]; {
		case b >= 'a' && b <= 'z':
			letters++
		case b < '0' || b > '9':
			return nil
		}
	}
	if letters < 2 || len(word) > maxSpoken {
		return nil
	}
	return &spokenQuery{text: word, steps: map[rune][]spokenStep{}}
}

// match finds the query in a name (after Loose); atStart tells that it was found
// from the first character on.
func (q *spokenQuery) match(name string) (found, atStart bool) {
	var anywhere, anchored uint64
	anchored = 1
	done := uint64(1) << len(q.text)
	for _, r := range name {
		steps := q.stepsOf(r)
		anywhere = advance(anywhere|1, steps)
		anchored = advance(anchored, steps)
		if anchored&done != 0 {
			return true, true
		}
		found = found || anywhere&done != 0
	}
	return found, false
}

func advance(mask uint64, steps []spokenStep) uint64 {
	var next uint64
	for _, s := range steps {
		next |= (mask & s.at) << s.size
	}
	return next
}

func (q *spokenQuery) stepsOf(r rune) []spokenStep {
	steps, known := q.steps[r]
	if known {
		return steps
	}
	spellings := readings(r)
	if spellings == nil {
		spellings = []string{string(r)}
	}
	for _, s := range spellings {
		steps = q.add(steps, s)
		if strings.Contains(s, "v") {
			steps = q.add(steps, strings.ReplaceAll(s, "v", "u"))
		}
		if len(s) > 1 && r > unicode.MaxASCII {
			steps = q.add(steps, s[:1])
			// The last syllable may be half typed.
			for cut := 2; cut < len(s); cut++ {
				if strings.HasSuffix(q.text, s[:cut]) {
					steps = append(steps, spokenStep{1 << (len(q.text) - cut), cut})
				}
			}
		}
	}
	q.steps[r] = steps
	return steps
}

func (q *spokenQuery) add(steps []spokenStep, spelling string) []spokenStep {
	var at uint64
	for j := 0; j+len(spelling) <= len(q.text); j++ {
		if q.text[j:j+len(spelling)] == spelling {
			at |= 1 << j
		}
	}
	if at == 0 {
		return steps
	}
	return append(steps, spokenStep{at, len(spelling)})
}
