package run

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"hbupload/internal/dict"
	"hbupload/internal/fault"
	"hbupload/internal/host"
	"hbupload/internal/push"
	"hbupload/internal/report"
	"hbupload/internal/rules"
	"hbupload/internal/spec"
	"hbupload/internal/workbook"
)

// people shows every person of exports to a visitor of each file, without checking
// them against the document's rules: for questions about what was sent before.
func people(ctx context.Context, s *Session, files []string, mapping string, begin func() spec.Visitor, end func(spec.Visitor)) error {
	if len(files) == 0 {
		return nil
	}
	tmp, remove, err := s.Scratch()
	if err != nil {
		return err
	}
	defer remove()
	defer s.CloseInputs()
	opts := s.Mapping(SessionOptions{Read: ReadOptions{Mapping: mapping}, Spool: tmp})
	if s.Inputs, err = openInputs(ctx, s.Env, files, opts); err != nil {
		return err
	}
	for _, in := range s.Inputs {
		v := begin()
		if err := in.Each(ctx, v); err != nil {
			return err
		}
		end(v)
	}
	return nil
}

// reporting is what the reports of one run share: a night may have ten thousand.
type reporting struct {
	pack  workbook.Packer
	swept map[string]bool
}

// sweep removes once from each folder what kills left of reports there.
func (s *Session) sweep(dir, input string) {
	if dir == "" {
		dir = filepath.Dir(filepath.Clean(input))
	}
	if !s.reports.swept[dir] {
		s.reports.swept[dir] = true
		host.SweepUnfinished(dir, s.Now())
	}
}

// Report writes the annotated workbook of each input and the page for the head
// of department, and names them in r. What became of the records does not
// depend on it: a report that cannot be written is a note.
func (s *Session) Report(ctx context.Context, r *report.Result, o ReadOptions) error {
	if o.NoReport || s.Batch == nil || len(s.Inputs) == 0 {
		return nil
	}
	if o.Report != "" {
		if err := os.MkdirAll(o.Report, 0o700); err != nil {
			s.unreported(r, fault.New(fault.Config, "报告文件夹无法建立").At(o.Report).Next("请检查路径和权限").By(err))
			return nil // what was sent is sent: a report's fault is a note
		}
	}
	now := s.Now().Local()
	for _, in := range s.Inputs {
		s.sweep(o.Report, in.Path)
		err := in.ready(ctx) // the marks belong to the bytes that were read
		path := ""
		if err == nil {
			a := s.annotation(in, r, o)
			a.Earlier = s.earlier(ctx, in)
			path, err = workbook.Annotate(ctx, a)
		}
		s.reported(r, path, err)
	}
	page := &report.Page{Inputs: s.Inputs.names(s.Hidden), Records: r.Records, Findings: r.Findings, Rows: r.Rows, Summary: summaryOf, Tally: s.tally,
		Institution: s.cfg.Institution[spec.ReportOrgName.Key()], Tool: s.Build.Version, Command: s.Command, When: now, Timely: r.Timely, Hide: s.Hidden.Bytes}
	page.Earlier = s.earlier(ctx, s.Inputs[0])
	path, err := report.WritePage(o.Report, s.Inputs[0].Path, page)
	s.reported(r, path, err)
	return nil
}

// earlier says which earlier reports those of an input replace. The nights keep
// theirs: one folder sees the same name again and again.
func (s *Session) earlier(ctx context.Context, in *Input) *workbook.Earlier {
	if s.Command == "sync" {
		return nil
	}
	e := &workbook.Earlier{Input: workbook.Origin(ctx, in.Table), Sum: in.Sum, Sent: s.sends}
	for _, other := range s.Inputs {
		e.Spare = append(e.Spare, other.Path)
	}
	return e
}

func (s *Session) reported(r *report.Result, path string, err error) {
	if err != nil {
		s.unreported(r, err)
		return
	}
	r.Reports = append(r.Reports, path)
}

// unreported says that a report is missing, and why.
func (s *Session) unreported(r *report.Result, err error) {
	note := "没有生成报告：" + err.Error()
	var known interface{ Hint() string }
	if errors.As(err, &known) && known.Hint() != "" {
		note += "（" + known.Hint() + "）"
	}
	s.Notes = append(s.Notes, note)
	r.Notes = s.Notes
}

