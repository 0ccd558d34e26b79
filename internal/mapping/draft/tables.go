package draft

import (
	"slices"
	"strings"

	"hbupload/internal/mapping"
	"hbupload/internal/mapping/layout"
	"hbupload/internal/spec"
)

// The bounds of what is asked about.
const (
	maxWords     = 60 // words of one field
	nearestShown = 5
	shortTable   = 12 // entries of a dictionary of which all are shown
)

// hazardTable is the table of both hazard fields: their words are the same.
const hazardTable = "危害因素"

func tableName(f *spec.Field) string {
	if f.Dict == spec.DictHazard {
		return hazardTable
	}
	return f.Label
}

// wordTables are the tables of words that the platform does not know.
type wordTables struct {
	voc    *vocabulary
	list   []Word
	tables map[string][]int // into the list
	order  []string         // names, in the order of their first use
}

// of drafts a table for the words of a column that the platform does not
// know, and returns its name; "" where all are known.
func (t *wordTables) of(c *column, f spec.Field) (name string) {
	switch f.Kind {
	case spec.KindEnum, spec.KindCode, spec.KindCodeList:
	default:
		return ""
	}
	for _, v := range c.values {
		text := mapping.Folded(v)
		parts := []string{text}
		if f.Dict == spec.DictHazard {
			parts, _ = t.voc.cutLocal(&f, text)
		}
		for _, part := range parts {
			if isNothing(part) || mayBeNothing(part) && f.ID != spec.SmokingStatus || t.voc.lex.Knows(&f, part) {
				continue
			}
			t.note(&f, part, c.have[v])
			name = tableName(&f)
		}
	}
	return name
}

// note notes a local word with how often it stands in a column.
func (t *wordTables) note(f *spec.Field, word string, n *seen) {
	name := tableName(f)
	local, begun := t.tables[name]
	if !begun {
		t.order = append(t.order, name)
	}
	for _, i := range local {
		if w := &t.list[i]; layout.WordKey(w.Word) == layout.WordKey(word) {
			w.Count += n.count
			w.People = max(w.People, n.people)
			return
		}
	}
	if len(local) >= maxWords {
		return
	}
	t.tables[name] = append(local, len(t.list))
	t.list = append(t.list, Word{ID: WordID(name, word), Field: name, Word: word, Count: n.count, People: n.people,
		Candidates: t.near(f, word), Choice: t.voc.target(f, word)})
}

// films notes what the results of chest films say, for the table of their meanings.
func (t *wordTables) films(c *column) {
	f := spec.RadiographResult.Field()
	for _, text := range c.values {
		if !t.voc.lex.Knows(&f, text) {
			t.note(&f, text, c.have[text])
		}
	}
}

// near are the platform's entries that a word may mean: of a short table all.
func (t *wordTables) near(f *spec.Field, word string) []string {
	out := []string{}
	if f.Kind == spec.KindEnum {
		for _, e := range f.Enum.Entries() {
			out = append(out, e.Code+" "+e.Name)
		}
		return out
	}
	dict := t.voc.dicts.Dict(f.Dict)
	if dict == nil {
		return out
	}
	entries := dict.Entries
	if len(entries) > shortTable {
		entries = dict.Nearest(word, nearestShown)
	}
	for _, e := range entries {
		text := e.String()
		if len(dict.ByName(e.Name)) > 1 {
			text = e.Name // several codes bear it: monitoring type and industry decide
		}
		if !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return out
}

// lines are the tables of words as the mapping has them: the usual words as
// lines, the candidates of the others to choose from.
func (t *wordTables) lines() []string {
	var out []string
	for _, name := range t.order {
		out = append(out, "  "+yamlText(name)+":")
		for _, i := range t.tables[name] {
			w := &t.list[i]
			if w.Choice != "" {
				out = append(out, "    "+yamlText(w.Word)+": "+yamlText(w.Choice))
				continue
			}
			out = append(out, chooseLines("“"+oneLineText(w.Word)+"”对应平台的哪一项？选一行删去行首的 #?，或自己写", w.Word, w.Candidates)...)
		}
	}
	return out
}

// chooseLines are those of a word whose meaning a person must choose.
func chooseLines(question, word string, candidates []string) []string {
	out := []string{"    " + chooseMark + question}
	for _, c := range candidates {
		out = append(out, "    "+candidateMark+wordLine(word, c))
	}
	return out
}

// wordLine is a line of a table: a word and the code of an entry.
func wordLine(word, entry string) string {
	code, name, both := strings.Cut(entry, " ")
	if !both {
		return yamlText(word) + ": " + yamlText(entry)
	}
	return yamlText(word) + ": " + yamlText(code) + candidateText + name
}

// WordID is the ID of a word of a field.
func WordID(field, word string) string { return makeID(kindWord, field, word) }

// ItemID is the ID of a local item name.
func ItemID(name string) string { return makeID(kindItem, name) }

// UnitID and RangeID are the IDs of the unit and the range of an Item that is Single.
func UnitID(name string) string { return makeID(kindUnit, name) }

// RangeID is that of the range: 3.5-9.5, <5.2, ≥60.
func RangeID(name string) string { return makeID(kindRange, name) }

// ColumnID is the ID of a column.
func ColumnID(file, sheet, header string) string { return makeID(kindColumn, file, sheet, header) }
