package draft

import (
	"slices"
	"strings"

	"hbupload/internal/ident"
	"hbupload/internal/mapping"
	"hbupload/internal/mapping/layout"
	"hbupload/internal/pattern"
	"hbupload/internal/spec"
)

// sureEnough is the confidence from which a column is taken without asking.
const sureEnough = 70

// The confidence of what a header says, in percent.
const (
	sureLabel   = 98 // the field's own name
	sureAlias   = 95
	sureLocal   = 92 // the first of the local words
	sureLeast   = 75 // the last of them
	sureSpelled = 85 // in pinyin
	sureInitial = 74 // initials that only one field has
	surePart    = 60 // the name stands in the header
)

// find is the unused column that carries a field best, with a confidence in
// percent. Of two alike the one without a remark in its header is better.
func (voc *vocabulary) find(s *sheet, id spec.FieldID) (*column, int) {
	var best *column
	most := 0
	exact := func(c *column) bool { return voc.field(id).sure[c.word] > 0 }
	for _, c := range s.cols {
		if c.used {
			continue
		}
		if sure := voc.confidence(c, id); sure > most || sure == most && sure > 0 && exact(c) && !exact(best) {
			best = c
			most = sure
		}
	}
	return best, most
}

// confidence is how well a column's header and values fit a field.
func (voc *vocabulary) confidence(c *column, id spec.FieldID) int {
	f := voc.field(id)
	sure := f.sure[c.word]
	if sure == 0 {
		sure = voc.byBareKey(c, id)
	}
	if sure == 0 {
		sure = voc.byPinyin(c, &f.Field)
	}
	if sure == 0 && len([]rune(f.Label)) >= 3 && strings.Contains(c.Key, f.label) {
		sure = surePart
	}
	if sure == 0 && id != spec.IDCard {
		return 0
	}
	if doubtful(c.word) || f.sure[c.word] == 0 && reOtherThing.MatchString(c.Name) {
		sure = min(sure, surePart)
	}
	return voc.evidence(c, &f.Field, sure)
}

func (voc *vocabulary) field(id spec.FieldID) *field {
	f := voc.fields[id]
	if f == nil {
		f = newField(id, voc.words[id])
		voc.fields[id] = f
	}
	return f
}

// byBareKey is what a header says without the unit behind it. The unit of something else
// says that it is not the field: 接害工龄（月） is no 接害工龄年 but the months of it.
func (voc *vocabulary) byBareKey(c *column, id spec.FieldID) int {
	unit := reCountUnit.FindStringSubmatch(c.Name)
	words := countedIn(id)
	sure := voc.field(id).sure[c.bareKey()]
	switch parts := partsOfLength(id); {
	case unit == nil || words == nil:
		return sure
	case !slices.Contains(words, unit[1]):
		return 0
	case parts != nil:
		return voc.field(parts[0]).sure[c.bareKey()]
	}
	return sure
}

// partsOfLength are the fields of the length of time that a field is a part of, the year
// first; nil for other fields.
func partsOfLength(id spec.FieldID) []spec.FieldID {
	for _, parts := range [][]spec.FieldID{{spec.HazardYear, spec.HazardMonth, spec.HazardDay}, {spec.PersonalHistoryYear, spec.PersonalHistoryMonth}} {
		if slices.Contains(parts, id) {
			return parts
		}
	}
	return nil
}

// byPinyin is what a header in pinyin says. Initials that several fields have say
// something only together with the values.
func (voc *vocabulary) byPinyin(c *column, f *spec.Field) int {
	all := voc.spelled[c.word]
	at := slices.IndexFunc(all, func(s spelling) bool { return s.id == f.ID })
	switch {
	case at < 0:
		return 0
	case all[at].sure > sureInitial, len(all) == 1:
		return all[at].sure
	case f.Kind == spec.KindText || f.Kind == spec.KindResult || len(c.values) == 0 || voc.evidence(c, f, sureInitial) < sureInitial:
		return 0
	}
	return sureInitial
}

