package draft

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"hbupload/internal/spec"
	"hbupload/internal/table/grid"
)

// keys find by which columns sheets are joined.
type keys struct {
	exp    *export
	voc    *vocabulary
	tables []string // lines of the tables by which one number becomes another
}

// findShared looks whether first examinations and re-examinations have the same number,
// told apart by a column that says which it is: then both columns are the key. A sheet
// that is joined by the number and lacks that column cannot be told apart.
func (k *keys) findShared(ctx context.Context) error {
	if k.exp.primary.key == nil {
		return nil
	}
	marks := map[*sheet]*column{}
	for _, s := range k.exp.sheets {
		if s.key == nil {
			continue
		}
		mark, sure := k.voc.find(s, spec.PeFlag)
		if sure < sureEnough {
			return nil
		}
		marks[s] = mark
	}
	shared, err := k.isShared(ctx, k.exp.primary, marks[k.exp.primary])
	if err != nil || !shared {
		return err
	}
	for s, mark := range marks {
		s.mark = mark
		if s != k.exp.primary {
			mark.take(spec.PeFlag.Label(), sureEnough)
		}
	}
	return nil
}

// isShared reports whether one number stands with different marks, and none without.
func (k *keys) isShared(ctx context.Context, s *sheet, mark *column) (bool, error) {
	if len(mark.values) < 2 {
		return false, nil
	}
	met := map[string]string{}
	shared := false
	partly := false
	err := s.eachRow(ctx, func(row *grid.Row) {
		number, said := k.numberAndMark(s, mark, row)
		partly = partly || (number == "") != (said == "")
		if number == "" || said == "" {
			return
		}
		if before, known := met[number]; known {
			shared = shared || before != said
		} else {
			met[strings.Clone(number)] = strings.Clone(said)
		}
	})
	return shared && !partly, err
}

func (k *keys) numberAndMark(s *sheet, mark *column, row *grid.Row) (number, said string) {
	cell := row.Cell(s.key.Col)
	number = k.voc.lex.Key(&cell)
	cell = row.Cell(mark.Col)
	return number, k.voc.lex.Shown(&cell)
}

// guess finds the key of a sheet whose header does not say which it is: a column that
// has numbers of the persons' key, or of a column of the same name in another sheet.
func (k *keys) guess(s *sheet) {
	if s.key != nil || k.exp.primary.key == nil {
		return
	}
	s.key = cmp.Or(first(s.cols, func(c *column) bool { return !c.used && shares(c, k.exp.primary.key) }),
		first(s.cols, func(c *column) bool { return !c.used && c.all.count > 0 && numbers(c) && k.namedElsewhere(s, c) }))
	if s.key != nil {
		s.key.take(spec.ExamKey.Label(), surePart)
	}
}

// namedElsewhere reports whether another sheet has a column of the same name with some of
// its numbers.
func (k *keys) namedElsewhere(s *sheet, c *column) bool {
	return slices.ContainsFunc(k.exp.sheets, func(m *sheet) bool {
		o := m.column(c.Name)
		return m != s && o != nil && !o.used && shares(c, o)
	})
}

// other finds the table by which the number of a child sheet becomes the exam key:
// a sheet that has both numbers.
func (k *keys) other(s *sheet) string {
	if s.key == nil || k.exp.primary.key == nil || shares(s.key, k.exp.primary.key) {
		return ""
	}
	for _, m := range k.exp.sheets {
		if m == s {
			continue
		}
		from := m.column(s.key.Name)
		if from == nil || !shares(from, s.key) {
			continue
		}
		for _, to := range m.cols {
			if to != from && shares(to, k.exp.primary.key) {
				name := from.Name + "对照"
				k.tables = append(k.tables, fmt.Sprintf("  %s: {sheet: %s, from: %s, to: %s}", yamlText(name), flowText(m.src.Ref.Name), flowText(from.Name), flowText(to.Name)))
				from.claim(roleKey, sureAlias)
				if m != k.exp.primary {
					m.shape = "编号对照：" + from.Name + " → " + to.Name
					to.claim(roleKey, sureAlias)
					m.key = nil
				}
				return name
			}
		}
	}
	return ""
}

// numbers reports whether a column holds numbers of things and no words.
func numbers(c *column) bool {
	return !slices.ContainsFunc(c.values, func(v string) bool { return !strings.ContainsAny(v, "0123456789") || strings.ContainsAny(v, ".:/ ") })
}

// shares reports whether two columns have a value in common.
func shares(a, b *column) bool {
	return slices.ContainsFunc(a.values, func(v string) bool { return b.have[v] != nil })
}
