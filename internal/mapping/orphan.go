package mapping

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/width"

	"hbupload/internal/spec"
)

// near are the persons' keys that an orphan's differs from by zeros, width, case or
// blanks only: one sheet held it as a number, or a person typed it. They never
// join: 12 may as well be somebody who was left out.
func (p *people) near(key string) []string {
	bare := bareKey(key)
	if bare == "" {
		return nil
	}
	if p.nearby == nil {
		p.nearby = make(map[string][]string, p.ordinal.len())
		for k := range p.ordinal.all() {
			short := bareKey(k)
			p.nearby[short] = append(p.nearby[short], k)
		}
	}
	return p.nearby[bare]
}

// has reports whether a key is a person's.
func (p *people) has(key string) bool {
	_, person := p.ordinal.find(key)
	return person && key != ""
}

// recordKeys are the keys by which a person's record may be known.
func (p *people) recordKeys(key string) []string {
	if places, joined := p.places[key]; joined {
		return places
	}
	return []string{key}
}

// bareKey is a key without blanks, of one width and case, and without the zeros that
// each run of its digits begins with.
func bareKey(key string) string {
	var b strings.Builder
	digits := false
	for _, r := range strings.ToUpper(width.Fold.String(key)) {
		switch {
		case blankRune(r) || invisible(r):
			continue
		case r == '0' && !digits:
			continue
		}
		digits = unicode.IsDigit(r)
		b.WriteRune(r)
	}
	return b.String()
}

// joined makes sure that each sheet of a child table found at least one of its
// persons: else its key is another one, and people would be sent without what
// stands on it.
func (p *pass) joined() error {
	for i, t := range p.tables {
		if i == p.primary {
			continue
		}
		for _, one := range t.parts {
			if one.tally.used == 0 && one.tally.orphans > 0 {
				return p.apart(one)
			}
		}
	}
	return nil
}

// apart says that no row of a sheet finds its person, naming the two key columns.
func (p *pass) apart(one *part) error {
	e := &Error{File: one.sheet.Ref.File, Fix: "请核对两张表的编号是不是同一种编号（同一次导出、同样的列），改好后重新执行；有映射时核对两张表的 key"}
	t := p.tables[p.primary]
	if p.people.ordinal.len() == 0 {
		e.Message = fmt.Sprintf("「%s」有 %d 行，但没有一行能找到对应的人：「%s」里没有人", one.sheet.Ref.Name, one.tally.orphans, t.title())
		return e
	}
	e.Message = fmt.Sprintf("「%s」的 %d 行没有一行能找到对应的人：它的 %s 与「%s」的 %s 没有一个相同",
		one.sheet.Ref.Name, one.tally.orphans, keyColumns(one), t.parts[0].sheet.Ref.Name, keyColumns(t.parts[0]))
	return e
}

// keyColumns names the columns by which a sheet is joined.
func keyColumns(p *part) string {
	if len(p.bound.key) == 0 || p.bound.key[0] == 0 {
		return "“" + spec.ExamKey.Label() + "”列（表里没有）"
	}
	names := make([]string, len(p.bound.key))
	for i, col := range p.bound.key {
		names[i] = spec.ColumnName(int(col)) + " 列"
		if name := p.bound.names[col]; name != "" {
			names[i] += "“" + name + "”"
		}
	}
	return strings.Join(names, "、")
}
