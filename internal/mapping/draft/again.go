package draft

import (
	"context"
	"slices"
	"strings"

	"hbupload/internal/spec"
	"hbupload/internal/table/grid"
)

// findShared looks whether first examinations and re-examinations have the same number,
// told apart by a column that says which it is: then both columns are the key. A sheet
// that is joined by the number and lacks that column cannot be told apart.
func (d *drafter) findShared(ctx context.Context) error {
	if d.primary.key == nil {
		return nil
	}
	marks := map[*sheet]*column{}
	for _, s := range d.sheets {
		if s.key == nil {
			continue
		}
		mark, sure := d.find(s, spec.PeFlag)
		if sure < sureEnough {
			return nil
		}
		marks[s] = mark
	}
	shared, err := d.shares(ctx, d.primary, marks[d.primary])
	if err != nil || !shared {
		return err
	}
	for s, mark := range marks {
		s.mark = mark
		if s != d.primary {
			d.take(mark, spec.PeFlag.Label(), sureEnough)
		}
	}
	return nil
}

// shares reports whether one number stands with different marks, and none without.
func (d *drafter) shares(ctx context.Context, s *sheet, mark *column) (bool, error) {
	if len(mark.values) < 2 {
		return false, nil
	}
	met := map[string]string{}
	shared := false
	partly := false
	err := s.eachRow(ctx, func(row *grid.Row) {
		number, said := d.numberAndMark(s, mark, row)
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

func (d *drafter) numberAndMark(s *sheet, mark *column, row *grid.Row) (number, said string) {
	cell := row.Cell(s.key.Col)
	number = d.lex.Key(&cell)
	cell = row.Cell(mark.Col)
	return number, d.lex.Shown(&cell)
}

// addFirst names the column by which a re-examination finds its first examination,
// where rows of re-examinations do not say who the person is.
func (d *drafter) addFirst(s *sheet) {
	if s != d.primary || d.complete(spec.PatientName, spec.IDCard) {
		return
	}
	switch {
	case s.mark != nil:
		s.add(4, "first: "+yamlText(s.key.Name)+"          # 复查的行没有姓名、证件号时，取自同号的初检")
	case s.again != nil:
		s.add(4, "first: "+yamlText(s.again.Name)+"          # 复查的行没有姓名、证件号时，取自这个编号的初检")
	}
}

// complete reports whether the columns of these fields have a value for every person.
// Fields without a column count as complete: there is nothing that a row could lack.
func (d *drafter) complete(ids ...spec.FieldID) bool {
	return !slices.ContainsFunc(d.primary.cols, func(c *column) bool {
		return c.all.count < d.primary.rows && slices.ContainsFunc(ids, func(id spec.FieldID) bool { return c.field == id.Label() })
	})
}

// askAgain asks whether re-examinations take what they do not repeat from the first
// examination. Where nobody is concerned the line stands there for who wants it.
func (d *drafter) askAgain() []string {
	people := d.reexamined()
	if people == 0 || d.complete(spec.SmokingStatus, spec.ProtectiveEquipmentCode, spec.HazardStartDate) {
		return []string{candidateMark + "recheck: inherit     # 复查的人吸烟史、防护、接害工龄空白时，取自同一文件中的初检"}
	}
	q := Question{ID: makeID(kindQuestion, "复查的人没有写的内容"), Where: spec.PeFlag.Label(), People: people,
		Text: "复查的人没有写吸烟史、防护、接害工龄的，取自同一文件里本人的初检吗？", Why: "复查的导出常常不重复这些内容；检查结果从不这样取"}
	return d.ask(q, candidate{"是：取自本人的初检", "recheck: inherit"}, no("不是：留空，这些人不上传"))
}

// reexamined is how many people come again, as their rows say.
func (d *drafter) reexamined() int {
	if c := d.primary.again; c != nil {
		return c.all.people
	}
	n := 0
	for _, c := range d.primary.cols {
		if c.field != spec.PeFlag.Label() {
			continue
		}
		for word, s := range c.have {
			if strings.Contains(word, "复") || word == spec.PeFlagRecheck {
				n += s.people
			}
		}
	}
	return n
}
