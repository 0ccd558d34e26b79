package sense

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"
	"unicode/utf8"

	"hbupload/internal/fault"
	"hbupload/internal/meaning"
)

//go:embed catalogue.csv
var embedded []byte

// FileName is how a catalogue beside the configuration is called.
const FileName = "常理目录.csv"

// maxFile bounds a catalogue that somebody put beside the configuration.
const maxFile = 4 << 20

// Kind is what a line of the catalogue says something about.
type Kind string

// The kinds of lines.
const (
	kindRange      Kind = "范围"
	kindUnit       Kind = "单位"
	kindPair       Kind = "成对"
	kindAge        Kind = "年龄"
	kindSex        Kind = "性别"
	kindConclusion Kind = "结论"
	kindNothing    Kind = "无异常"
	kindDisease    Kind = "疾病"
	kindExpected   Kind = "应检"
	kindWords      Kind = "文字"
	kindBatch      Kind = "批内"
)

// Line is one line of the catalogue.
type Line struct {
	ID     string
	Kind   Kind
	Items  string // as written, for a person
	Unit   string // the first way to write it, "" for none
	Lower  float64
	Upper  float64 // not a number: no such limit
	Text   string
	Source string
	Row    int // its line in the file, 1-based

	items   pattern
	written []string // the units as written
	units   []string // reduced by unitOf
	sex     string   // the code that the line speaks of, "" for both
	hazard  pattern
	care    pattern
	pair    relation
	said    pattern // the words that a line of 文字 looks for
}

// Catalogue is the knowledge of one file, as read.
type Catalogue struct {
	Name  string
	Lines []Line
}

// standard is the catalogue that the program brings.
func standard() (*Catalogue, error) { return parse("内置的常理目录", embedded) }

// Embedded is the text of the catalogue that the program brings, for somebody
// who wants to change it.
func Embedded() []byte { return bytes.Clone(embedded) }

// Load is the catalogue of a file, or the program's own where path is "".
func Load(path string) (*Catalogue, error) {
	if path == "" {
		return standard()
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fault.New(fault.Config, "常理目录无法读取").At(path).Next("请检查路径和权限；不需要自己的目录时把它移走").By(err)
	}
	defer func() { _ = f.Close() }()
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil || len(text) > maxFile {
		return nil, fault.New(fault.Config, "常理目录无法读取，或超过 4 MiB").At(path).Next("请检查这个文件").By(err)
	}
	return parse(path, text)
}

// columns are the headers, in order.
func columns() []string {
	return []string{"编号", "类别", "项目", "单位", "下限", "上限", "性别", "危害因素", "提示", "来源"}
}

// parse reads a catalogue. Its error, of kind config, lists every line that is
// wrong and what is wrong with it.
func parse(name string, text []byte) (*Catalogue, error) {
	if !utf8.Valid(text) {
		return nil, fault.New(fault.Config, "常理目录不是 UTF-8 编码的 CSV").At(name).Next("请用 Excel 或 WPS 打开，另存为“CSV UTF-8（逗号分隔）”再试")
	}
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff"))))
	r.Comment = '#'
	r.FieldsPerRecord = -1
	r.LazyQuotes = true
	r.TrimLeadingSpace = true
	c := &Catalogue{Name: name}
	p := parser{seen: map[string]int{}}
	for first := true; ; {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			p.wrong(lineOf(r, err), "不是 CSV 的写法，请检查引号")
			break
		}
		row, _ := r.FieldPos(0)
		if blank(cells) || strings.HasPrefix(strings.TrimSpace(cells[0]), "#") {
			continue
		}
		if first {
			first = false
			if !isHeader(cells) {
				p.wrong(row, "第一行应是表头："+strings.Join(columns(), "、")+separator(cells))
				break
			}
			continue
		}
		if line, ok := p.line(row, cells); ok {
			c.Lines = append(c.Lines, line)
		}
	}
	if len(c.Lines) == 0 && len(p.faults) == 0 {
		p.wrong(1, "没有任何内容")
	}
	if len(p.faults) > 0 {
		return nil, fault.Newf(fault.Config, "常理目录有 %d 处写错", len(p.faults)).At(name).Next(strings.Join(p.faults, "\n"))
	}
	return c, nil
}

func lineOf(r *csv.Reader, err error) int {
	var bad *csv.ParseError
	if errors.As(err, &bad) {
		return bad.Line
	}
	row, _ := r.FieldPos(0)
	return row
}

func blank(cells []string) bool {
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
}

func isHeader(cells []string) bool {
	for i, want := range columns() {
		if i >= len(cells) || strings.TrimSpace(cells[i]) != want {
			return false
		}
	}
	return true
}

// separator says of a header in a single cell what stands between its columns.
func separator(cells []string) string {
	for sign, called := range map[string]string{";": "分号", "；": "中文分号", "\t": "制表符", "，": "中文逗号"} {
		if strings.HasPrefix(strings.TrimSpace(cells[0]), columns()[0]+sign) {
			return "；各栏之间现在是" + called + "，请改用英文逗号（另存为“CSV UTF-8（逗号分隔）”）"
		}
	}
	return ""
}

