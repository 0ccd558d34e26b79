package draft

import (
	"context"
	"fmt"
	"slices"

	"hbupload/internal/mapping/layout"
	"hbupload/internal/spec"
)

// rangeSheet is a sheet that holds units and ranges of items, for columns that have none.
type rangeSheet struct {
	sheet                       *sheet
	item, unit, low, high, both *column
}

// findRanges finds such a sheet: items with ranges, and nobody they belong to.
func (it *items) findRanges(ctx context.Context, sheets []*sheet) error {
	for _, s := range sheets {
		_, key := it.voc.find(s, spec.ExamKey)
		_, name := it.voc.find(s, spec.PatientName)
		_, result := it.voc.find(s, spec.Result)
		item, sure := it.voc.find(s, spec.ItemCode)
		if sure < sureEnough || max(key, name, result) >= sureEnough || it.ranges != nil {
			continue
		}
		r := &rangeSheet{sheet: s, item: item, both: s.rangeColumn()}
		for id, into := range map[spec.FieldID]**column{spec.Unit: &r.unit, spec.LowerLimit: &r.low, spec.UpperLimit: &r.high} {
			if c, sure := it.voc.find(s, id); sure >= sureEnough {
				*into = c
			}
		}
		if r.both == nil && (r.low == nil || r.high == nil) {
			continue
		}
		it.ranges = r
		s.shape = "各检查项目的单位和参考范围"
		for _, c := range []*column{r.item, r.unit, r.low, r.high, r.both} {
			if c != nil {
				c.claim(roleRanges, sureAlias)
			}
		}
		if err := it.rangeNames(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

// rangeNames takes from the sheet what the short names of items mean, where a second
// column says it.
func (it *items) rangeNames(ctx context.Context, r *rangeSheet) error {
	for _, c := range r.sheet.cols {
		known := slices.DeleteFunc(slices.Clone(c.values), func(v string) bool { return len(it.names.entries(v)) != 1 })
		if c.used || len(known)*2 <= len(c.values) {
			continue
		}
		p := &pairs{lex: it.voc.lex, name: r.item, result: c}
		if err := p.count(ctx, r.sheet); err != nil {
			return err
		}
		for _, short := range p.names {
			found := it.names.entries(p.have[short].results.values[0])
			if len(p.have[short].results.values) == 1 && len(found) == 1 && len(it.names.entries(short)) == 0 {
				it.voc.items[layout.WordKey(short)] = found[0].Name
			}
		}
		c.claim(roleRanges, sureAlias)
		return nil
	}
	return nil
}

// is reports whether this is the sheet.
func (r *rangeSheet) is(s *sheet) bool { return r != nil && r.sheet == s }

// tables are the lines of the named tables that the sheet is read by.
func (r *rangeSheet) tables() []string {
	var out []string
	for _, one := range r.columns() {
		out = append(out, fmt.Sprintf("  %s表: {sheet: %s, from: %s, to: %s}", one.label, flowText(r.sheet.src.Ref.Name), flowText(r.item.Name), flowText(one.col.Name)))
	}
	return out
}

// labelled is a column with the label that it feeds.
type labelled struct {
	label string
	col   *column
}

func (r *rangeSheet) columns() []labelled {
	if r == nil {
		return nil
	}
	var out []labelled
	if r.unit != nil {
		out = append(out, labelled{spec.Unit.Label(), r.unit})
	}
	if r.both != nil {
		return append(out, labelled{"参考范围", r.both})
	}
	return append(out, labelled{spec.LowerLimit.Label(), r.low}, labelled{spec.UpperLimit.Label(), r.high})
}

// lookups are the lines of a group of items that take unit and range from the sheet.
func (r *rangeSheet) lookups(fed feeds) []string {
	var out []string
	for _, one := range r.columns() {
		id, known := fieldOf(one.label)
		if known && fed[id.ID] || !known && fed[spec.LowerLimit] {
			continue
		}
		out = append(out, one.label+`: {value: "{item}", values: `+one.label+"表}")
	}
	return out
}
