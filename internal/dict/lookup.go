package dict

import (
	"slices"
	"strings"
)

// span is a run of nameIndex.sorted.
type span struct{ from, to int32 }

// nameIndex holds what the exact and loose look-ups need. Entries of one name,
// and names of one loose form, stand side by side in sorted, so that a look-up
// returns a part of it without allocating.
type nameIndex struct {
	sorted    []Entry
	looseKeys []string // Loose of the names, in the order of Entries
	byCode    map[string]int32
	byLooseCo map[string]int32 // -1: several
	byTrimmed map[string]int32 // -1: several
	byName    map[string]span
	byLoose   map[string]span
}

func (d *Dictionary) index() *nameIndex {
	if d == nil {
		return &nameIndex{}
	}
	d.namesOnce.Do(func() { d.names = newNameIndex(d.Entries) })
	return d.names
}

func newNameIndex(entries []Entry) *nameIndex {
	n := len(entries)
	ix := &nameIndex{
		looseKeys: make([]string, n),
		byCode:    make(map[string]int32, n),
		byLooseCo: make(map[string]int32, n),
		byTrimmed: make(map[string]int32, n),
		byName:    make(map[string]span, n),
		byLoose:   make(map[string]span, n),
	}
	order := make([]int32, n)
	for i, e := range entries {
		order[i] = int32(i)
		ix.looseKeys[i] = Loose(e.Name)
		if _, twice := ix.byCode[e.Code]; !twice {
			ix.byCode[e.Code] = int32(i)
		}
		addSingle(ix.byLooseCo, looseCode(e.Code), int32(i))
		addSingle(ix.byTrimmed, trimZeros(looseCode(e.Code)), int32(i))
	}
	slices.SortStableFunc(order, func(a, b int32) int {
		if c := strings.Compare(ix.looseKeys[a], ix.looseKeys[b]); c != 0 {
			return c
		}
		return strings.Compare(entries[a].Name, entries[b].Name)
	})
	ix.sorted = make([]Entry, n)
	for at, i := range order {
		ix.sorted[at] = entries[i]
		grow(ix.byName, entries[i].Name, int32(at))
		grow(ix.byLoose, ix.looseKeys[i], int32(at))
	}
	return ix
}

func addSingle(m map[string]int32, key string, i int32) {
	if _, taken := m[key]; taken {
		i = -1
	}
	m[key] = i
}

func grow(m map[string]span, key string, at int32) {
	s, ok := m[key]
	if !ok {
		s.from = at
	}
	s.to = at + 1
	m[key] = s
}

func (ix *nameIndex) part(m map[string]span, key string) []Entry {
	s, ok := m[key]
	if !ok || key == "" {
		return nil
	}
	// The capacity is cut so that a caller's append cannot reach the neighbours.
	return ix.sorted[s.from:s.to:s.to]
}

func (d *Dictionary) single(m map[string]int32, key string) (Entry, bool) {
	i, ok := m[key]
	if !ok || i < 0 || key == "" {
		return Entry{}, false
	}
	return d.Entries[i], true
}

// ByCode finds the entry of exactly this code.
func (d *Dictionary) ByCode(code string) (Entry, bool) { return d.single(d.index().byCode, code) }

// ByLooseCode finds the single entry whose code is the same without blanks,
// width and case; several are none.
func (d *Dictionary) ByLooseCode(code string) (Entry, bool) {
	return d.single(d.index().byLooseCo, looseCode(code))
}

// ByTrimmedZeros finds the single entry whose code is the same without leading
// zeros (and without blanks, width and case); several are none.
func (d *Dictionary) ByTrimmedZeros(code string) (Entry, bool) {
	return d.single(d.index().byTrimmed, trimZeros(looseCode(code)))
}

// ByName finds the entries of exactly this name, in the dictionary's order. The
// result must not be changed.
func (d *Dictionary) ByName(name string) []Entry { ix := d.index(); return ix.part(ix.byName, name) }

// ByLoose finds the entries whose names are the same after Loose. The result
// must not be changed.
func (d *Dictionary) ByLoose(name string) []Entry {
	ix := d.index()
	return ix.part(ix.byLoose, Loose(name))
}

// Contains finds the entries whose name contains a word, both after Loose, in
// the dictionary's order.
func (d *Dictionary) Contains(word string) []Entry {
	word = Loose(word)
	if word == "" {
		return nil
	}
	var found []Entry
	for i, key := range d.index().looseKeys {
		if strings.Contains(key, word) {
			found = append(found, d.Entries[i])
		}
	}
	return found
}
