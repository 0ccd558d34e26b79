package sample

import (
	"bytes"
	"encoding/base64"
	"encoding/json"

	"hbupload/internal/spec"
)

// Leaf writes the text of one leaf of data.json.
type Leaf func(text string) string

// Values is help: 接口读法 T11: the Base64 of the text, "" stays "".
func Values(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

// Plain leaves the text as it is.
func Plain(text string) string { return text }

// DataJSON is the data.json that must come of the person's rows. It is put
// together from what the cells were made to become, not from the cells: an
// expectation that owes nothing to the readers and the mapping.
func (p Person) DataJSON(leaf Leaf) []byte {
	w := &writer{c: newColumns(), leaf: leaf}
	w.raw(`{"ohEmployees":{`)
	w.fields(spec.SheetPerson, p.Row, spec.SectionPerson)
	w.raw(`,"personalHistory":{`)
	w.fields(spec.SheetPerson, p.Row, spec.SectionHistory)
	w.raw(`},"ohEmpHazard":[`)
	for i, row := range p.Hazards {
		w.comma(i)
		w.raw("{")
		w.fields(spec.SheetHazard, row, spec.SectionHazard)
		w.raw("}")
	}
	w.raw(`],"ohItemClassResult":[`)
	w.classes(p.Items)
	w.raw("]")
	w.diseases(p.Hazards)
	w.raw("}}")
	return w.b.Bytes()
}

type writer struct {
	b    bytes.Buffer
	c    *columns
	leaf Leaf
}

func (w *writer) raw(s string) { w.b.WriteString(s) }

func (w *writer) comma(i int) {
	if i > 0 {
		w.raw(",")
	}
}

func (w *writer) pair(key, text string) {
	name, _ := json.Marshal(key) // strings always marshal
	value, _ := json.Marshal(w.leaf(text))
	w.b.Write(name)
	w.raw(":")
	w.b.Write(value)
}

// fields writes the fields of a section in the order of data.json.
func (w *writer) fields(s spec.SheetID, row []Cell, section spec.Section) {
	i := 0
	for _, f := range spec.Fields(section) {
		if f.ID == spec.ItemClassName {
			continue
		}
		w.comma(i)
		i++
		w.pair(f.Key, w.c.get(s, row, f.ID).Sent)
	}
}

// classes groups the items: classes in the order of their first appearance.
func (w *writer) classes(items [][]Cell) {
	var order []string
	group := map[string][][]Cell{}
	for _, row := range items {
		name := w.c.get(spec.SheetItem, row, spec.ItemClassName).Sent
		if group[name] == nil {
			order = append(order, name)
		}
		group[name] = append(group[name], row)
	}
	for i, name := range order {
		w.comma(i)
		w.raw("{")
		w.pair("itemClassName", name)
		w.raw(`,"ohItemResult":[`)
		for j, row := range group[name] {
			w.comma(j)
			w.raw("{")
			w.fields(spec.SheetItem, row, spec.SectionItem)
			w.raw("}")
		}
		w.raw("]}")
	}
}

// diseases writes ohOccuDisease when a conclusion is a suspected disease.
func (w *writer) diseases(hazards [][]Cell) {
	n := 0
	for _, row := range hazards {
		if w.c.get(spec.SheetHazard, row, spec.ResultOptionCode).Sent != suspected().code {
			continue
		}
		if n == 0 {
			w.raw(`,"ohOccuDisease":[`)
		}
		w.comma(n)
		n++
		w.raw("{")
		w.pair("hazardCode", w.c.get(spec.SheetHazard, row, spec.HazardCode).Sent)
		w.raw(",")
		w.pair("diseaseCode", w.c.get(spec.SheetHazard, row, spec.OccDiseaseCode).Sent)
		w.raw("}")
	}
	if n > 0 {
		w.raw("]")
	}
}
