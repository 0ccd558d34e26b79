package dict

import "strings"

// The bounds of Cut: more parts than any list of hazards, and more separators
// within one entry's name than any name has.
const (
	maxCutAtoms = 4096
	maxCutJoin  = 32
)

// Cut takes a cell that may hold a list apart (help: 接口读法 3). lookup says whether a
// text, free of outer blanks, is an entry. The cell is tried whole first, then
// cut at , ， 、 ; ； and line breaks, but not within brackets, so that every part
// is an entry.
//
// ways is 1 when there is exactly one such cut, 2 when there are several (parts is
// then the one of longest matches), 0 when there is none: parts is then a best
// effort with the fewest unknown parts, for messages, and is empty for a blank
// cell. Empty parts (a trailing separator) are dropped.
//
// lookup is called at most maxCutJoin times per separator, besides the whole cell.
func Cut(text string, lookup func(part string) bool) (parts []string, ways int) {
	whole := strings.TrimSpace(text)
	if whole == "" {
		return nil, 0
	}
	if lookup(whole) {
		return []string{whole}, 1
	}
	atoms := splitAtoms(whole)
	if len(atoms) > maxCutAtoms {
		return []string{whole}, 0
	}
	best := coverFrom(whole, atoms, lookup)
	for at := 0; at < len(atoms); {
		next := best[at].next
		if next > at+1 || !blank(whole, atoms[at]) {
			parts = append(parts, strings.TrimSpace(whole[atoms[at].from:atoms[next-1].to]))
		}
		at = next
	}
	if len(parts) == 0 {
		// Separators only.
		return nil, 0
	}
	return parts, best[0].ways
}

// atom is the text between two separators, in bytes of the cell.
type atom struct{ from, to int }

// cover is the best way to take the atoms from some atom on.
type cover struct {
	next    int // the first atom of the following part
	unknown int // unknown parts from here on
	ways    int // covers without unknown parts, 2 for more than one
}

// coverFrom works from the end, so that each cover is made of finished ones.
func coverFrom(text string, atoms []atom, lookup func(string) bool) []cover {
	n := len(atoms)
	best := make([]cover, n+1)
	best[n].ways = 1
	for at := n - 1; at >= 0; at-- {
		rest := best[at+1]
		if blank(text, atoms[at]) {
			best[at] = cover{next: at + 1, unknown: rest.unknown, ways: rest.ways}
			continue
		}
		// The fallback: this atom alone, unknown.
		c := cover{next: at + 1, unknown: rest.unknown + 1}
		for to := at + 1; to <= min(n, at+maxCutJoin); to++ {
			if blank(text, atoms[to-1]) || !lookup(strings.TrimSpace(text[atoms[at].from:atoms[to-1].to])) {
				continue
			}
			c.ways = min(2, c.ways+best[to].ways)
			// Growing to: an equally good longer match replaces a shorter one.
			if best[to].unknown <= c.unknown {
				c.next = to
				c.unknown = best[to].unknown
			}
		}
		best[at] = c
	}
	return best
}

func blank(text string, a atom) bool { return strings.TrimSpace(text[a.from:a.to]) == "" }

// splitAtoms cuts at every separator outside brackets.
func splitAtoms(text string) []atom {
	inside := bracketed(text)
	var atoms []atom
	from := 0
	for i, r := range text {
		if !isSeparator(r) || (inside != nil && inside[i]) {
			continue
		}
		atoms = append(atoms, atom{from, i})
		from = i + len(string(r))
	}
	return append(atoms, atom{from, len(text)})
}

func isSeparator(r rune) bool {
	switch r {
	case ',', '，', '、', ';', '；', '\n', '\r':
		return true
	}
	return false
}

// bracketed tells which bytes lie within a pair of brackets; nil when there is no
// pair. A bracket without its partner protects nothing: one slip must not hide
// all separators after it.
func bracketed(text string) []bool {
	var stacks [3][]int
	var change []int
	for i, r := range text {
		kind, opens := bracketKind(r)
		switch {
		case kind < 0:
		case opens:
			stacks[kind] = append(stacks[kind], i)
		case len(stacks[kind]) > 0:
			last := len(stacks[kind]) - 1
			if change == nil {
				change = make([]int, len(text))
			}
			change[stacks[kind][last]]++
			change[i]--
			stacks[kind] = stacks[kind][:last]
		}
	}
	if change == nil {
		return nil
	}
	inside := make([]bool, len(text))
	depth := int(0)
	for i, c := range change {
		depth += c
		inside[i] = depth > 0
	}
	return inside
}

// bracketKind takes both widths of a bracket as the same; -1 is no bracket.
func bracketKind(r rune) (kind int, opens bool) {
	switch r {
	case '(', '（':
		return 0, true
	case ')', '）':
		return 0, false
	case '[', '［':
		return 1, true
	case ']', '］':
		return 1, false
	case '【':
		return 2, true
	case '】':
		return 2, false
	}
	return -1, false
}
