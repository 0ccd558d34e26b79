package report

import (
	"bytes"
	_ "embed"
	"html/template"
	"math"
	"os"
	"sort"
	"strconv"
	"strings"
	"time"

	"hbupload/internal/host"
	"hbupload/internal/push"
	"hbupload/internal/spec"
	"hbupload/internal/summary"
	"hbupload/internal/workbook"
)

//go:embed page.html
var pageText string

// Page is the summary for the head of department: counts and pictures, keys,
// and no personal data.
type Page struct {
	Inputs      []string // names of the files
	Records     []push.Record
	Findings    []spec.Finding
	Rows        Rows
	Summary     func(spec.RuleID) string // the catalogue's line
	Tally       *Tally
	Institution string
	Tool        string
	Command     string
	When        time.Time
	Earlier     *workbook.Earlier   // which earlier pages this one replaces; nil: none
	Timely      *summary.Timely     // nil: nothing was sent
	Hide        func([]byte) []byte // nil, or takes out of the page what must not be shown
}

// WritePage writes the page beside input, or in dir, and returns its path.
func WritePage(dir, input string, p *Page) (string, error) {
	t, err := template.New("page").Parse(pageText)
	if err != nil {
		return "", err
	}
	path := workbook.FileName(dir, input, workbook.Summary, ".html", p.When)
	return workbook.WriteReport(path, p.Earlier, func(out *os.File) error {
		var b bytes.Buffer
		if err := t.Execute(&b, p.view()); err != nil {
			return err
		}
		page := b.Bytes()
		if p.Hide != nil {
			page = p.Hide(page)
		}
		// The template makes markup harmless; a name that turns the page's
		// direction, or holds an escape for who reads it in a terminal, is left.
		_, err := out.Write(bytes.Map(func(r rune) rune {
			if host.Obeyed(r) {
				return '\ufffd'
			}
			return r
		}, page))
		return err
	})
}

// pageView is what the template shows.
type pageView struct {
	Institution, Title, When, Tool, Command string
	Files                                   []string
	Total                                   int
	Verdict                                 string
	Good                                    bool
	States                                  []bar // of the stacked bar
	Charts                                  []chart
	Doubt                                   []string
	DoubtMore                               int
	Read, Used, Skipped, Hidden             int
	Errors, Warnings                        int
	Timely                                  []string
	Columns                                 []string
	Lines                                   []summary.Line // hazards against conclusions
	Sum                                     summary.Line
	Counted                                 int
}

// chart is a picture of bars.
type chart struct {
	Title, Note, Unit string
	Wide              bool // long names: across the page
	Bars              []bar
	More              int // groups that are not shown
	MorePeople        int
}

// bar is one line of a chart.
type bar struct {
	Name    string
	N       int
	Share   string // of the whole, "12.5%"
	Percent float64
	Class   string
	Parts   []bar // of a stacked bar
}

func percent(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return math.Round(float64(n)*10000/float64(of)) / 100
}

// share is a part of the whole as people write it.
func share(n, of int) string {
	if of == 0 {
		return ""
	}
	return strconv.FormatFloat(percent(n, of), 'f', 1, 64) + "%"
}

// reason is a refusal's words for grouping.
func reason(message string) string {
	if message = host.SafeText(message, 120); message == "" {
		return "（平台没有说明原因）"
	}
	return message
}

func stateClass(s push.State) string {
	switch s {
	case push.Accepted, push.Built:
		return "ok"
	case push.Skipped, push.Valid:
		return "fine"
	case push.Rejected:
		return "bad"
	case push.Invalid:
		return "held"
	case push.InDoubt:
		return "warn"
	case push.Undelivered:
		return "away"
	case push.Changed:
		return "again"
	}
	return "rest"
}

// counter counts people by a name, and of each name by state.
type counter struct {
	n  map[string]int
	by map[string]map[push.State]int
}

func newCounter() *counter {
	return &counter{n: map[string]int{}, by: map[string]map[push.State]int{}}
}

func (c *counter) add(name string, s push.State) {
	c.n[name]++
	if c.by[name] == nil {
		c.by[name] = map[push.State]int{}
	}
	c.by[name][s]++
}

// chart makes a picture of the most frequent names.
func (c *counter) chart(title, note string, total int) chart {
	names := make([]string, 0, len(c.n))
	for name := range c.n {
		names = append(names, name)
	}
	sort.Slice(names, func(i, j int) bool {
		if c.n[names[i]] != c.n[names[j]] {
			return c.n[names[i]] > c.n[names[j]]
		}
		return names[i] < names[j]
	})
	out := chart{Title: title, Note: note, Unit: "人"}
	most := 0
	for i, name := range names {
		if i >= pageBars {
			out.More++
			out.MorePeople += c.n[name]
			continue
		}
		most = max(most, c.n[name])
		out.Bars = append(out.Bars, bar{Name: name, N: c.n[name], Share: share(c.n[name], total), Percent: percent(c.n[name], most), Parts: stack(c.by[name], c.n[name])})
	}
	return out
}

// stack cuts a bar by outcome.
func stack(by map[push.State]int, of int) []bar {
	var out []bar
	for _, s := range push.States() {
		if n := by[s]; n > 0 {
			out = append(out, bar{Name: s.Label(), N: n, Percent: percent(n, of), Class: stateClass(s)})
		}
	}
	return out
}

