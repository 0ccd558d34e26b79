package wire

import (
	"hbupload/internal/spec"
)

// The words of wire.base64 (T11), wire.empty (S2) and wire.occu_disease (S5).
const (
	Base64Values   = "values"   // each leaf value is Base64, keys are plain
	Base64Document = "document" // the whole JSON text is Base64
	Base64None     = "none"

	EmptyKeep = "keep" // a blank optional leaf is sent as ""
	EmptyOmit = "omit" // and left out; never a required one

	OccuDiseaseAuto = "auto"
	OccuDiseaseOmit = "omit"
)

// Options says how data.json is written. The zero value is the document's
// way: values, keep, ",", auto.
type Options struct {
	Base64        string
	Empty         string
	ListSeparator string
	OccuDisease   string

	// Suspected reports whether a resultOptionCode is the conclusion 疑似职业病;
	// nil: no hazard makes an entry of ohOccuDisease.
	Suspected func(resultOptionCode string) bool
}

// leafPlan is one leaf of data.json, compiled from spec's table.
type leafPlan struct {
	id       spec.FieldID
	key      string
	open     string // `"key":"`
	required bool
	list     bool
}

func plan(sections ...spec.Section) []leafPlan {
	var out []leafPlan
	for _, f := range spec.Fields(sections...) {
		out = append(out, leafPlan{
			id: f.ID, key: f.Key, open: `"` + f.Key + `":"`, required: f.Required,
			list: f.Kind == spec.KindCodeList || f.Kind == spec.KindNameList,
		})
	}
	return out
}
