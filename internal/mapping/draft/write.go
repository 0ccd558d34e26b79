package draft

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"hbupload/internal/mapping/layout"
)

func (s *sheet) add(indent int, line string) {
	s.lines = append(s.lines, strings.Repeat(" ", indent)+line)
}

func (s *sheet) addKey() {
	switch {
	case s.key == nil:
	case s.mark != nil:
		s.add(4, "key: ["+flowText(s.key.Name)+", "+flowText(s.mark.Name)+"]          # 初检和复查同号")
	case s.keyTable != "":
		s.add(4, "key: {column: "+flowText(s.key.Name)+", values: "+flowText(s.keyTable)+"}")
	default:
		s.add(4, "key: "+yamlText(s.key.Name))
	}
}

func (s *sheet) section(title string, lines []string) {
	if len(lines) == 0 {
		return
	}
	s.add(4, title)
	for _, l := range lines {
		s.add(6, l)
	}
}

// list writes groups; a line "-" begins the next.
func (s *sheet) list(title string, lines []string) {
	if len(lines) == 0 {
		return
	}
	s.add(4, title)
	first := true
	for _, l := range lines {
		switch {
		case l == "-":
			first = true
		case first:
			s.add(6, "- "+l)
			first = false
		default:
			s.add(8, l)
		}
	}
}

// finish puts the draft together.
func (d *drafter) finish() *Draft {
	var used []*sheet
	for _, s := range d.sheets {
		if len(s.lines) > 0 {
			used = append(used, s)
		}
	}
	body := d.body(used)
	d.order()
	d.report()
	d.out.Text = strings.Map(printable, d.head()+body)
	return &d.out
}

// YAML is the draft as a mapping file.
func (d *Draft) YAML() []byte { return []byte(d.Text) }

// Open is how many questions, words and items a person must answer.
func (d *Draft) Open() (questions, words, items int) {
	for i := range d.Words {
		if d.Words[i].Choice == "" {
			words++
		}
	}
	for i := range d.Items {
		if d.Items[i].Choice == "" {
			items++
		}
	}
	return len(d.Questions), words, items
}

// head says what the file is and what is asked.
func (d *drafter) head() string {
	var b strings.Builder
	base := oneLineText(filepath.Base(d.out.Input))
	_, words, items := d.out.Open()
	fmt.Fprintf(&b, "# %s 的映射，由 hbupload map init 生成。可以直接使用；%d 个问题、%d 个词、%d 个项目请看一遍：\n", base, len(d.out.Questions), words, items)
	b.WriteString("# 带 #? 的行是候选答案，选中的一行删去行首的 #? 这两个字符即生效（不要动别的空格）。改好后执行：\n")
	fmt.Fprintf(&b, "#   hbupload map check 本文件 %s\n#\n", base)
	for i, q := range d.out.Questions {
		fmt.Fprintf(&b, "#   问题 %d（%d 人）：%s\n", i+1, q.People, oneLineText(q.Text))
	}
	return b.String()
}

// body is the mapping itself.
func (d *drafter) body(used []*sheet) string {
	var b strings.Builder
	var headers [][]string
	for _, s := range used {
		headers = append(headers, s.names())
	}
	fmt.Fprintf(&b, "name: %s\nfingerprint: %s          # 表头的指纹，用来自动选择映射\n", yamlText(d.out.Name), strconv.Quote(layout.Fingerprint(headers)))
	for _, line := range append(d.askAgain(), d.askUnmarked()...) {
		b.WriteString(line + "\n")
	}
	b.WriteString("blank: [/, —, ——]          # 这些写法在任何列都等于空白\n")
	tables := append(d.itemLines(), d.tableLines()...)
	if d.ranges != nil {
		tables = append(tables, d.ranges.tables()...)
	}
	if tables = append(tables, d.moreTables...); len(tables) > 0 {
		b.WriteString("tables:\n")
		for _, l := range tables {
			b.WriteString(l + "\n")
		}
	}
	for _, s := range d.sheets {
		if len(s.lines) == 0 && !strings.HasPrefix(s.shape, "编号对照") && (d.ranges == nil || d.ranges.sheet != s) {
			fmt.Fprintf(&b, "# 没有用到的表：%s\n", oneLineText(d.title(s.src)))
		}
	}
	for _, name := range d.unread {
		fmt.Fprintf(&b, "# 没有用到的表（没有认出表头）：%s\n", oneLineText(name))
	}
	b.WriteString("sheets:\n")
	for _, s := range used {
		s.write(&b, d.fileLine(s))
	}
	return b.String()
}

// fileLine names the file of a sheet whose own name says too little.
func (d *drafter) fileLine(s *sheet) string {
	if d.file(s.src) == "" || !d.ambiguous(s) {
		return ""
	}
	return "    file: " + yamlText(d.file(s.src)) + "\n"
}

func (s *sheet) write(b *strings.Builder, file string) {
	fmt.Fprintf(b, "  - sheet: %s          # %s\n%s", yamlText(s.src.Ref.Name), s.shape, file)
	var quoted []string
	for _, n := range s.names() {
		quoted = append(quoted, flowText(n))
	}
	if s.told {
		fmt.Fprintf(b, "    header: [%d, %d]\n", s.head[0], s.head[1])
	}
	fmt.Fprintf(b, "    columns: [%s]\n", strings.Join(quoted, ", "))
	for _, l := range s.lines {
		b.WriteString(strings.TrimRight(l, " ") + "\n")
	}
	var unused []string
	for _, c := range s.cols {
		if !c.used {
			unused = append(unused, oneLineText(c.Name))
		}
	}
	if len(unused) > 0 {
		fmt.Fprintf(b, "    # 没有用到的列：%s\n", strings.Join(unused, "、"))
	}
}

// report lists the sheets and columns.
func (d *drafter) report() {
	d.out.Unread = append([]string{}, d.unread...)
	if d.out.Questions == nil {
		d.out.Questions = []Question{}
	}
	if d.out.Words == nil {
		d.out.Words = []Word{}
	}
	if d.out.Items == nil {
		d.out.Items = []Item{}
	}
	for _, s := range d.sheets {
		file := d.file(s.src)
		one := Sheet{File: file, Name: s.src.Ref.Name, HeaderRows: s.head, Rows: s.rows, Shape: s.shape, Columns: []Column{}}
		for _, c := range s.cols {
			one.Columns = append(one.Columns, Column{ID: ColumnID(file, s.src.Ref.Name, c.Name), File: file, Sheet: s.src.Ref.Name, Header: c.Name, Values: c.all.count,
				Samples: c.samples(), Field: c.field, Confidence: c.sure, Fixed: c.fixed})
		}
		d.out.Sheets = append(d.out.Sheets, one)
		d.out.Columns = append(d.out.Columns, one.Columns...)
	}
	d.out.Sheets = append(d.out.Sheets, d.further...)
}
