package draft

import (
	"cmp"
	"slices"
	"strings"

	"hbupload/internal/dict"
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

// minSpelled is how many letters of pinyin say something.
const minSpelled = 4

// spelling is a field with what its name in pinyin is worth.
type spelling struct {
	id   spec.FieldID
	sure int
}

// spell notes the headers in pinyin, in full and by initials.
func (d *drafter) spell() {
	d.spelled = map[string][]spelling{}
	for _, f := range spec.Fields() {
		for i, name := range slices.Concat([]string{f.Label}, f.Aliases, d.words[f.ID]) {
			full, initials := spellName(name)
			if full == name {
				continue // no Chinese in it
			}
			d.spelledAs(full, spelling{f.ID, max(sureLeast, sureSpelled-i)})
			d.spelledAs(initials, spelling{f.ID, sureInitial})
		}
	}
}

// spellName is dict.Spell of a header.
func spellName(name string) (full, initials string) { return dict.Spell(spec.HeaderKey(name)) }

func (d *drafter) spelledAs(key string, s spelling) {
	if len(key) < 3 || slices.ContainsFunc(d.spelled[key], func(o spelling) bool { return o.id == s.id }) {
		return
	}
	d.spelled[key] = append(d.spelled[key], s)
}

// find is the unused column that carries a field best, with a confidence in
// percent.
func (d *drafter) find(s *sheet, id spec.FieldID) (*column, int) {
	var best *column
	most := 0
	for _, c := range s.cols {
		if c.used {
			continue
		}
		if sure := d.confidence(c, id); sure > most {
			best = c
			most = sure
		}
	}
	return best, most
}

// confidence is how well a column's header and values fit a field.
func (d *drafter) confidence(c *column, id spec.FieldID) int {
	f := d.fields[id]
	if f == nil {
		f = newField(id, d.words[id])
		d.fields[id] = f
	}
	sure := f.sure[c.word]
	if sure == 0 {
		sure = f.sure[c.bareKey()]
	}
	if sure == 0 {
		sure = d.byPinyin(c, &f.Field)
	}
	if sure == 0 && len([]rune(f.Label)) >= 3 && strings.Contains(c.Key, f.label) {
		sure = surePart
	}
	if sure == 0 && id != spec.IDCard {
		return 0
	}
	if doubtful(c.word) {
		sure = min(sure, surePart)
	}
	return d.evidence(c, &f.Field, sure)
}

// byPinyin is what a header in pinyin says. Initials that several fields have say
// something only together with the values.
func (d *drafter) byPinyin(c *column, f *spec.Field) int {
	all := d.spelled[c.word]
	at := slices.IndexFunc(all, func(s spelling) bool { return s.id == f.ID })
	switch {
	case at < 0:
		return 0
	case all[at].sure > sureInitial, len(all) == 1:
		return all[at].sure
	case f.Kind == spec.KindText || f.Kind == spec.KindResult || len(c.values) == 0 || d.evidence(c, f, sureInitial) < sureInitial:
		return 0
	}
	return sureInitial
}

var reUnitTail = pattern.New(`\s*[（(\[【][^（(\[【）)\]】]*[）)\]】]\s*$`)

// bareKey is the header without the unit or remark in brackets behind it.
func (c *column) bareKey() string {
	if c.bare == "" {
		c.bare = cmp.Or(wordKey(reUnitTail.ReplaceAllString(c.Name, "")), c.Key)
	}
	return c.bare
}

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
func (d *drafter) evidence(c *column, f *spec.Field, sure int) int {
	if len(c.values) == 0 {
		return sure * 9 / 10
	}
	good := 0
	n := min(len(c.values), 40)
	for _, text := range c.values[:n] {
		if d.legal(f, text) {
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

// categories reports whether a column holds a few words again and again.
func (c *column) categories() bool {
	const few = 6
	return len(c.values) <= few && c.all.count >= 2*len(c.values) && !slices.ContainsFunc(c.values, func(v string) bool {
		return len([]rune(v)) > few*2 || strings.ContainsAny(v, "0123456789")
	})
}

// legal reports whether a value could be one of the field.
func (d *drafter) legal(f *spec.Field, text string) bool {
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
		return d.lex.Knows(f, s)
	case spec.KindCode, spec.KindCodeList:
		if f.ID == spec.ItemCode && d.items[layout.WordKey(s)] != "" {
			return true
		}
		if f.Dict == spec.DictHazard {
			_, ways := d.cutLocal(f, s)
			return ways > 0
		}
		return d.lex.Knows(f, s)
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
func (d *drafter) cutLocal(f *spec.Field, text string) ([]string, int) {
	t := &layout.Table{Words: map[string]layout.Word{}}
	for w, target := range localTargets(f.ID) {
		t.Words[layout.WordKey(w)] = layout.Word{Text: target}
	}
	return d.lex.Cut(f, text, t)
}

func (d *drafter) take(c *column, field string, sure int) *column {
	c.used = true
	c.field = field
	c.sure = sure
	return c
}

// better reports whether the column fits another field more.
func (d *drafter) better(c *column, id spec.FieldID, sure int) bool {
	for _, f := range spec.Fields() {
		switch {
		case f.ID == id, f.ID == spec.HazardNames, d.fed[f.ID], f.Section == spec.SectionItem, f.ID == spec.EnterpriseName, f.ID == spec.EnterpriseBizCode:
			continue // 单位名称 on a person's row is the employer
		}
		if d.confidence(c, f.ID) > sure {
			return true
		}
	}
	return false
}

// elsewhere tells that a sheet of hazards carries a field more surely.
func (d *drafter) elsewhere(s *sheet, id spec.FieldID, sure int) bool {
	for _, other := range d.sheets {
		_, hazard := d.find(other, spec.HazardCode)
		if _, more := d.find(other, id); other != s && other.key != nil && hazard >= sureEnough && more > sure {
			return true
		}
	}
	return false
}

// onlyHere tells that no other sheet lists hazards.
func (d *drafter) onlyHere() bool {
	for _, s := range d.sheets {
		if s == d.primary {
			continue
		}
		if _, sure := d.find(s, spec.HazardCode); sure >= sureEnough {
			return false
		}
	}
	return true
}
