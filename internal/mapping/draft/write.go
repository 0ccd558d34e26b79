package draft

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"hbupload/internal/mapping/layout"
	"hbupload/internal/spec"
)

// writer puts the draft together from what was decided and asked.
type writer struct {
	exp     *export
	ranges  *rangeSheet
	out     Draft
	options []string // lines about the whole export
	tables  []string // lines
}

// finish puts the draft together.
func (w *writer) finish() *Draft {
	var used []*sheet
	for _, s := range w.exp.sheets {
		if len(s.lines) > 0 {
			used = append(used, s)
		}
	}
	body := w.body(used)
	w.order()
	w.report()
	w.out.Text = strings.Map(printable, w.head()+body)
	return &w.out
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
func (w *writer) head() string {
	var b strings.Builder
	base := oneLineText(filepath.Base(w.out.Input))
	_, words, items := w.out.Open()
	fmt.Fprintf(&b, "# %s 的映射，由 hbupload map init 生成。可以直接使用；%d 个问题、%d 个词、%d 个项目请看一遍：\n", base, len(w.out.Questions), words, items)
	b.WriteString("# 带 #? 的行是候选答案，选中的一行删去行首的 #? 这两个字符即生效（不要动别的空格）。改好后执行：\n")
	fmt.Fprintf(&b, "#   hbupload map check 本文件 %s\n#\n", base)
	for i, q := range w.out.Questions {
		fmt.Fprintf(&b, "#   问题 %d（%d 人）：%s\n", i+1, q.People, oneLineText(q.Text))
	}
	return b.String()
}

// body is the mapping itself.
func (w *writer) body(used []*sheet) string {
	var b strings.Builder
	var headers [][]string
	for _, s := range used {
		headers = append(headers, s.names())
	}
	fmt.Fprintf(&b, "name: %s\nfingerprint: %s          # 表头的指纹，用来自动选择映射\n", yamlText(w.out.Name), strconv.Quote(layout.Fingerprint(headers)))
	for _, line := range w.options {
		b.WriteString(line + "\n")
	}
	b.WriteString("blank: [/, —, ——]          # 这些写法在任何列都等于空白\n")
	if len(w.tables) > 0 {
		b.WriteString("tables:\n" + strings.Join(w.tables, "\n") + "\n")
	}
	for _, s := range w.exp.sheets {
		if len(s.lines) == 0 && !strings.HasPrefix(s.shape, "编号对照") && !w.ranges.is(s) {
			fmt.Fprintf(&b, "# 没有用到的表：%s\n", oneLineText(w.exp.title(s.src)))
		}
	}
	for _, name := range w.exp.unread {
		fmt.Fprintf(&b, "# 没有用到的表（没有认出表头）：%s\n", oneLineText(name))
	}
	b.WriteString("sheets:\n")
	for _, s := range used {
		s.write(&b, w.fileLine(s))
	}
	return b.String()
}

// fileLine names the file of a sheet whose own name says too little.
func (w *writer) fileLine(s *sheet) string {
	if w.exp.file(s.src) == "" || !w.exp.ambiguous(s) {
		return ""
	}
	return "    file: " + yamlText(w.exp.file(s.src)) + "\n"
}

func (s *sheet) write(b *strings.Builder, file string) {
	fmt.Fprintf(b, "  - sheet: %s          # %s\n%s", yamlText(s.src.Ref.Name), s.shape, file)
	if s.told {
		fmt.Fprintf(b, "    header: [%d, %d]\n", s.head[0], s.head[1])
	}
	fmt.Fprintf(b, "    columns: [%s]\n", flowNames(s.cols))
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
func (w *writer) report() {
	for _, s := range w.exp.sheets {
		file := w.exp.file(s.src)
		one := Sheet{File: file, Name: s.src.Ref.Name, HeaderRows: s.head, Rows: s.rows, Shape: s.shape, Columns: []Column{}}
		for _, c := range s.cols {
			one.Columns = append(one.Columns, Column{ID: ColumnID(file, s.src.Ref.Name, c.Name), File: file, Sheet: s.src.Ref.Name, Header: c.Name, Values: c.all.count,
				Samples: c.samples(), Field: c.field, Confidence: c.sure, Fixed: c.fixed})
		}
		w.out.Sheets = append(w.out.Sheets, one)
		w.out.Columns = append(w.out.Columns, one.Columns...)
	}
	w.out.Sheets = append(w.out.Sheets, w.exp.further...)
}

// order puts the questions that concern most people first, and of words and items those
// that a person must choose.
func (w *writer) order() {
	w.cap()
	later := func(settled bool) int {
		if settled {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(w.out.Questions, func(a, b Question) int { return b.People - a.People })
	slices.SortStableFunc(w.out.Words, func(a, b Word) int {
		return cmp.Or(later(a.Choice != "")-later(b.Choice != ""), b.People-a.People)
	})
	slices.SortStableFunc(w.out.Items, func(a, b Item) int {
		return cmp.Or(later(a.Choice != "")-later(b.Choice != ""), later(a.Idle)-later(b.Idle), b.People-a.People)
	})
}

// cap keeps the numbers of people within those there are: in a sheet of which the key
// was found late each row counted as a person.
func (w *writer) cap() {
	most := w.exp.primary.people
	for i := range w.out.Questions {
		w.out.Questions[i].People = min(w.out.Questions[i].People, most)
	}
	for i := range w.out.Words {
		w.out.Words[i].People = min(w.out.Words[i].People, most)
	}
	for i := range w.out.Items {
		w.out.Items[i].People = min(w.out.Items[i].People, most)
	}
}

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

// addFirst names the column by which a re-examination finds its first examination,
// where rows of re-examinations do not say who the person is.
func (s *sheet) addFirst() {
	if s.complete(spec.PatientName, spec.IDCard) {
		return
	}
	switch {
	case s.mark != nil:
		s.add(4, "first: "+yamlText(s.key.Name)+"          # 复查的行没有姓名、证件号时，取自同号的初检")
	case s.again != nil:
		s.add(4, "first: "+yamlText(s.again.Name)+"          # 复查的行没有姓名、证件号时，取自这个编号的初检")
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

// insertBlock puts lines at the end of the block under a title.
func insertBlock(lines []string, title string, more []string) []string {
	at := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, title) })
	if at < 0 || len(more) == 0 {
		return lines
	}
	end := at + 1
	for end < len(lines) && strings.HasPrefix(lines[end], "      ") {
		end++
	}
	for i := range more {
		more[i] = "      " + more[i]
	}
	return slices.Insert(lines, end, more...)
}
