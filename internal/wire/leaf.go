package wire

import (
	"strconv"
	"strings"

	"hbupload/internal/spec"
)

// Leaf is one value of data.json, in plain text. Path is the name that
// findings use too: "idcard", "personalHistory.smokingStatus",
// "ohEmpHazard[0].hazardCode", "ohItemClassResult[1].ohItemResult[2].result".
type Leaf struct {
	Path string
	Key  string // the JSON key, the last part of Path
	Text string
}

// Leaves appends what Encode sends for the record, decoded, in the order of
// data.json.
func (e *Encoder) Leaves(dst []Leaf, rec *spec.Record) []Leaf {
	for i := range e.person {
		dst = e.addLeaf(dst, "", &e.person[i], rec.At(e.person[i].id))
	}
	for i := range e.history {
		dst = e.addLeaf(dst, "personalHistory.", &e.history[i], rec.At(e.history[i].id))
	}
	for i := range rec.Hazards {
		prefix := "ohEmpHazard[" + strconv.Itoa(i) + "]."
		for j := range e.hazard {
			dst = e.addLeaf(dst, prefix, &e.hazard[j], rec.Hazards[i].At(e.hazard[j].id))
		}
	}
	dst = e.itemLeaves(dst, rec)
	n := 0
	for i := range rec.Hazards {
		h := &rec.Hazards[i]
		if !e.makesOccuDisease(h) {
			continue
		}
		prefix := "ohOccuDisease[" + strconv.Itoa(n) + "]."
		dst = e.addLeaf(dst, prefix, &e.occuHazard, h.At(e.occuHazard.id))
		dst = e.addLeaf(dst, prefix, &e.occuDisease, h.At(e.occuDisease.id))
		n++
	}
	return dst
}

func (e *Encoder) itemLeaves(dst []Leaf, rec *spec.Record) []Leaf {
	for class := range rec.Group() {
		prefix := "ohItemClassResult[" + strconv.Itoa(class) + "]."
		first := true
		for i := range rec.Items {
			it := &rec.Items[i]
			if it.Class != class {
				continue
			}
			if first {
				first = false
				dst = e.addLeaf(dst, prefix, &e.class, it.At(spec.ItemClassName))
			}
			inner := prefix + "ohItemResult[" + strconv.Itoa(it.Index) + "]."
			for j := range e.item {
				dst = e.addLeaf(dst, inner, e.itemLeaf(j, it), it.At(e.item[j].id))
			}
		}
	}
	return dst
}

func (e *Encoder) addLeaf(dst []Leaf, prefix string, p *leafPlan, v *spec.Value) []Leaf {
	text := v.Text
	if p.list && len(v.Parts) > 0 {
		text = strings.Join(v.Parts, e.separator)
	}
	if text == "" && e.omit && !p.required {
		return dst
	}
	return append(dst, Leaf{Path: prefix + p.key, Key: p.key, Text: strings.ToValidUTF8(text, "\uFFFD")})
}
