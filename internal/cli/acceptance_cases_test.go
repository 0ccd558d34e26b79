package cli

import (
	"fmt"
	"maps"
	"os"
	"strconv"
	"strings"
	"testing"

	"hbupload/internal/ident"
	"hbupload/internal/spec"
)

// caseRow is one row of a case: header → cell as cases.txt writes it.
type caseRow map[string]string

// casePerson is one case: its rows by sheet, and what must be found.
type casePerson struct {
	name   string
	key    string
	orphan bool // the child rows have no person
	rows   [spec.NumSheets][]caseRow
	wants  []caseWant
}

// caseWant is a finding at a cell of the case's own rows.
type caseWant struct {
	rule, severity string
	sheet          spec.SheetID
	row            int
	header         string
}

// readCases reads a base person and the cases that differ from it.
func readCases(t *testing.T, path string) []*casePerson {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	base := &casePerson{rows: [spec.NumSheets][]caseRow{{caseRow{}}}}
	var all []*casePerson
	p := base
	for n, line := range strings.Split(string(text), "\n") {
		line = strings.TrimRight(line, "\r")
		if name, ok := strings.CutPrefix(line, "case "); ok {
			p = base.copy(len(all))
			p.name = name
			all = append(all, p)
			continue
		}
		if !p.read(line) {
			t.Fatalf("%s, line %d: %q", path, n+1, line)
		}
	}
	return all
}

// copy is the n-th person, who is nobody in particular.
func (p *casePerson) copy(n int) *casePerson {
	out := &casePerson{key: fmt.Sprintf("K%04d", n)}
	for s := range p.rows {
		for _, r := range p.rows[s] {
			out.rows[s] = append(out.rows[s], maps.Clone(r))
		}
	}
	first := fmt.Sprintf("13010219900203%03d", (2*n+1)%1000)
	check, _ := ident.IDCardCheckDigit(first)
	out.rows[spec.SheetPerson][0]["身份证号"] = first + string(check)
	out.rows[spec.SheetPerson][0]["姓名"] = "测试" + string([]rune("甲乙丙丁戊己庚辛壬癸")[n%10]) + string([]rune("一二三四五六七八九十")[n/10%10])
	return out
}

// read takes one line of a case; false is one that means nothing.
func (p *casePerson) read(line string) bool {
	switch {
	case line == "" || line == "base" || strings.HasPrefix(line, "#"):
		return true
	case line == "orphan":
		p.orphan = true
		p.rows[spec.SheetPerson] = nil
		return true
	case line == "+h" || line == "+i":
		s := caseSheet(line[1])
		p.rows[s] = append(p.rows[s], caseRow{})
		return true
	case line == "-h" || line == "-i":
		p.rows[caseSheet(line[1])] = nil
		return true
	case strings.HasPrefix(line, "= "):
		return p.want(strings.Fields(line[2:]))
	}
	at, value, _ := strings.Cut(line, "\t")
	if at == "key" {
		p.key = value
		return true
	}
	s, row, header, ok := caseCell(at)
	if !ok || row >= len(p.rows[s]) {
		return false
	}
	p.rows[s][row][header] = value
	return true
}

func (p *casePerson) want(words []string) bool {
	if len(words) != 3 {
		return false
	}
	w := caseWant{rule: words[0], severity: words[2]}
	var ok bool
	w.sheet, w.row, w.header, ok = caseCell(words[1])
	p.wants = append(p.wants, w)
	return ok
}

func caseSheet(letter byte) spec.SheetID {
	return spec.SheetID(strings.IndexByte("phi", letter))
}

// caseCell reads p/姓名, h0/危害因素, i3/符号.
func caseCell(at string) (s spec.SheetID, row int, header string, ok bool) {
	where, header, ok := strings.Cut(at, "/")
	if !ok || where == "" || !strings.Contains("phi", where[:1]) {
		return 0, 0, "", false
	}
	if len(where) > 1 {
		n, err := strconv.Atoi(where[1:])
		row, ok = n, err == nil
	}
	s = caseSheet(where[0])
	return s, row, header, ok && caseColumn(s, header) > 0
}

// caseColumn is the 1-based column of a header, 0 for none.
func caseColumn(s spec.SheetID, header string) int {
	for i, f := range spec.SheetFields(s) {
		if f.Label == header {
			return i + 1
		}
	}
	return 0
}
