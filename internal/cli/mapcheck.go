package cli

import (
	"context"
	"fmt"
	"sort"
	"strings"

	"hbupload/internal/mapping"
	"hbupload/internal/mapping/layout"
	"hbupload/internal/report"
	"hbupload/internal/rules"
	"hbupload/internal/spec"
	"hbupload/internal/table"
)

// shownPeople is how many people map check follows from cell to value.
const shownPeople = 3

type feedJSON struct {
	Field    string   `json:"field"`
	Label    string   `json:"label"`
	Required bool     `json:"required"`
	Sources  []string `json:"sources"`
	Derived  string   `json:"derived,omitempty"`
	Line     int      `json:"line,omitempty"`
}

type gapJSON struct {
	Rule    string `json:"rule"`
	Field   string `json:"field"`
	Records int    `json:"records"`
	Example string `json:"example"` // a cell, or the expected header
	Message string `json:"message"`
}

type personJSON struct {
	Key    string      `json:"key"`
	Values []chainJSON `json:"values"`
}

type mapCheckJSON struct {
	commandJSON
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
	out      *mapCheckJSON
	gaps     map[string]*gapJSON
	findings []spec.Finding
	held     map[string]bool // keys of those who are kept back
}

// Restart implements spec.Visitor.
func (j *mapJudge) Restart() {
	j.out.Records, j.out.Withheld, j.out.People, j.gaps = 0, 0, []personJSON{}, map[string]*gapJSON{}
	j.held = map[string]bool{}
}

// Record implements spec.Visitor.
func (j *mapJudge) Record(rec *spec.Record) error {
	j.out.Records++
	j.findings = j.checker.Check(rec, j.findings[:0])
	seen, held := map[string]bool{}, false
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
		x := &explainer{opts: explainOptions{key: rec.Key}}
		if err := x.Record(rec); err != nil {
			return err
		}
		j.out.People = append(j.out.People, personJSON{Key: rec.Key, Values: given(x.chain)})
	}
	return nil
}

// orphans notes the rows that belong to nobody, and whom they keep back.
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
func given(chain []chainJSON) []chainJSON {
	out := []chainJSON{}
	for _, c := range chain {
		if c.Value != "" || c.Fault != "" || c.Raw != "" {
			out = append(out, c)
		}
	}
	return out
}

