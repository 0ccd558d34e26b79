package mapping

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"hbupload/internal/spec"
	"hbupload/internal/table/grid"
)

// survey reads the keys of the persons, and who is examined again.
func (s *Source) survey(ctx context.Context) error {
	s.people = people{ordinal: newKeyTable(), repeats: map[string]int{}, places: map[string][]string{}}
	t := s.tables[s.primary]
	rows := newStream(ctx, t.parts, true)
	rows.keeps = !t.Repeated // else there may be many, and they are read ahead
	defer rows.close()
	look := newFirstLook(s)
	keys := newKeyer(ctx, t, false)
	for n := int32(0); ; {
		row, p, err := rows.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		look.row(p, row)
		key, err := keys.of(p, row)
		if err != nil {
			return err
		}
		_, again := s.people.ordinal.find(key)
		switch {
		case again && t.Repeated:
			continue
		case again:
			s.people.repeats[strings.Clone(key)]++ // a part of its row, which it would keep whole
		case key != "":
			s.people.ordinal.put(key, n)
			if len(p.bound.key) > 1 {
				s.people.places[key] = p.rowKeys(row) // joined above, and no part of its row
			}
		}
		n++
	}
}

// keyer tells the key by which the rows of a table belong together. In a table
// with several rows a person a blank key is that of the row above; in a child
// table it is that of the merged cell it lies under.
type keyer struct {
	ctx    context.Context //nolint:containedctx // of one reading
	table  *dataTable
	merged bool // look at merged areas
	under  map[*part][]*covered
	last   string
}

func newKeyer(ctx context.Context, t *dataTable, child bool) *keyer {
	return &keyer{ctx: ctx, table: t, merged: child && !t.Repeated, under: map[*part][]*covered{}}
}

func (k *keyer) of(p *part, row *grid.Row) (string, error) {
	key, err := k.joined(p, row)
	switch {
	case err != nil || !k.table.Repeated:
		return key, err
	case key != "":
		k.last = key
	case k.last == "":
		k.last = fmt.Sprintf("\x00%d.%d", p.index, row.Num)
	}
	return k.last, nil
}

// joined is the key's columns joined. Half a key joins nothing.
func (k *keyer) joined(p *part, row *grid.Row) (string, error) {
	cols := p.bound.key
	if len(cols) == 1 {
		return k.cell(p, 0, row)
	}
	parts := make([]string, len(cols))
	for i := range cols {
		s, err := k.cell(p, i, row)
		if err != nil || s == "" {
			return "", err
		}
		parts[i] = s
	}
	return strings.Join(parts, "\x1f"), nil
}

// cell is what the i-th column of the key says.
func (k *keyer) cell(p *part, i int, row *grid.Row) (string, error) {
	col := p.bound.key[i]
	if col == 0 {
		return "", nil
	}
	cell := row.Cell(col)
	var scratch spec.Value
	key := keyText(&scratch, &cell)
	for _, t := range p.bound.twins {
		if key == "" && t.col == col {
			cell = row.Cell(t.again)
			key = keyText(&scratch, &cell)
		}
	}
	if w, ok := lookWord(k.table.KeyValues, key); ok {
		key = w.Text
	}
	if !k.merged {
		return key, nil
	}
	under := k.under[p]
	if under == nil {
		under = make([]*covered, len(p.bound.key))
		for j, c := range p.bound.key {
			under[j] = &covered{col: c, merges: func() ([]grid.Range, error) { return p.sheet.Merges(k.ctx) }}
		}
		k.under[p] = under
	}
	return under[i].of(row, key)
}
