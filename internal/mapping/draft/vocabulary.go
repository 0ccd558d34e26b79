package draft

import (
	"slices"
	"strings"

	"hbupload/internal/dict"
	"hbupload/internal/mapping"
	"hbupload/internal/mapping/layout"
	"hbupload/internal/spec"
	"hbupload/internal/table"
)

// spelling is a field with what its name in pinyin is worth.
type spelling struct {
	id   spec.FieldID
	sure int
}

// vocabulary is what is known before an export is looked at: the headers of fields and
// items, in Chinese and in pinyin, and the usual words for entries.
type vocabulary struct {
	lex     *mapping.Lexicon
	dicts   *dict.Set
	words   map[spec.FieldID][]string // local headers of the fields
	fields  map[spec.FieldID]*field
	known   map[string]bool       // headers that mean something
	items   map[string]string     // local names of items
	spelled map[string][]spelling // headers in pinyin
}

func newVocabulary(in *table.Input, opts mapping.Options) *vocabulary {
	voc := &vocabulary{lex: mapping.NewLexicon(in, opts), dicts: opts.Dicts, words: localWords(), fields: map[spec.FieldID]*field{},
		known: map[string]bool{}, items: itemWords(), spelled: map[string][]spelling{}}
	voc.spell()
	voc.learn()
	return voc
}

// spell notes the headers in pinyin, in full and by initials.
func (voc *vocabulary) spell() {
	for _, f := range spec.Fields() {
		for i, name := range slices.Concat([]string{f.Label}, f.Aliases, voc.words[f.ID]) {
			full, initials := spellName(name)
			if full == name {
				continue // no Chinese in it
			}
			voc.spelledAs(full, spelling{f.ID, max(sureLeast, sureSpelled-i)})
			voc.spelledAs(initials, spelling{f.ID, sureInitial})
		}
	}
}

func (voc *vocabulary) spelledAs(key string, s spelling) {
	if len(key) < 3 || slices.ContainsFunc(voc.spelled[key], func(o spelling) bool { return o.id == s.id }) {
		return
	}
	voc.spelled[key] = append(voc.spelled[key], s)
}

// learn notes every header that means something, for finding the header row.
func (voc *vocabulary) learn() {
	for s := range spec.NumSheets {
		for key := range spec.Headers(s) {
			voc.known[key] = true
		}
	}
	for _, list := range voc.words {
		for _, w := range list {
			voc.known[wordKey(w)] = true
		}
	}
	for _, w := range slices.Concat(rangeWords(), againWords(), otherHazardWords()) {
		voc.known[wordKey(w)] = true
	}
	for w := range voc.items {
		voc.known[w] = true
	}
	if dict := voc.dicts.Dict(spec.DictItem); dict != nil {
		for _, e := range dict.Entries {
			voc.known[spec.HeaderKey(e.Name)] = true
		}
	}
}

// isKnown tells a header that means something, numbered ones, those in pinyin and
// the columns of wide groups too.
func (voc *vocabulary) isKnown(key string) bool {
	key = wordKey(key)
	if voc.known[key] || voc.known[strings.TrimRight(key, "0123456789")] || len(key) >= minSpelled && voc.spelled[key] != nil {
		return true
	}
	return slices.ContainsFunc(groupEnds(), func(e groupEnd) bool {
		head, ok := strings.CutSuffix(key, e.end)
		return ok && voc.known[head]
	})
}

// target is the usual meaning of a local word, if the dictionary has it.
func (voc *vocabulary) target(f *spec.Field, word string) string {
	switch well := reAllWell.MatchString(word); {
	case well && f.ID == spec.RadiographResult:
		return "未见异常"
	case well && f.ID == spec.ResultFlag:
		return "正常"
	}
	for w, target := range localTargets(f.ID) {
		if layout.WordKey(w) == layout.WordKey(word) && voc.lex.Knows(f, target) {
			return target
		}
	}
	return ""
}

// spellName is dict.Spell of a header.
func spellName(name string) (full, initials string) { return dict.Spell(spec.HeaderKey(name)) }

// minSpelled is how many letters of pinyin say something.
const minSpelled = 4
