package run

import (
	"context"
	"fmt"
	"sort"
	"strings"

	"hbupload/internal/mapping"
	"hbupload/internal/mapping/layout"
	"hbupload/internal/rules"
	"hbupload/internal/spec"
	"hbupload/internal/table"
	"hbupload/internal/workbook"
)

// shownPeople is how many people map check follows from cell to value.
const shownPeople = 3

type feedJSON struct {
	Field    string   `json:"field"`
	Label    string   `json:"label"`
	Required bool     `json:"required"`
	Sources  []string `json:"sources"`
	Derived  string   `json:"derived,omitempty"`
	Line     int      `json:"line,omitempty"` // of a mapping in YAML
	Cell     string   `json:"cell,omitempty"` // of a mapping workbook, where the source can be changed
}

type gapJSON struct {
	Rule    string `json:"rule"`
	Field   string `json:"field"`
	Records int    `json:"records"`
	Example string `json:"example"` // a cell, or the expected header
	Message string `json:"message"`
}

type personJSON struct {
	Key    string  `json:"key"`
	Values []Chain `json:"values"`
}

// MappingCheck is what a mapping reads of an export, as --json shows it.
type MappingCheck struct {
	Document
	Mapping     string              `json:"mapping"`
	Records     int                 `json:"records"`
	Withheld    int                 `json:"withheld"`
	Orphans     int                 `json:"orphans"`
	Fields      []feedJSON          `json:"fields"`
	Unused      []string            `json:"unused_columns"`
	UnusedSheet []string            `json:"unused_sheets"`
	Notes       []string            `json:"notes"` // sheets read as one, columns of one field
	NotDone     int                 `json:"items_not_done"`
	Differences []layout.Difference `json:"header_differences"`
	Fingerprint string              `json:"fingerprint"`
	Gaps        []gapJSON           `json:"gaps"`
	People      []personJSON        `json:"people"`
}

// mapJudge reads all records under a mapping and notes what keeps them back.
type mapJudge struct {
	checker  *rules.Checker
	out      *MappingCheck
	gaps     map[string]*gapJSON
	findings []spec.Finding
	held     map[string]bool // keys of those who are kept back
}

// Restart implements spec.Visitor.
func (j *mapJudge) Restart() {
	j.out.Records = 0
	j.out.Withheld = 0
	j.out.People = []personJSON{}
	j.gaps = map[string]*gapJSON{}
	j.held = map[string]bool{}
}

// Record implements spec.Visitor.
func (j *mapJudge) Record(rec *spec.Record) error {
	j.out.Records++
	j.findings = j.checker.Check(rec, j.findings[:0])
	seen := map[string]bool{}
	held := false
	for i := range j.findings {
		f := &j.findings[i]
		if f.Severity != spec.Error {
			continue
		}
		held = true
		key := string(f.Rule) + "." + f.Field.Key() + "." + f.Cause
		g := j.gaps[key]
		if g == nil {
			example := f.Place.Cell()
			if example == "" {
				example = f.Place.Header
			} else if f.Place.Sheet != nil {
				example = "「" + f.Place.Sheet.Name + "」" + example
			}
			g = &gapJSON{Rule: string(f.Rule), Field: f.Field.Label(), Example: example, Message: f.Message}
			j.gaps[key] = g
		}
		if !seen[key] {
			seen[key] = true
			g.Records++
		}
	}
	if held {
		j.out.Withheld++
		j.held[strings.Clone(rec.Key)] = true
	}
	if len(j.out.People) < shownPeople {
		x := &explainer{opts: ExplainOptions{Key: rec.Key}}
		if err := x.Record(rec); err != nil {
			return err
		}
		j.out.People = append(j.out.People, personJSON{Key: rec.Key, Values: given(x.chain)})
	}
	return nil
}

// orphans notes the rows that belong to no person, and whom they withhold.
func (j *mapJudge) orphans(all []spec.Orphan) {
	j.out.Orphans = len(all)
	if len(all) == 0 {
		return
	}
	g := &gapJSON{Rule: string(spec.RowOrphan), Field: spec.ExamKey.Label(), Message: fmt.Sprintf("%d 行的体检编号没有对应的人，可能属于他们", len(all)),
		Example: "「" + all[0].Place.Sheet.Name + "」第 " + fmt.Sprint(all[0].Place.Row) + " 行"}
	mine := map[string]bool{}
	for _, o := range all {
		for _, key := range o.Withholds {
			if !mine[key] {
				mine[key] = true
				g.Records++
			}
			if !j.held[key] {
				j.held[key] = true
				j.out.Withheld++
			}
		}
	}
	if g.Records == 0 {
		g.Message = fmt.Sprintf("%d 行的体检编号没有对应的人，不上传", len(all))
	}
	j.gaps[g.Rule] = g
}

// given drops what is blank and has no story.
func given(chain []Chain) []Chain {
	out := []Chain{}
	for _, c := range chain {
		if c.Value != "" || c.Fault != "" || c.Raw != "" {
			out = append(out, c)
		}
	}
	return out
}

// AtCells says where a mapping workbook says each source, in the place of lines that
// nobody has seen.
func (m *MappingCheck) AtCells(ctx context.Context, book string) error {
	if !IsMappingBook(book) {
		return nil
	}
	at, err := workbook.MappingCells(ctx, book)
	if err != nil {
		return err
	}
	for i := range m.Fields {
		f := &m.Fields[i]
		if f.Line > 0 {
			f.Cell = at.Of(f.Label)
			f.Line = 0
		}
	}
	return nil
}

// CheckMapping reads an input under a mapping and reports what it yields.
func CheckMapping(ctx context.Context, in *table.Input, checker *rules.Checker, opts mapping.Options) (*MappingCheck, error) {
	src, err := mapping.Open(ctx, in, opts)
	if err != nil {
		return nil, err
	}
	out := &MappingCheck{Mapping: src.Mapping(), Fields: []feedJSON{}, Unused: []string{}, UnusedSheet: []string{}, Gaps: []gapJSON{},
		Differences: append([]layout.Difference{}, src.Differences()...), Fingerprint: src.Fingerprint()}
	j := &mapJudge{checker: checker, out: out}
	j.Restart()
	if err := src.Each(ctx, j); err != nil {
		return nil, err
	}
	for _, c := range src.Coverage() {
		out.Fields = append(out.Fields, feedJSON{Field: c.Field.ID.Path(0, 0), Label: c.Field.Label, Required: c.Field.Required,
			Sources: append([]string{}, c.Sources...), Derived: c.Derived, Line: c.Line})
	}
	acc := src.Accounts()
	j.orphans(acc.Orphans)
	out.Notes = append(append([]string{}, acc.Joined...), acc.Twins...)
	out.Unused = append(out.Unused, acc.Ignored...)
	out.UnusedSheet = append(out.UnusedSheet, acc.Unrecognised...)
	out.NotDone = acc.NotDone
	for _, g := range j.gaps {
		out.Gaps = append(out.Gaps, *g)
	}
	sort.Slice(out.Gaps, func(i, k int) bool {
		a := out.Gaps[i]
		b := out.Gaps[k]
		if a.Records != b.Records {
			return a.Records > b.Records
		}
		return a.Rule+a.Field+a.Message < b.Rule+b.Field+b.Message
	})
	return out, nil
}
