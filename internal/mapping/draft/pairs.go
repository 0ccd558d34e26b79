package draft

import (
	"context"
	"strings"

	"hbupload/internal/mapping"
	"hbupload/internal/table/grid"
)

// pairs counts what stands in a column together with others: the names of items
// with their results.
type pairs struct {
	lex                           *mapping.Lexicon
	name, result, unit, low, high *column
	have                          map[string]*pair
	names                         []string
}

// pair is an item's name with its results.
type pair struct {
	seen
	unit, limits string
	results      *column
}

// maxNames bounds the items of a sheet with a row an item.
const maxNames = 5000

// count reads the sheet again for the items that have results.
func (p *pairs) count(ctx context.Context, s *sheet) error {
	p.have = map[string]*pair{}
	persons := counter{lex: p.lex}
	if s.key != nil {
		persons.key = s.key.Col
	}
	return s.eachRow(ctx, func(row *grid.Row) { p.pair(row, persons.of(row)) })
}

func (p *pairs) pair(row *grid.Row, person int) {
	text := func(c *column) string {
		if c == nil {
			return ""
		}
		cell := row.Cell(c.Col)
		return p.lex.Shown(&cell)
	}
	name := text(p.name)
	result := text(p.result)
	if name == "" || result == "" {
		return
	}
	one := p.have[name]
	if one == nil {
		if len(p.names) >= maxNames {
			return
		}
		name = strings.Clone(name)
		one = &pair{results: newColumn("")}
		p.have[name] = one
		p.names = append(p.names, name)
	}
	one.add(person)
	one.results.note(strings.Clone(result), person)
	if one.unit == "" {
		one.unit = strings.Clone(text(p.unit))
	}
	if one.limits == "" {
		one.limits = strings.Clone(joinLimits(text(p.low), text(p.high)))
	}
}

// joinLimits is a range of two limits, or one that stands in one cell.
func joinLimits(low, high string) string {
	if low == "" || high == "" {
		return low + high
	}
	return low + "-" + high
}
