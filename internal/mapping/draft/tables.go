package draft

import (
	"slices"
	"strings"

	"hbupload/internal/mapping"
	"hbupload/internal/mapping/layout"
	"hbupload/internal/spec"
)

// words are the local words of a field with what they mean: a table of the mapping.
type words struct {
	field spec.Field
	at    []int // into the draft's words
}

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

// wordTable drafts a table for the words of a column that the platform does not
// know, and returns its name; "" where all are known.
func (d *drafter) wordTable(c *column, f spec.Field) string {
	switch f.Kind {
	case spec.KindEnum, spec.KindCode, spec.KindCodeList:
	default:
		return ""
	}
	met := false
	for _, v := range c.values {
		text := mapping.Folded(v)
		parts := []string{text}
		if f.Dict == spec.DictHazard {
			parts, _ = d.cutLocal(&f, text)
		}
		for _, part := range parts {
			if isNothing(part) || mayBeNothing(part) && f.ID != spec.SmokingStatus || d.lex.Knows(&f, part) {
				continue
			}
			d.word(&f, part, c.have[v])
			met = true
		}
	}
	if !met {
		return ""
	}
	return tableName(&f)
}

// word notes a local word with how often it stands in a column.
func (d *drafter) word(f *spec.Field, word string, n *seen) {
	name := tableName(f)
	t := d.tables[name]
	if t == nil {
		t = &words{field: *f}
		d.tables[name] = t
		d.tableIDs = append(d.tableIDs, name)
	}
	for _, i := range t.at {
		if w := &d.out.Words[i]; layout.WordKey(w.Word) == layout.WordKey(word) {
			w.Count += n.count
			w.People = max(w.People, n.people)
			return
		}
	}
	if len(t.at) >= maxWords {
		return
	}
	t.at = append(t.at, len(d.out.Words))
	d.out.Words = append(d.out.Words, Word{ID: WordID(name, word), Field: name, Word: word, Count: n.count, People: n.people,
		Candidates: d.entriesNear(f, word), Choice: d.target(f, word)})
}

// entriesNear are the platform's entries that a word may mean: of a short table all.
func (d *drafter) entriesNear(f *spec.Field, word string) []string {
	out := []string{}
	if f.Kind == spec.KindEnum {
		for _, e := range f.Enum.Entries() {
			out = append(out, e.Code+" "+e.Name)
		}
		return out
	}
	dict := d.opts.Dicts.Dict(f.Dict)
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

// target is the usual meaning of a local word, if the dictionary has it.
func (d *drafter) target(f *spec.Field, word string) string {
	switch well := reAllWell.MatchString(word); {
	case well && f.ID == spec.RadiographResult:
		return "未见异常"
	case well && f.ID == spec.ResultFlag:
		return "正常"
	}
	for w, target := range localTargets(f.ID) {
		if layout.WordKey(w) == layout.WordKey(word) && d.lex.Knows(f, target) {
			return target
		}
	}
	return ""
}

// tableLines are the tables of words as the mapping has them: the usual words as
// lines, the candidates of the others to choose from.
func (d *drafter) tableLines() []string {
	var out []string
	for _, name := range d.tableIDs {
		out = append(out, "  "+yamlText(name)+":")
		for _, i := range d.tables[name].at {
			w := &d.out.Words[i]
			if w.Choice != "" {
				out = append(out, "    "+yamlText(w.Word)+": "+yamlText(w.Choice))
				continue
			}
			out = append(out, "    "+chooseMark+"“"+oneLineText(w.Word)+"”对应平台的哪一项？选一行删去行首的 #?，或自己写")
			for _, c := range w.Candidates {
				out = append(out, "    "+candidateMark+wordLine(w.Word, c))
			}
		}
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
