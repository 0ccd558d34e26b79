package wire

import (
	"strconv"
	"strings"

	"hbupload/internal/spec"
)

// Bounds on what one person's document may hold.
const (
	maxHazards = 1_000
	maxItems   = 10_000
)

// keyTable finds fields by their place in data.json.
type keyTable map[spec.Section]map[string]spec.FieldID

func keys() keyTable {
	t := keyTable{}
	for _, f := range spec.Fields() {
		if !f.Sent() {
			continue
		}
		if t[f.Section] == nil {
			t[f.Section] = map[string]spec.FieldID{}
		}
		t[f.Section][f.Key] = f.ID
	}
	return t
}

// spot is a leaf's place: a field, and the indexes on the way to it.
type spot struct {
	field spec.FieldID
	i, j  int
	occu  bool // a leaf of ohOccuDisease, which no field of a record carries
}

// locate reads a path of data.json.
func (t keyTable) locate(path string) (spot, bool) {
	head, rest, nested := strings.Cut(path, ".")
	if !nested {
		id, ok := t[spec.SectionPerson][path]
		return spot{field: id}, ok
	}
	if head == "personalHistory" {
		id, ok := t[spec.SectionHistory][rest]
		return spot{field: id}, ok
	}
	name, i, ok := index(head)
	switch {
	case !ok:
		return spot{}, false
	case name == "ohEmpHazard":
		id, ok := t[spec.SectionHazard][rest]
		return spot{field: id, i: i}, ok
	case name == "ohOccuDisease":
		return spot{occu: true, i: i}, rest == "hazardCode" || rest == "diseaseCode"
	case name != "ohItemClassResult":
		return spot{}, false
	case rest == "itemClassName":
		return spot{field: spec.ItemClassName, i: i, j: -1}, true
	}
	inner, key, _ := strings.Cut(rest, ".")
	name, j, ok := index(inner)
	id, found := t[spec.SectionItem][key]
	return spot{field: id, i: i, j: j}, ok && found && name == "ohItemResult" && id != spec.ItemClassName
}

// index cuts "name[3]".
func index(s string) (name string, i int, ok bool) {
	name, num, found := strings.Cut(s, "[")
	num, closed := strings.CutSuffix(num, "]")
	if !found || !closed {
		return "", 0, false
	}
	i, err := strconv.Atoi(num)
	return name, i, err == nil && i >= 0
}

func unknownPaths(leaves []Leaf) []string {
	t := keys()
	var out []string
	for i := range leaves {
		if _, ok := t.locate(leaves[i].Path); !ok {
			out = append(out, leaves[i].Path)
		}
	}
	return out
}

// Record turns the document into a record whose values have no places, so that
// the checks can be run on it. Keys that the specification does not have, and
// hazards or items beyond any real number, are left out.
func (d *Document) Record() *spec.Record {
	rec := &spec.Record{}
	t := keys()
	class := classNames(d.leaves, t)
	item := spot{i: -1, j: -1}
	for _, l := range d.leaves {
		s, ok := t.locate(l.Path)
		if !ok || s.occu {
			continue
		}
		f := s.field.Field()
		v := spec.Value{Text: l.Text, Raw: l.Text}
		switch f.Section {
		case spec.SectionHazard:
			if s.i < maxHazards {
				rec.Hazards = grow(rec.Hazards, s.i)
				*rec.Hazards[s.i].At(s.field) = v
			}
		case spec.SectionItem:
			if s.j < 0 || len(rec.Items) >= maxItems {
				continue
			}
			if s.i != item.i || s.j != item.j {
				item = s
				rec.Items = append(rec.Items, spec.Item{})
				*rec.Items[len(rec.Items)-1].At(spec.ItemClassName) = class[s.i]
			}
			*rec.Items[len(rec.Items)-1].At(s.field) = v
		default:
			if f.Kind == spec.KindCodeList && l.Text != "" {
				v.Parts = strings.FieldsFunc(l.Text, func(r rune) bool { return r == ',' || r == ' ' })
			}
			*rec.At(s.field) = v
		}
	}
	rec.Group()
	return rec
}

// classNames maps a class's index to its name, which may stand behind its items.
func classNames(leaves []Leaf, t keyTable) map[int]spec.Value {
	out := map[int]spec.Value{}
	for _, l := range leaves {
		if s, ok := t.locate(l.Path); ok && !s.occu && s.field == spec.ItemClassName {
			out[s.i] = spec.Value{Text: l.Text, Raw: l.Text}
		}
	}
	return out
}

func grow(h []spec.Hazard, i int) []spec.Hazard {
	for len(h) <= i {
		h = append(h, spec.Hazard{})
	}
	return h
}