// annotation is what the copy of one input is made of.
func (s *Session) annotation(in *Input, r *report.Result, o ReadOptions) *workbook.Annotation {
	a := &workbook.Annotation{Input: in.Table, Dir: o.Report, Fix: FixOf, Legal: LegalTexts(s.Judge.Dicts), When: s.Now().Local(), Pack: &s.reports.pack}
	mine := map[*spec.SheetRef]bool{}
	for _, sheet := range in.Table.Sheets() {
		mine[sheet.Ref] = true
	}
	var records []push.Record
	names := make([]string, len(r.Records)) // in their order, in which the tally finds them fast
	for i := range r.Records {
		if mine[r.Records[i].Place.Sheet] {
			records = append(records, r.Records[i])
			names[i] = s.tally.PersonAt(r.Records[i].Place)
		}
	}
	a.People = report.People(records, s.tally.PersonAt)
	a.Named = func(record int) string { return names[record] }
	a.Totals = report.Totals(records)
	for i := range r.Findings {
		if mine[r.Findings[i].Place.Sheet] {
			a.Findings = append(a.Findings, r.Findings[i])
		}
	}
	if o.OnlyBad {
		a.Only = s.toMend(in, records)
	}
	return a
}

// toMend selects the rows of the people that something must be done about, and
// the rows that belong to no person.
func (s *Session) toMend(in *Input, records []push.Record) *workbook.Selection {
	sel := workbook.NewSelection()
	for i := range records {
		switch r := &records[i]; r.State {
		case push.Invalid, push.Rejected, push.Changed:
			s.tally.Select(sel, r.Place)
		}
	}
	for _, o := range in.Orphans() {
		sel.Add(o.Place)
	}
	return sel
}

// LegalTexts is what a cell of a field may hold: names, with the code where several
// entries share one, or the code alone where a name cannot stand in a drop-down.
func LegalTexts(set *dict.Set) func(spec.FieldID) []string {
	return func(id spec.FieldID) []string {
		f := id.Field()
		var out []string
		switch {
		case id == spec.ItemClassName && set.Dict(spec.DictItem) != nil:
			seen := map[string]bool{}
			for _, e := range set.Dict(spec.DictItem).Entries {
				if e.Class != "" && !seen[e.Class] {
					seen[e.Class] = true
					out = append(out, e.Class)
				}
			}
		case f.Enum == spec.EnumSymbol:
			return []string{"0", "1"} // "=" would begin a formula
		case f.Enum != spec.EnumNone:
			for _, e := range f.Enum.Entries() {
				out = append(out, e.Name)
			}
		case f.Dict != "" && set.Dict(f.Dict) != nil:
			d := set.Dict(f.Dict)
			for _, e := range d.Entries {
				text := e.Name
				switch {
				case strings.ContainsAny(text, ",\n"):
					text = e.Code
				case len(d.ByName(text)) > 1:
					text = e.String() // nobody knows a code by heart
				}
				out = append(out, text)
			}
		}
		return out
	}
}

// summaryOf is what a rule asks, in one line.
func summaryOf(id spec.RuleID) string {
	rule, _ := rules.Find(id)
	return rule.Summary
}

// entryName is the name of a dictionary's entry, "" if there is none.
func entryName(set *dict.Set) func(code, entry string) string {
	return func(code, entry string) string {
		d := set.Dict(code)
		if d == nil {
			return ""
		}
		e, _ := d.ByCode(entry)
		return e.Name
	}
}

// Split parts a result into those of each input.
func (s *Session) Split(r *report.Result) []*report.Result {
	of := map[*spec.SheetRef]*report.Result{}
	out := make([]*report.Result, len(s.Inputs))
	for i, in := range s.Inputs {
		out[i] = &report.Result{Command: r.Command, Elapsed: r.Elapsed}
		out[i].Rows, out[i].Cells, _ = Inputs{in}.rows()
		for _, sheet := range in.Table.Sheets() {
			of[sheet.Ref] = out[i]
		}
	}
	at := make([]int, len(r.Records)) // each one's number among those of its input
	for i := range r.Records {
		own := of[r.Records[i].Place.Sheet]
		if own == nil {
			continue
		}
		at[i] = len(own.Records)
		own.Records = append(own.Records, r.Records[i])
	}
	for _, f := range r.Findings {
		sheet := f.Place.Sheet
		if f.Record >= 0 {
			sheet = r.Records[f.Record].Place.Sheet
			f.Record = at[f.Record]
		}
		if own := of[sheet]; own != nil {
			own.Findings = append(own.Findings, f)
		}
	}
	return out
}