// parser reads lines and collects what is wrong with them.
type parser struct {
	faults []string
	seen   map[string]int
}

func (p *parser) wrong(row int, what string) {
	p.faults = append(p.faults, fmt.Sprintf("第 %d 行：%s", row, what))
}

// line reads one line; ok is false when something is wrong with it.
func (p *parser) line(row int, cells []string) (l Line, ok bool) {
	before := len(p.faults)
	cell := make([]string, len(columns()))
	for i, c := range cells {
		c = strings.TrimSpace(c)
		if i < len(cell) {
			cell[i] = c
		} else if c != "" {
			p.wrong(row, "比表头多出内容“"+c+"”，文字里的英文逗号请改成中文逗号")
		}
	}
	l = Line{ID: cell[0], Kind: Kind(cell[1]), Items: cell[2], Text: cell[8], Source: cell[9], Row: row}
	if l.ID == "" {
		p.wrong(row, "缺少编号")
	} else if other, twice := p.seen[l.ID]; twice {
		p.wrong(row, fmt.Sprintf("编号 %s 与第 %d 行重复", l.ID, other))
	}
	p.seen[l.ID] = row
	for unit := range strings.SplitSeq(cell[3], "|") {
		if unit = strings.TrimSpace(unit); unit != "" {
			l.written = append(l.written, unit)
			l.units = append(l.units, unitOf(unit))
			if l.Unit == "" {
				l.Unit = unit
			}
		}
	}
	l.Lower = p.limit(row, "下限", cell[4])
	l.Upper = p.limit(row, "上限", cell[5])
	if l.Lower > l.Upper {
		p.wrong(row, "下限大于上限")
	}
	switch cell[6] {
	case "":
	case "男":
		l.sex = "1"
	case "女":
		l.sex = "2"
	default:
		p.wrong(row, "性别只能写 男 或 女")
	}
	hazard := cell[7]
	care := ""
	if i := strings.LastIndex(hazard, "@"); i > 0 {
		hazard, care = hazard[:i], hazard[i+1:]
	}
	l.hazard = newPattern(hazard)
	l.care = newPattern(care)
	if l.Source == "" {
		p.wrong(row, "缺少来源")
	}
	p.kind(&l)
	return l, len(p.faults) == before
}

func (p *parser) limit(row int, name, text string) float64 {
	if text == "" {
		return math.NaN()
	}
	n, ok := meaning.Number(text)
	if !ok {
		p.wrong(row, name+"“"+text+"”不是数字")
		return math.NaN()
	}
	return n
}

// kind checks what a line of its kind must hold.
func (p *parser) kind(l *Line) {
	need := func(missing bool, what string) {
		if missing {
			p.wrong(l.Row, "类别“"+string(l.Kind)+"”的行缺少"+what)
		}
	}
	if l.Kind != kindPair {
		names, words, _ := strings.Cut(l.Items, " 写有 ")
		l.items = newPattern(names)
		l.said = newPattern(words)
		need(l.items.empty(), "项目")
	}
	limits := !math.IsNaN(l.Lower) || !math.IsNaN(l.Upper)
	switch l.Kind {
	case kindRange:
		need(math.IsNaN(l.Lower) || math.IsNaN(l.Upper), "上下限")
	case kindUnit:
		need(math.IsNaN(l.Lower) || math.IsNaN(l.Upper), "上下限")
		need(len(l.units) == 0, "单位")
	case kindPair:
		p.relation(l)
	case kindAge:
		need(!limits, "下限或上限")
		p.word(l, ageWords())
	case kindSex:
		need(l.sex == "", "性别")
		need(l.Text == "", "提示")
	case kindConclusion, kindDisease, kindExpected:
		need(l.hazard.empty(), "危害因素")
		need(l.Text == "", "提示")
	case kindNothing:
		need(l.Text == "", "提示")
	case kindWords:
		need(l.said.empty(), "词（写法：项目 写有 词|词）")
		need(l.Text == "", "提示")
	case kindBatch:
		p.word(l, batchWords())
	default:
		p.wrong(l.Row, "类别“"+string(l.Kind)+"”不认识，可写 范围、单位、成对、年龄、性别、结论、无异常、疾病、应检、文字、批内")
	}
}

// word holds the item of a line against the words that its kind knows.
func (p *parser) word(l *Line, known []string) {
	for _, w := range known {
		if l.Items == w {
			return
		}
	}
	p.wrong(l.Row, "类别“"+string(l.Kind)+"”的项目只能写 "+strings.Join(known, "、"))
}

// number writes a limit as it stands in the file.
func number(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// within reports whether a value lies between the limits of a line.
func (l *Line) within(v float64) bool { return !(v < l.Lower) && !(v > l.Upper) }