// limits of the lists on the page: it is to be read, and printed.
const (
	pageBars   = 15
	pageDoubts = 200
)

func (p *Page) view() *pageView {
	v := &pageView{Institution: p.Institution, Title: "职业健康检查信息上报汇总", When: p.When.Format("2006年01月02日 15:04"), Tool: p.Tool, Command: commandName(p.Command), Files: p.Inputs,
		Total: len(p.Records), Read: p.Rows.Read, Used: p.Rows.Used, Skipped: len(p.Rows.Skipped), Hidden: p.Rows.Hidden}
	n := push.Counts(p.Records)
	for _, s := range push.States() {
		if n[s] > 0 {
			v.States = append(v.States, bar{Name: s.Label(), N: n[s], Share: share(n[s], v.Total), Percent: percent(n[s], v.Total), Class: stateClass(s)})
		}
	}
	for i := range p.Findings {
		if p.Findings[i].Severity == spec.Error {
			v.Errors++
		} else {
			v.Warnings++
		}
	}
	v.Timely = p.Timely.Words()
	v.Columns = summary.Columns()
	v.Lines, v.Counted = p.hazardLines()
	v.Sum = summary.Sum(v.Lines)
	v.Verdict, v.Good = verdict(n, v.Total)
	v.Charts = append(p.groups(), p.refusals(), p.causes())
	for i := range p.Records {
		if p.Records[i].State == push.InDoubt {
			if v.Doubt = append(v.Doubt, p.Records[i].Key); len(v.Doubt) > pageDoubts {
				v.Doubt = v.Doubt[:pageDoubts]
				v.DoubtMore++
			}
		}
	}
	return v
}

func commandName(command string) string {
	switch command {
	case "push":
		return "上传"
	case "validate":
		return "检查（未上传）"
	case "build":
		return "生成数据包（未上传）"
	}
	return command
}

// verdict is the first sentence of the page.
func verdict(n map[push.State]int, total int) (string, bool) {
	there := n[push.Accepted] + n[push.Skipped]
	ready := n[push.Valid] + n[push.Built]
	open := total - there - ready
	switch {
	case total == 0:
		return "没有可上报的记录", false
	case open == 0 && ready == 0:
		return "全部已被平台接收", true
	case open == 0:
		return "全部通过检查，可以上传", true
	case n[push.InDoubt] > 0:
		return "有记录结果不明，需要在平台上核实", false
	}
	return "有记录需要处理", false
}

// groups are the pictures by employer, hazard and conclusion.
func (p *Page) groups() []chart {
	if p.Tally == nil || len(p.Tally.rows) == 0 {
		return nil
	}
	employer := newCounter()
	hazard := newCounter()
	end := newCounter()
	care := newCounter()
	at := 0
	for i := range p.Records {
		r := &p.Records[i]
		if at = p.Tally.find(r.Place, max(at, 0)); at < 0 {
			continue
		}
		row := &p.Tally.rows[at]
		name := p.Tally.texts[row.employer]
		if name == "" {
			name = unknown
		}
		employer.add(name, r.State)
		for c, text := range map[*counter]int32{hazard: row.hazards, end: row.ends, care: row.careFor} {
			for _, name := range strings.Split(p.Tally.texts[text], "\n") {
				if name != "" {
					c.add(name, r.State)
				}
			}
		}
	}
	total := len(p.Records)
	const several = "一人有多项时，每项各计一次"
	return []chart{
		employer.chart("用人单位", "", total),
		hazard.chart("危害因素", several, total),
		end.chart("体检结论", several, total),
		care.chart("监护种类", several, total),
	}
}

// refusals are the platform's reasons, which quote nobody: Message is redacted.
func (p *Page) refusals() chart {
	c := newCounter()
	first := map[string]string{}
	for i := range p.Records {
		r := &p.Records[i]
		if r.State != push.Rejected {
			continue
		}
		key := alike(r.Message)
		if first[key] == "" {
			first[key] = reason(r.Message)
		}
		c.add(first[key], r.State)
	}
	out := c.chart("平台拒绝的原因", "", len(p.Records))
	out.Wide = true
	return out
}

// causes are the faults that withheld people, by field and rule: what a cell
// holds may be personal when columns were shifted, and is not quoted here.
func (p *Page) causes() chart {
	type once struct {
		name   string
		record int
	}
	seen := map[once]bool{}
	c := newCounter()
	rows := map[string]bool{} // causes of rows that belong to nobody: no share of the people
	for i := range p.Findings {
		f := &p.Findings[i]
		if f.Severity != spec.Error {
			continue
		}
		name := string(f.Rule)
		if p.Summary != nil && p.Summary(f.Rule) != "" {
			name = p.Summary(f.Rule)
		}
		if label := f.Field.Label(); label != "" {
			name = label + "：" + name
		}
		if key := (once{name, f.Record}); f.Record < 0 || !seen[key] {
			seen[key] = true
			rows[name] = f.Record < 0
			c.add(name, push.Invalid)
		}
	}
	out := c.chart("有错未传的原因", "一人有多种原因时，每种各计一次", len(p.Records))
	for i := range out.Bars {
		if rows[out.Bars[i].Name] {
			out.Bars[i].Share = "行"
		}
	}
	out.Wide = true
	return out
}
