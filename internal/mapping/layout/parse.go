package layout

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	yaml "go.yaml.in/yaml/v3"

	"hbupload/internal/notation"
	"hbupload/internal/spec"
)

// The bounds of a mapping file. Aliases are refused altogether, so that its
// size is all there is of it.
const (
	MaxFile  = 1 << 20
	maxDepth = 24
)

// Parse reads and checks a mapping file. The error is an *Error with all
// problems.
func Parse(file string, text []byte) (*Layout, error) {
	p := &parser{file: file, tables: map[string]*Table{}}
	if root := p.document(text); root != nil {
		p.layout(root)
	}
	if len(p.problems) > 0 {
		err := &Error{File: file, Problems: p.problems}
		err.order()
		return nil, err
	}
	return p.out, nil
}

type parser struct {
	file     string
	out      *Layout
	tables   map[string]*Table
	problems []Problem
}

func (p *parser) wrong(n *yaml.Node, format string, args ...any) {
	p.problems = append(p.problems, Problem{Line: n.Line, Column: n.Column, Message: fmt.Sprintf(format, args...)})
}

// document is the file's top mapping, nil with a problem.
func (p *parser) document(text []byte) *yaml.Node {
	fail := func(line int, message string) *yaml.Node {
		p.problems = append(p.problems, Problem{Line: line, Column: 1, Message: message})
		return nil
	}
	switch {
	case len(text) > MaxFile:
		return fail(0, "文件超过 1 MiB，不是映射文件；长的对照表请放到 CSV 里（tables: {名称: {file: 对照.csv}}）")
	case !utf8.Valid(text):
		return fail(0, "不是 UTF-8 编码；请在编辑器里另存为 UTF-8")
	}
	top, err := notation.Document(text)
	var bad *notation.Error
	switch {
	case errors.As(err, &bad):
		return fail(bad.Line, "YAML 写法有误："+bad.Message)
	case top == nil:
		return fail(0, "没有内容，或不是 YAML")
	case top.Kind != yaml.MappingNode:
		return fail(1, "最外层应是“键: 值”，至少要有 sheets")
	case !p.sound(top, 1):
		return nil
	}
	return top
}

// sound refuses what can blow up, before anything is read.
func (p *parser) sound(n *yaml.Node, depth int) bool {
	switch {
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		p.wrong(n, "不支持 YAML 的引用（& 和 *）；同一张表请写在 tables 里，用名称引用；以 * 开头的文字请加引号")
		return false
	case depth > maxDepth:
		p.wrong(n, "嵌套太深")
		return false
	}
	ok := true
	for _, c := range n.Content {
		ok = p.sound(c, depth+1) && ok
		if len(p.problems) > 100 {
			return false
		}
	}
	return ok
}

// each calls f for the keys of a mapping; a key twice is a problem.
func (p *parser) each(n *yaml.Node, what string, f func(key, value *yaml.Node)) {
	if n.Kind == yaml.ScalarNode && n.Tag == "!!null" {
		return // a block whose lines are all comments still
	}
	if n.Kind != yaml.MappingNode {
		p.wrong(n, "%s应写成“键: 值”", what)
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		if k.Kind != yaml.ScalarNode {
			p.wrong(k, "键应是文字")
			continue
		}
		if seen[k.Value] {
			p.wrong(k, "“%s”写了两次", k.Value)
			continue
		}
		seen[k.Value] = true
		f(k, n.Content[i+1])
	}
}

// unknown is the problem of a key nobody knows.
func (p *parser) unknown(k *yaml.Node, known ...string) {
	p.wrong(k, "不认识“%s”，可用的有 %s", k.Value, strings.Join(known, "、"))
}

// text is a scalar as written: 0123 stays 0123, whatever YAML makes of it.
func (p *parser) text(n *yaml.Node, what string) string {
	if n.Kind != yaml.ScalarNode {
		p.wrong(n, "%s应是一段文字", what)
		return ""
	}
	if n.Tag == "!!null" {
		return ""
	}
	return n.Value
}

// texts is a scalar or a list of them.
func (p *parser) texts(n *yaml.Node, what string) []string {
	if n.Kind != yaml.SequenceNode {
		return []string{p.text(n, what)}
	}
	var out []string
	for _, c := range n.Content {
		out = append(out, p.text(c, what))
	}
	return out
}

func (p *parser) yes(n *yaml.Node, what string) bool {
	switch p.text(n, what) {
	case "true", "是", "yes":
		return true
	case "false", "否", "no":
		return false
	}
	p.wrong(n, "%s应是 true 或 false", what)
	return false
}

func (p *parser) pattern(n *yaml.Node, what string) *regexp.Regexp {
	re, err := notation.Pattern(p.text(n, what))
	if err != nil {
		p.wrong(n, "%s不是合法的正则表达式：%v；%s", what, err, notation.PatternHint)
		return nil
	}
	return re
}

