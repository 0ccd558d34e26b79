package report

import (
	"fmt"
	"io"
	"slices"
	"sort"
	"strings"

	"hbupload/internal/host"
	"hbupload/internal/push"
	"hbupload/internal/rules"
	"hbupload/internal/spec"
)

// Style says how text may look.
type Style struct {
	Color   bool
	Verbose bool
}

func (s Style) paint(code, text string) string {
	if !s.Color || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (s Style) bold(t string) string   { return s.paint("1", t) }
func (s Style) red(t string) string    { return s.paint("31", t) }
func (s Style) green(t string) string  { return s.paint("32", t) }
func (s Style) yellow(t string) string { return s.paint("33", t) }
func (s Style) dim(t string) string    { return s.paint("2", t) }

// Findings writes the findings grouped by cause: never a line for each person.
func Findings(w io.Writer, findings []spec.Finding, fix func(spec.RuleID) string, style Style) {
	groups := rules.Groups(findings)
	if len(groups) == 0 {
		return
	}
	fmt.Fprintln(w, style.bold("需要处理"))
	shown := groups
	if !style.Verbose && len(groups) > groupsShown {
		shown = groups[:groupsShown]
	}
	for _, g := range shown {
		writeGroup(w, g, fix, style)
	}
	if rest := len(groups) - len(shown); rest > 0 {
		fmt.Fprintf(w, "  … 另有 %d 种原因，加 --verbose 全部列出，或看 --json\n", rest)
	}
	fmt.Fprintln(w)
}

// groupsShown bounds the screen; --verbose and --json show all.
const groupsShown = 20

func writeGroup(w io.Writer, g rules.Group, fix func(spec.RuleID) string, style Style) {
	mark := style.red("✗")
	if g.Severity == spec.Warning {
		mark = style.yellow("!")
	}
	unit := "人"
	if g.First.Record < 0 {
		unit = "处"
	}
	line := fmt.Sprintf("  %s %d %s：%s", mark, g.People, unit, host.SafeText(g.Cause, 200))
	if len(g.Nearest) > 0 {
		line += " → 最接近：" + host.SafeText(strings.Join(g.Nearest, "、")+g.First.Advice, 300)
	}
	fmt.Fprintf(w, "%s %s\n", line, style.dim("["+string(g.Rule)+"]"))
	where := host.SafeText(strings.Join(g.Keys, "、"), 200)
	if g.More {
		where += " …"
	}
	cell := ""
	if s := g.First.Place.Sheet; s != nil {
		cell = host.SafeText("「"+s.Name+"」"+spot(g.First.Place), 200)
	}
	fmt.Fprintf(w, "      %s\n", style.dim(where+"，例如 "+cell))
	text := fix(g.Rule)
	switch p := g.First.Place; {
	case p.Col != 0 || p.Header == "":
	case strings.Contains(g.Cause, "缺少“"):
		text = "在表里补上“" + p.Header + "”列；已有此列时，把表头改成这个写法（可对照 hbupload template）；用映射读取的，在映射里写明它取自哪一列"
	case g.Rule == spec.Required:
		// A mapping names no source: there is no cell to fill in.
		text = "在映射文件里写明它的来源（列、value 或 copy）"
		if i := strings.Index(g.First.Message, "，或在配置"); i >= 0 {
			text += g.First.Message[i:]
		}
	}
	if text != "" {
		fmt.Fprintf(w, "      %s\n", style.dim("办法："+host.SafeText(text, 300)))
	}
}

// spot is a place as a person looks for it in the spreadsheet.
func spot(p spec.Place) string {
	switch {
	case p.Cell() != "":
		return p.Cell()
	case p.Header != "":
		return fmt.Sprintf("第 %d 行（缺少列“%s”）", p.Row, p.Header)
	}
	return fmt.Sprintf("第 %d 行", p.Row)
}

// Refusals writes the platform's words grouped, and the records whose end is
// not known.
func Refusals(w io.Writer, records []push.Record, style Style) {
	for _, state := range []push.State{push.Rejected, push.InDoubt, push.Undelivered, push.Changed} {
		type group struct {
			message string
			keys    []string
			hints   []string
			n       int
		}
		at := map[string]int{}
		var groups []group
		for i := range records {
			r := &records[i]
			if r.State != state {
				continue
			}
			message := strings.TrimSuffix(r.Message, push.HowToResend) // said once, below
			g, ok := at[alike(message)]
			if !ok {
				g = len(groups)
				at[alike(message)] = g
				groups = append(groups, group{message: message})
			}
			if hint := r.Hint(); hint != "" && !slices.Contains(groups[g].hints, hint) {
				groups[g].hints = append(groups[g].hints, hint)
			}
			if groups[g].n++; len(groups[g].keys) < rules.KeysShown {
				groups[g].keys = append(groups[g].keys, r.Key)
			}
		}
		if len(groups) == 0 {
			continue
		}
		sort.SliceStable(groups, func(i, j int) bool { return groups[i].n > groups[j].n })
		fmt.Fprintln(w, style.bold(state.Label()))
		for i, g := range groups {
			if i == groupsShown && !style.Verbose {
				fmt.Fprintf(w, "  … 另有 %d 种\n", len(groups)-i)
				break
			}
			more := ""
			if g.n > len(g.keys) {
				more = " …"
			}
			fmt.Fprintf(w, "  %d 人：%s\n      %s\n", g.n, host.SafeText(g.message, 300), style.dim(host.SafeText(strings.Join(g.keys, "、"), 200)+more))
			for _, hint := range g.hints {
				fmt.Fprintf(w, "      办法：%s\n", hint)
			}
		}
		if text := nextStep(state); text != "" {
			fmt.Fprintf(w, "      %s\n", style.dim("办法："+text))
		}
		fmt.Fprintln(w)
	}
}

// nextStep says what an operator does about records of a state.
func nextStep(s push.State) string {
	switch s {
	case push.Rejected:
		return "按平台的答复改正后，再次上传同一文件"
	case push.InDoubt:
		return "到平台上查这些人在不在（hbupload resolve --worksheet 核对.xlsx --in 文件 生成核对表），再执行 hbupload resolve 体检编号 --sent（已有）或 --resend（没有）"
	case push.Changed:
		return "核对改动；确认要按新内容重传，请加 --resend changed"
	case push.Undelivered:
		return "再次上传同一文件，只补没有成功的"
	}
	return ""
}

// Summary writes the counts, the account of rows and, last, where the reports
// are.
func Summary(w io.Writer, r *Result, style Style) {
	n := push.Counts(r.Records)
	var parts []string
	for _, s := range push.States() {
		if n[s] == 0 {
			continue
		}
		text := fmt.Sprintf("%s %d", s.Label(), n[s])
		switch s {
		case push.Accepted, push.Valid, push.Built, push.Skipped:
			text = style.green(text)
		default:
			text = style.red(text)
		}
		parts = append(parts, text)
	}
	if w := counts(r)["warnings"]; w > 0 {
		parts = append(parts, style.yellow(fmt.Sprintf("提示 %d", w)))
	}
	if len(parts) == 0 {
		parts = []string{"没有记录"}
	}
	fmt.Fprintf(w, "%s %d 人：%s（%.1f 秒）\n", style.bold("合计"), len(r.Records), strings.Join(parts, "，"), r.Elapsed.Seconds())
	if !r.NoRows {
		fmt.Fprintf(w, "读取 %d 行 = 使用 %d 行 + 跳过 %d 行%s\n", r.Rows.Read, r.Rows.Used, len(r.Rows.Skipped), reasons(r.Rows))
	}
	if left := r.Cells.Left(); !r.NoRows && left > 0 {
		fmt.Fprintf(w, "其中有内容的 %d 格 = 使用 %d 格 + 跳过的行 %d 格 + 没有用到的列 %d 格\n", r.Cells.Read, r.Cells.Used, r.Cells.SkippedRows, left)
	}
	for _, line := range r.Timely.Words() {
		fmt.Fprintln(w, line)
	}
	for _, path := range r.Reports {
		fmt.Fprintf(w, "报告：%s\n", host.SafeText(path, 4096))
	}
}

// reasons counts the skipped rows by reason.
func reasons(rows Rows) string {
	if len(rows.Skipped) == 0 && rows.Hidden == 0 {
		return ""
	}
	n := map[string]int{}
	for _, s := range rows.Skipped {
		n[s.Reason]++
	}
	var parts []string
	for _, r := range []struct{ id, label string }{{"header", "表头"}, {"title", "标题"}, {"repeated-header", "重复表头"}, {"total", "合计"}, {"note", "说明"}, {"example", "示例"}, {"filtered", "映射不读"}, {"orphan", "无主"}} {
		if n[r.id] > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", r.label, n[r.id]))
		}
	}
	if rows.Hidden > 0 {
		parts = append(parts, fmt.Sprintf("其中隐藏行 %d 行照常读取", rows.Hidden))
	}
	return "（" + strings.Join(parts, "，") + "）"
}