var reCountUnit = pattern.New(`[（(\[【](年|个?月|日|天|周|周?岁|支|根|包|盒|条)(?:/[天日])?[）)\]】]\s*$`)

// reOtherThing is a remark by which a header speaks of something or somebody else.
var reOtherThing = pattern.New(`[（(\[【][^（(\[【）)\]】]*(?:复查|上次|既往|历史|医生|医师|家属|紧急|审核|录入|打印)[^（(\[【）)\]】]*[）)\]】]\s*$`)

var reUnitTail = pattern.New(`\s*[（(\[【][^（(\[【）)\]】]*[）)\]】]\s*$`)

// field is a field with what each of its headers is worth in percent.
type field struct {
	spec.Field
	label string
	sure  map[string]int
}

func newField(id spec.FieldID, words []string) *field {
	f := &field{Field: id.Field(), sure: map[string]int{}}
	f.label = spec.HeaderKey(f.Label)
	for i, w := range words {
		f.sure[wordKey(w)] = max(sureLeast, sureLocal-i)
	}
	for _, a := range f.Aliases {
		f.sure[wordKey(a)] = sureAlias
	}
	f.sure[wordKey(f.Label)] = sureLabel
	f.sure[wordKey(f.Key)] = sureLabel
	return f
}

// evidence weighs what stands in the column.
func (voc *vocabulary) evidence(c *column, f *spec.Field, sure int) int {
	if len(c.values) == 0 {
		return sure * 9 / 10
	}
	good := 0
	n := min(len(c.values), 40)
	for _, text := range c.values[:n] {
		if voc.legal(f, text) {
			good++
		}
	}
	coded := f.Kind == spec.KindCode || f.Kind == spec.KindEnum
	switch {
	case f.ID == spec.IDCard && good*2 > n:
		return max(sure, 85)
	case good > 0 || sure == 0 || !coded && f.Kind != spec.KindDate:
		return sure
	case !coded:
		return sure * 6 / 10
	case sure >= sureLeast && c.categories():
		return sureEnough // its words are asked for
	case sure < sureAlias:
		return sure * 7 / 10
	}
	return sure * 8 / 10
}

// legal reports whether a value could be one of the field.
func (voc *vocabulary) legal(f *spec.Field, text string) bool {
	s := mapping.Folded(text)
	if _, ok := localTargets(f.ID)[s]; ok {
		return true
	}
	switch f.Kind {
	case spec.KindDate:
		if from, ok := layout.TakeFrom.Apply(s); ok {
			s = from
		}
		return mapping.IsDate(s)
	case spec.KindEnum:
		return voc.lex.Knows(f, s)
	case spec.KindCode, spec.KindCodeList:
		if f.ID == spec.ItemCode && voc.items[layout.WordKey(s)] != "" {
			return true
		}
		if f.Dict == spec.DictHazard {
			_, ways := voc.cutLocal(f, s)
			return ways > 0
		}
		return voc.lex.Knows(f, s)
	case spec.KindNumber:
		return mapping.IsNumber(s) || isDuration(s)
	case spec.KindIdentity:
		if f.ID == spec.IDCard {
			return ident.CheckIDCard(strings.ToUpper(s)) == ""
		}
		return ident.CheckUSCC(strings.ToUpper(s)) == ""
	}
	return true
}

func isDuration(s string) bool {
	_, ok := layout.TakeYear.Apply(s)
	return ok && strings.ContainsAny(s, "年月")
}

// cutLocal takes a list apart, usual local words included.
func (voc *vocabulary) cutLocal(f *spec.Field, text string) ([]string, int) {
	t := &layout.Table{Words: map[string]layout.Word{}}
	for w, target := range localTargets(f.ID) {
		t.Words[layout.WordKey(w)] = layout.Word{Text: target}
	}
	return voc.lex.Cut(f, text, t)
}
