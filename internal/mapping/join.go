package mapping

import (
	"context"
	"errors"
	"io"

	"hbupload/internal/table/grid"
)

// errOrder says that a child table is not in the order of the persons.
var errOrder = errors.New("child rows are not in the order of their persons")

// people is what a first look at the persons leaves: the order of the keys, and
// which of them stand on more than one row.
type people struct {
	ordinal *keyTable
	repeats map[string]int      // keys on several rows → how many of them are still to come
	nearby  map[string][]string // bareKey → the keys
	places  map[string][]string // of joined keys, which are never shown: the records' keys
}

// children yields the rows of one table person by person, merging as long as
// it comes in the same order as the persons.
type children struct {
	rows   *stream
	parts  []*part
	keys   *keyer
	sorted *merged // not nil: the rows come sorted from the temporary store
	people *people
	orphan func(p *part, row *grid.Row, key, above string)
	used   int // rows that became part of a record

	above    string // the key of the nearest row above that has one
	aboveOn  *part
	headless *part                     // the sheet whose first rows have no key, until one has
	below    func(p *part, key string) // is told the first key below such rows

	head     *grid.Row
	headPart *part
	headOrd  int32
	done     bool
	kept     map[string][]keptRow // rows of keys that stand on several person rows
}

// keptRow is a copy of a row for the other person rows of its key.
type keptRow struct {
	part *part
	row  grid.Row
}

// take hands each the rows of the person with the given ordinal.
func (c *children) take(key string, ordinal int32, each func(*part, *grid.Row)) error {
	for i := range c.kept[key] {
		each(c.kept[key][i].part, &c.kept[key][i].row)
	}
	if c.people.repeats[key] == 0 {
		delete(c.kept, key)
	}
	for {
		if err := c.fetch(); err != nil || c.done || c.headOrd > ordinal {
			return err
		}
		if c.headOrd < ordinal {
			return errOrder
		}
		each(c.headPart, c.head)
		c.use()
		if c.people.repeats[key] > 0 {
			c.keep(key)
		}
		c.head = nil
	}
}

// use counts the current row.
func (c *children) use() {
	c.used++
	c.headPart.tally.used++
}

// keep copies the current row for the other person rows of the same key.
func (c *children) keep(key string) {
	if c.kept == nil {
		c.kept = map[string][]keptRow{}
	}
	row := *c.head
	row.Cells = append([]grid.Cell(nil), row.Cells...)
	c.kept[key] = append(c.kept[key], keptRow{c.headPart, row})
}

// fetch makes sure that head is the next row that belongs to a person.
func (c *children) fetch() error {
	for c.head == nil && !c.done {
		row, p, ord, err := c.next()
		switch {
		case errors.Is(err, io.EOF):
			c.done = true
			return nil
		case err != nil:
			return err
		case ord >= 0:
			c.head = row
			c.headPart = p
			c.headOrd = ord
		}
	}
	return nil
}

// next is the next row with its person's ordinal, or -1 for an orphan.
func (c *children) next() (*grid.Row, *part, int32, error) {
	if c.sorted != nil {
		ord, at, row, err := c.sorted.next()
		if err != nil {
			return nil, nil, 0, err
		}
		return row, c.parts[at], ord, nil
	}
	row, p, err := c.rows.next()
	if err != nil {
		return nil, nil, 0, err
	}
	key, err := c.keys.of(p, row)
	if err != nil {
		return nil, nil, 0, err
	}
	if c.aboveOn != p {
		c.above = ""
	}
	ord, ok := c.people.ordinal.find(key)
	if !ok || key == "" {
		c.orphan(p, row, key, c.above)
		ord = -1
		if key == "" && c.above == "" {
			c.headless = p
		}
	}
	if key != "" {
		if c.headless == p {
			c.below(p, key)
		}
		c.headless = nil
		c.above = key
		c.aboveOn = p
	}
	if ord < 0 {
		return nil, p, -1, nil
	}
	return row, p, ord, nil
}

// finish reads what is left after the last person: only orphans, or rows out
// of order.
func (c *children) finish() error {
	if err := c.fetch(); err != nil {
		return err
	}
	if !c.done {
		return errOrder
	}
	return nil
}

// sort reads the whole table into the temporary store, ordered by person.
func (c *children) sort(ctx context.Context, dir string) error {
	s := newSorter(dir)
	defer func() { c.sorted = s.merge() }()
	at := map[*part]int{}
	for i, p := range c.parts {
		at[p] = i
	}
	for n := 0; ; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		row, p, ord, err := c.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if ord < 0 {
			continue
		}
		if err := s.add(ord, at[p], row); err != nil {
			return err
		}
	}
}

func (c *children) close() {
	if c.sorted != nil {
		c.sorted.close()
	}
	c.rows.close()
}