func (p *parser) layout(root *yaml.Node) {
	p.out = &Layout{File: p.file}
	// Tables first: rules name them.
	p.each(root, "映射文件", func(k, v *yaml.Node) {
		if k.Value == "tables" {
			p.each(v, "tables ", func(k, v *yaml.Node) { p.namedTable(k, v) })
		}
	})
	p.each(root, "映射文件", func(k, v *yaml.Node) {
		switch k.Value {
		case "tables":
		case "name":
			p.out.Name = p.text(v, "name ")
		case "fingerprint":
			p.out.Fingerprint = p.text(v, "fingerprint ")
		case "blank":
			p.out.Blank = p.texts(v, "blank ")
		case "recheck":
			p.out.Inherit = p.switched(v, "recheck", "inherit")
		case "unmarked":
			p.out.ByLimits = p.switched(v, "unmarked", "by_limits")
		case "sheets":
			if v.Kind != yaml.SequenceNode {
				p.wrong(v, "sheets 应是列表，每张表以“- ”开头")
				return
			}
			for _, s := range v.Content {
				p.sheet(s)
			}
		default:
			p.unknown(k, "name", "fingerprint", "recheck", "unmarked", "blank", "tables", "sheets")
		}
	})
	if len(p.problems) == 0 {
		p.whole(root)
	}
}

// switched reads a key that says one word or off.
func (p *parser) switched(v *yaml.Node, key, on string) bool {
	word := p.text(v, key+" ")
	if word != on && word != "off" && word != "" {
		p.wrong(v, "%s 只能是 %s 或 off", key, on)
	}
	return word == on
}

// whole is what only all sheets together can show.
func (p *parser) whole(root *yaml.Node) {
	persons := 0
	items := 0
	for _, s := range p.out.Sheets {
		named := false
		for _, r := range s.Person {
			named = named || r.Field == spec.PatientName || r.Field == spec.IDCard
		}
		if named {
			persons++
		} else if len(s.Key) == 0 {
			p.problems = append(p.problems, Problem{Line: s.Line, Column: 1, Message: "这张表没有姓名、证件号，需要 key（体检编号的列）才能与体检信息相连"})
		}
		items += len(s.Items)
		if len(p.out.Sheets) > 1 && s.Name == "" && s.Pattern == nil && !s.OfFile() {
			p.problems = append(p.problems, Problem{Line: s.Line, Column: 1, Message: "映射有多张表时，每张都要写 sheet（表名）或 file（文件名）"})
		}
		if s.Repeated && len(s.Key) == 0 {
			p.problems = append(p.problems, Problem{Line: s.Line, Column: 1, Message: "rows: repeated 需要 key，才知道哪些行是同一人"})
		}
	}
	if persons != 1 {
		p.wrong(root, "应有且只有一张表的 person 里有姓名或身份证号，现在有 %d 张", persons)
	}
}

func (p *parser) sheet(n *yaml.Node) {
	s := &Sheet{Line: n.Line}
	p.out.Sheets = append(p.out.Sheets, s)
	p.each(n, "sheets 的每一项", func(k, v *yaml.Node) {
		switch k.Value {
		case "sheet":
			s.Name, s.Pattern = p.named(v, "sheet ")
		case "file":
			s.File, s.FilePattern = p.named(v, "file ")
		case "header":
			p.headerRows(s, v)
		case "rows":
			switch p.text(v, "rows ") {
			case "repeated":
				s.Repeated = true
			case "person", "":
			default:
				p.wrong(v, "rows 只能是 person（一行一人）或 repeated（一人多行）")
			}
		case "where":
			s.Where = p.conds(v)
		case "key":
			p.key(s, v)
		case "first":
			first := p.oneRef(v, "first ")
			s.First = &first
		case "columns":
			s.Columns = p.texts(v, "columns ")
		case "person":
			s.Person = p.rules(v, spec.SectionPerson)
		case "every_hazard":
			s.EveryHazard = p.rules(v, spec.SectionHazard)
		case "hazards":
			s.Hazards = p.groups(v, spec.SectionHazard)
		case "items":
			s.Items = p.groups(v, spec.SectionItem)
		default:
			p.unknown(k, "sheet", "file", "header", "rows", "where", "key", "first", "columns", "person", "every_hazard", "hazards", "items")
		}
	})
}

// key reads the columns of the exam key. {column, values} is a number that a table
// turns into the exam key.
func (p *parser) key(s *Sheet, n *yaml.Node) {
	if n.Kind != yaml.MappingNode {
		s.Key = p.refs(n, "key ")
		return
	}
	p.each(n, "key ", func(k, v *yaml.Node) {
		switch k.Value {
		case "column", "position", "pattern":
			s.Key = []Ref{p.ref(k, v)}
		case "values":
			s.KeyValues = p.table(v)
		default:
			p.unknown(k, "column", "position", "pattern", "values")
		}
	})
}

// named is a name, or between slashes a pattern of names.
func (p *parser) named(n *yaml.Node, what string) (string, *regexp.Regexp) {
	name := p.text(n, what)
	if len(name) > 2 && strings.HasPrefix(name, "/") && strings.HasSuffix(name, "/") {
		inner := *n
		inner.Value = name[1 : len(name)-1]
		return "", p.pattern(&inner, what)
	}
	return name, nil
}

func (p *parser) headerRows(s *Sheet, n *yaml.Node) {
	for _, text := range p.texts(n, "header ") {
		if text == "auto" {
			continue
		}
		row, err := strconv.ParseInt(text, 10, 32)
		if err != nil || row < 1 || row > 1000 {
			p.wrong(n, "header 应是表头的行号，例如 3 或 [3, 4]")
			return
		}
		s.HeaderRows = append(s.HeaderRows, int32(row))
	}
	if r := s.HeaderRows; len(r) > 2 || len(r) == 2 && r[1] != r[0]+1 {
		p.wrong(n, "表头只能是一行，或相邻的两行")
	}
}