func (a *app) mapCheck(ctx context.Context, name string, paths []string) error {
	path := paths[0]
	file, err := a.findMapping(name, path)
	if err != nil {
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
	lay, err := readMapping(ctx, file, judge.dicts)
	if err != nil {
		return err
	}
	in, err := a.openTables(ctx, paths)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	tmp, remove, err := a.scratch()
	if err != nil {
		return err
	}
	defer remove()
	opts := judge.mapping
	opts.Layout, opts.TempDir = lay, tmp
	out, err := checkMapping(ctx, in, judge.checker, opts)
	if err != nil {
		return err
	}
	out.commandJSON = a.ok()
	if out.Withheld > 0 || out.Orphans > 0 {
		out.OK, out.ExitCode = false, 3
	}
	if a.opts.json {
		err = report.Encode(a.out(), out)
	} else {
		a.showMapCheck(out, file, strings.Join(paths, " "))
	}
	if err != nil {
		return err
	}
	return exit(out.ExitCode)
}

func checkMapping(ctx context.Context, in *table.Input, checker *rules.Checker, opts mapping.Options) (*mapCheckJSON, error) {
	src, err := mapping.Open(ctx, in, opts)
	if err != nil {
		return nil, err
	}
	out := &mapCheckJSON{Mapping: src.Mapping(), Fields: []feedJSON{}, Unused: []string{}, UnusedSheet: []string{}, Gaps: []gapJSON{},
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
	out.Unused, out.UnusedSheet, out.NotDone = append(out.Unused, acc.Ignored...), append(out.UnusedSheet, acc.Unrecognised...), acc.NotDone
	for _, g := range j.gaps {
		out.Gaps = append(out.Gaps, *g)
	}
	sort.Slice(out.Gaps, func(i, k int) bool {
		a, b := out.Gaps[i], out.Gaps[k]
		if a.Records != b.Records {
			return a.Records > b.Records
		}
		return a.Rule+a.Field+a.Message < b.Rule+b.Field+b.Message
	})
	return out, nil
}

func (a *app) showMapCheck(out *mapCheckJSON, file, path string) {
	w := a.out()
	a.tell("映射“%s”读 %s：%d 人\n\n字段的来源（* 为必填）：\n", out.Mapping, path, out.Records)
	var rows [][]string
	for _, f := range out.Fields {
		mark := ""
		if f.Required {
			mark = "*"
		}
		source := strings.Join(f.Sources, "；")
		switch {
		case source == "" && f.Derived != "":
			source = "（" + f.Derived + "）"
		case source == "" && f.Required:
			source = "✗ 没有来源，需要此项的人不上传"
		case source == "":
			continue
		}
		line := ""
		if f.Line > 0 {
			line = fmt.Sprint(f.Line)
		}
		rows = append(rows, []string{mark + f.Label, source, line})
	}
	a.table([]string{"字段", "来源", "映射行"}, rows)
	a.showUnused(out)
	for i, p := range out.People {
		a.tell("\n第 %d 人 %s（已遮盖）：\n", i+1, p.Key)
		var rows [][]string
		for _, c := range p.Values {
			rows = append(rows, []string{c.Path, c.Label, whence(c), c.Value})
		}
		a.table([]string{"字段", "名称", "来自", "上传的值"}, rows)
	}
	fmt.Fprintln(w)
	if len(out.Gaps) == 0 {
		a.tell("%d 人全部可以上传。下一步：hbupload push %s --mapping %s --dry-run\n", out.Records, path, file)
		return
	}
	a.tell("%d 人中有 %d 人现在不能上传：\n", out.Records, out.Withheld)
	for i, g := range out.Gaps {
		if i == maxShown {
			a.tell("  … 另有 %d 种，--json 可看全部\n", len(out.Gaps)-i)
			break
		}
		a.tell("  ✗ %d 人：%s [%s]，例如 %s\n", g.Records, g.Message, g.Rule, g.Example)
	}
	if isMappingBook(file) {
		a.tell("请在 %s 的「问题」「列」「词」「项目」里回答，保存后再运行一次 map check\n", file)
		return
	}
	a.tell("请修改 %s（值不认识的加到 values，缺列的用 value、copy 或 default 声明），再运行一次 map check\n", file)
}

func (a *app) showUnused(out *mapCheckJSON) {
	w := a.out()
	fmt.Fprintln(w)
	for _, d := range out.Differences {
		a.tell("表头与制作映射时不同：%s\n", mapping.DifferenceText(d))
	}
	for _, line := range out.Notes {
		a.tell("%s\n", line)
	}
	if len(out.Unused) > 0 {
		a.tell("没有用到的列：%s\n", strings.Join(out.Unused, "、"))
	}
	if len(out.UnusedSheet) > 0 {
		a.tell("没有用到的表：%s\n", strings.Join(out.UnusedSheet, "、"))
	}
	if out.NotDone > 0 {
		a.tell("没有结果的检查项目：%d 项，视为未做，不上传\n", out.NotDone)
	}
}

// whence is the origin of a value in a few words.
func whence(c chainJSON) string {
	where := c.Cell
	if where == "" && len(c.Steps) > 0 {
		return c.Steps[len(c.Steps)-1].Note
	}
	if c.Fault != "" {
		return where + " ✗ " + c.Fault
	}
	if c.Raw != "" && oneLine(c.Raw) != c.Value {
		where += " “" + oneLine(c.Raw) + "”"
	}
	return where
}
