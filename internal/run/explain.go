package run

import (
	"strings"

	"hbupload/internal/ident"
	"hbupload/internal/pattern"
	"hbupload/internal/spec"
	"hbupload/internal/wire"
)

// ExplainOptions say whose values are explained, and which.
type ExplainOptions struct {
	Key, Field, Sheet, Mapping string
	In                         []string
	Reveal                     bool
}

type stepJSON struct {
	Kind string `json:"kind"`
	From string `json:"from"`
	To   string `json:"to"`
	Note string `json:"note"`
}

// Chain is the way of one value from its cell to what is sent, as --json shows it.
type Chain struct {
	Path   string     `json:"path"`
	Label  string     `json:"label"`
	File   string     `json:"file"`
	Sheet  string     `json:"sheet"`
	Cell   string     `json:"cell"`
	Column string     `json:"column"`
	Raw    string     `json:"raw"`
	Steps  []stepJSON `json:"steps"`
	Value  string     `json:"value"`
	Fault  string     `json:"fault,omitempty"`

	Day bool // the cell is a date: its raw text is the number of a day, which nobody sees
}

// Explainer waits for the record and tells the chain of each of its values.
type Explainer struct {
	Opts  ExplainOptions
	Found int
	Chain []Chain
}

// Restart implements spec.Visitor.
func (x *Explainer) Restart() { x.Found, x.Chain = 0, nil }

// Record implements spec.Visitor.
func (x *Explainer) Record(rec *spec.Record) error {
	if rec.Key != x.Opts.Key {
		return nil
	}
	x.Found++
	for _, f := range spec.Fields(spec.SectionPerson, spec.SectionHistory) {
		x.value(f.ID, f.ID.Path(0, 0), rec.At(f.ID))
	}
	for i := range rec.Hazards {
		for _, f := range spec.Fields(spec.SectionHazard) {
			x.value(f.ID, f.ID.Path(i, 0), rec.Hazards[i].At(f.ID))
		}
	}
	for i := range rec.Items {
		it := &rec.Items[i]
		for _, f := range spec.Fields(spec.SectionItem) {
			if f.ID == spec.ItemClassName && it.Index > 0 {
				continue
			}
			x.value(f.ID, f.ID.Path(it.Class, it.Index), it.At(f.ID))
		}
	}
	return nil
}

func (x *Explainer) value(id spec.FieldID, path string, v *spec.Value) {
	f := id.Field()
	if x.Opts.Field != "" && path != x.Opts.Field && f.Key != x.Opts.Field && f.Label != x.Opts.Field {
		return
	}
	show := func(s string) string { return Masked(f.Key, s, x.Opts.Reveal) }
	c := Chain{Path: path, Label: f.Label, Cell: v.Place.Cell(), Column: v.Place.Header, Raw: show(v.Raw), Steps: []stepJSON{}, Value: show(v.Text)}
	if s := v.Place.Sheet; s != nil && v.Place.Col > 0 {
		c.File, c.Sheet = s.File, s.Name
	}
	for _, s := range v.Steps {
		c.Steps = append(c.Steps, stepJSON{string(s.Kind), show(s.From), show(s.To), s.Note})
	}
	c.Day = f.Kind == spec.KindDate && v.Fault == nil && reDayNumber.MatchString(v.Raw)
	if v.Fault != nil {
		c.Fault = string(v.Fault.Rule) + "：" + v.Fault.Note
	}
	x.Chain = append(x.Chain, c)
}

// reDayNumber is a day as spreadsheet programs count it.
var reDayNumber = pattern.New(`^\d{1,6}(\.\d+)?$`)

// OneLine is a text with every run of blanks and line breaks as one blank.
func OneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// reYearFirst is a date whose first four characters are the year and no more.
var reYearFirst = pattern.New(`^(19|20)\d\d(\D|\d{4}$)`)

// Masked hides personal data unless it was asked for.
func Masked(key, text string, reveal bool) string {
	if reveal || text == "" {
		return text
	}
	switch key {
	case "idcard":
		return ident.MaskID(text)
	case "patientName", "emergencyContact", "preparerName":
		return ident.MaskName(text)
	case "empPhone", "emergencyContactNumber", "preparerPhone":
		return ident.MaskPhone(text)
	case "birthday":
		if reYearFirst.MatchString(text) {
			return text[:4] + "-**-**"
		}
		return "****" // the number of a day, or an identity number it comes from
	}
	return wire.Redact(text, nil)
}
