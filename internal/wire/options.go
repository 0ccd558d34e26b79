package wire

import (
	"strings"

	"hbupload/internal/fault"
	"hbupload/internal/host"
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

	// Suspected tells whether a resultOptionCode is the conclusion 疑似职业病;
	// nil: no hazard makes an entry of ohOccuDisease.
	Suspected func(resultOptionCode string) bool
}

// Validate refuses words that Options does not know (fault.Config).
func (o Options) Validate() error {
	for _, c := range []struct {
		key, got string
		legal    []string
	}{
		{"wire.base64", o.Base64, []string{Base64Values, Base64Document, Base64None}},
		{"wire.empty", o.Empty, []string{EmptyKeep, EmptyOmit}},
		{"wire.occu_disease", o.OccuDisease, []string{OccuDiseaseAuto, OccuDiseaseOmit}},
	} {
		if !known(c.got, c.legal) {
			return fault.New(fault.Config, "配置 "+c.key+" 的值 "+host.SafeText(c.got, 40)+" 无法识别").
				Next("可用的值：" + strings.Join(c.legal, "、"))
		}
	}
	return nil
}

func known(word string, legal []string) bool {
	if word == "" {
		return true
	}
	for _, l := range legal {
		if word == l {
			return true
		}
	}
	return false
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
