package run

import (
	"context"
	"strings"

	"hbupload/internal/fault"
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

// ExplainRecord reads the files until the record is known, and returns the chains of its values.
func ExplainRecord(ctx context.Context, env *Env, o ExplainOptions) ([]Chain, error) {
	if len(o.In) == 0 {
		return nil, fault.New(fault.Usage, "缺少 --in 导出文件").Next("例如 hbupload explain " + o.Key + " --in 导出.xlsx")
	}
	var err error
	if o.In, err = env.GivenFiles(o.In); err != nil {
		return nil, err
	}
	cfg, err := env.Load()
	if err != nil {
		return nil, err
	}
	judge, err := env.Judge(cfg, false)
	if err != nil {
		return nil, err
	}
	tmp, remove, err := env.Scratch()
	if err != nil {
		return nil, err
	}
	defer remove()
	opts := judge.Mapping
	opts.Sheet = o.Sheet
	opts.Mapping = o.Mapping
	opts.TempDir = tmp
	all, err := openInputs(ctx, env, o.In, opts)
	if err != nil {
		return nil, err
	}
	defer all.Close()
	x := &explainer{opts: o}
	for _, in := range all {
		if err := in.Each(ctx, x); err != nil {
			return nil, err
		}
	}
	switch {
	case x.found == 0:
		return nil, fault.Newf(fault.Usage, "文件里没有体检编号为 %s 的记录", o.Key)
	case len(x.chain) == 0:
		return nil, fault.New(fault.Usage, "没有名为 "+o.Field+" 的字段").
			Next("可用 JSON 键、表头或完整路径，例如 typeOfWorkCode、工种、ohEmpHazard[0].hazardCode")
	}
	return x.chain, nil
}

// explainer waits for the record and shows the chain of each of its values.
type explainer struct {
	opts  ExplainOptions
	found int
	chain []Chain
}

// Restart implements spec.Visitor.
func (x *explainer) Restart() {
	x.found = 0
	x.chain = nil
}

// Record implements spec.Visitor.
func (x *explainer) Record(rec *spec.Record) error {
	if rec.Key != x.opts.Key {
		return nil
	}
	x.found++
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

func (x *explainer) value(id spec.FieldID, path string, v *spec.Value) {
	f := id.Field()
	if x.opts.Field != "" && path != x.opts.Field && f.Key != x.opts.Field && f.Label != x.opts.Field {
		return
	}
	show := func(s string) string { return Masked(f.Key, s, x.opts.Reveal) }
	c := Chain{Path: path, Label: f.Label, Cell: v.Place.Cell(), Column: v.Place.Header, Raw: show(v.Raw), Steps: []stepJSON{}, Value: show(v.Text)}
	if s := v.Place.Sheet; s != nil && v.Place.Col > 0 {
		c.File = s.File
		c.Sheet = s.Name
	}
	for _, s := range v.Steps {
		c.Steps = append(c.Steps, stepJSON{string(s.Kind), show(s.From), show(s.To), s.Note})
	}
	c.Day = f.Kind == spec.KindDate && v.Fault == nil && reDayNumber.MatchString(v.Raw)
	if v.Fault != nil {
		c.Fault = string(v.Fault.Rule) + "：" + v.Fault.Note
	}
	x.chain = append(x.chain, c)
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
