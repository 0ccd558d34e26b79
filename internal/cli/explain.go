package cli

import (
	"context"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"hbupload/internal/fault"
	"hbupload/internal/report"
	"hbupload/internal/spec"
)

func newExplain(a *app) *cobra.Command {
	var o explainOptions
	cmd := &cobra.Command{Use: "explain KEY [FIELD] --in FILE", Short: "一条记录的每个值从哪个单元格来、怎样变成上传的值",
		Example: "  hbupload explain TJ0001 --in 导出.xlsx\n  hbupload explain TJ0001 typeOfWorkCode --in 导出.xlsx",
		Args:    argCount(1, 2, "体检编号"),
		RunE: a.run("explain", func(ctx context.Context, args []string) error {
			o.key = args[0]
			if len(args) == 2 {
				o.field = args[1]
			}
			return a.explainRecord(ctx, o)
		})}
	cmd.Flags().StringArrayVar(&o.in, "in", nil, "导出文件（必填，可重复）")
	cmd.Flags().StringVar(&o.sheet, "sheet", "", "从这张表读取体检信息")
	cmd.Flags().StringVar(&o.mapping, "mapping", "", mappingUsage)
	cmd.Flags().BoolVar(&o.reveal, "reveal", false, "不遮盖个人信息")
	return cmd
}

type explainOptions struct {
	key, field, sheet, mapping string
	in                         []string
	reveal                     bool
}

type stepJSON struct {
	Kind string `json:"kind"`
	From string `json:"from"`
	To   string `json:"to"`
	Note string `json:"note"`
}

type chainJSON struct {
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

	day bool // the cell is a date: its raw text is the number of a day, which nobody sees
}

// explainer waits for the record and tells the chain of each of its values.
type explainer struct {
	opts  explainOptions
	found int
	chain []chainJSON
}

// Restart implements spec.Visitor.
func (x *explainer) Restart() { x.found, x.chain = 0, nil }

// Record implements spec.Visitor.
func (x *explainer) Record(rec *spec.Record) error {
	if rec.Key != x.opts.key {
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
	if x.opts.field != "" && path != x.opts.field && f.Key != x.opts.field && f.Label != x.opts.field {
		return
	}
	show := func(s string) string { return masked(f.Key, s, x.opts.reveal) }
	c := chainJSON{Path: path, Label: f.Label, Cell: v.Place.Cell(), Column: v.Place.Header, Raw: show(v.Raw), Steps: []stepJSON{}, Value: show(v.Text)}
	if s := v.Place.Sheet; s != nil && v.Place.Col > 0 {
		c.File, c.Sheet = s.File, s.Name
	}
	for _, s := range v.Steps {
		c.Steps = append(c.Steps, stepJSON{string(s.Kind), show(s.From), show(s.To), s.Note})
	}
	c.day = f.Kind == spec.KindDate && v.Fault == nil && reDayNumber.MatchString(v.Raw)
	if v.Fault != nil {
		c.Fault = string(v.Fault.Rule) + "：" + v.Fault.Note
	}
	x.chain = append(x.chain, c)
}

func (a *app) explainRecord(ctx context.Context, o explainOptions) error {
	if len(o.in) == 0 {
		return fault.New(fault.Usage, "缺少 --in 导出文件").Next("例如 hbupload explain " + o.key + " --in 导出.xlsx")
	}
	var err error
	if o.in, err = a.givenFiles(o.in); err != nil {
		return err
	}
	cfg, err := a.load()
	if err != nil {
		return err
	}
	judge, err := a.judge(cfg, false)
	if err != nil {
		return err
	}
	tmp, remove, err := a.scratch()
	if err != nil {
		return err
	}
	defer remove()
	opts := judge.mapping
	opts.Sheet, opts.Mapping, opts.TempDir = o.sheet, o.mapping, tmp
	all, err := a.openInputs(ctx, o.in, opts)
	if err != nil {
		return err
	}
	defer all.close()
	x := &explainer{opts: o}
	for _, in := range all {
		if err := in.Each(ctx, x); err != nil {
			return err
		}
	}
	switch {
	case x.found == 0:
		return fault.Newf(fault.Usage, "文件里没有体检编号为 %s 的记录", o.key)
	case len(x.chain) == 0:
		return fault.New(fault.Usage, "没有名为 "+o.field+" 的字段").
			Next("可用 JSON 键、表头或完整路径，例如 typeOfWorkCode、工种、ohEmpHazard[0].hazardCode")
	}
	if a.opts.json {
		return report.Encode(a.out(), struct {
			commandJSON
			Key    string      `json:"key"`
			Values []chainJSON `json:"values"`
		}{a.ok(), o.key, x.chain})
	}
	a.showChain(x.chain)
	return nil
}

func (a *app) showChain(chain []chainJSON) {
	for _, c := range chain {
		where := "（没有单元格）"
		switch {
		case c.Cell != "":
			where = "「" + c.Sheet + "」" + c.Cell
		case c.Column != "":
			where = "（没有列“" + c.Column + "”）"
		}
		value := c.Value
		if value == "" {
			value = "（空）"
		}
		a.tell("%s %s = %s\n", c.Path, c.Label, value)
		if c.Cell != "" || len(c.Steps) > 0 {
			raw := "原文“" + oneLine(c.Raw) + "”"
			if c.day {
				raw = "表格里的日期"
			}
			a.tell("    来自 %s，%s\n", where, raw)
		}
		for _, s := range c.Steps {
			a.tell("    → %s（%s）\n", oneLine(s.To), s.Note)
		}
		if c.Fault != "" {
			a.tell("    ✗ %s\n", c.Fault)
		}
	}
}

// reDayNumber is a day as spreadsheet programs count it.
var reDayNumber = regexp.MustCompile(`^\d{1,6}(\.\d+)?$`)

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
