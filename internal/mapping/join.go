package mapping

import (
	"context"
	"errors"
	"io"
	"strings"

	"hbupload/internal/table"
	"hbupload/internal/table/grid"
)

// errOrder says that a child sheet is not in the order of the person sheet.
var errOrder = errors.New("child rows are not in the order of their persons")

// people is what a first look at the person sheet leaves: the order of the
// keys, and which of them stand on more than one row.
type people struct {
	ordinal map[string]int32
	repeats map[string]int    // keys on several rows → how many of them are still to come
	nearby  map[string]string // keys without their leading zeros → the key, "" for several
}

// near is the person's key that an orphan's differs from by leading zeros only: one
// sheet held it as a number. It is for a hint and never joins: 12 may as well be
// somebody who was left out.
func (p *people) near(key string) string {
	bare := strings.TrimLeft(key, "0")
	if bare == "" {
		return ""
	}
	if p.nearby == nil {
		p.nearby = make(map[string]string, len(p.ordinal))
		for k := range p.ordinal {
			short := strings.TrimLeft(k, "0")
			if _, several := p.nearby[short]; several {
				p.nearby[short] = ""
				continue
			}
			p.nearby[short] = k
		}
	}
	return p.nearby[bare]
}

// children yields the rows of one child sheet person by person, merging as
// long as both sheets come in the same order.
type children struct {
	cols   *columns
	scan   *table.Scan
	rows   *table.Ahead // the scan, read ahead from the first row on
	sorted *merged      // not nil: the rows come sorted from the temporary store
	people *people
	orphan func(*grid.Row, string)
	keyOf  func(*grid.Row) string // nil: cols knows the key's column
	under  *covered               // nil: a blank key is blank
	used   int                    // rows that became part of a record

	head    *grid.Row
	headOrd int32
	done    bool
	kept    map[string][]grid.Row // rows of keys that stand on several person rows
}

// take hands each the rows of the person with the given ordinal.
func (c *children) take(key string, ordinal int32, each func(*grid.Row)) error {
	for i := range c.kept[key] {
		each(&c.kept[key][i])
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
		each(c.head)
		c.used++
		if c.people.repeats[key] > 0 {
			c.keep(key)
		}
		c.head = nil
	}
}

// keep copies the current row for the other person rows of the same key.
func (c *children) keep(key string) {
	if c.kept == nil {
		c.kept = map[string][]grid.Row{}
	}
	row := *c.head
	row.Cells = append([]grid.Cell(nil), row.Cells...)
	c.kept[key] = append(c.kept[key], row)
}

// fetch makes sure that head is the next row that belongs to somebody.
func (c *children) fetch() error {
	for c.head == nil && !c.done {
		row, ord, err := c.next()
		switch {
		case errors.Is(err, io.EOF):
			c.done = true
			return nil
		case err != nil:
			return err
		case ord >= 0:
			c.head, c.headOrd = row, ord
		}
	}
	return nil
}

// next is the next row with its person's ordinal, or -1 for an orphan.
func (c *children) next() (*grid.Row, int32, error) {
	if c.sorted != nil {
		ord, row, err := c.sorted.next()
		return row, ord, err
	}
	if c.rows == nil {
		c.rows = c.scan.ReadAhead()
	}
	row, err := c.rows.Next()
	if err != nil {
		return nil, 0, err
	}
	var key string
	if c.keyOf != nil {
		key = c.keyOf(row)
	} else {
		key = c.cols.keyOf(row)
	}
	if c.under != nil {
		if key, err = c.under.of(row, key); err != nil {
			return nil, 0, err
		}
	}
	ord, ok := c.people.ordinal[key]
	if !ok || key == "" {
		c.orphan(row, key)
		return nil, -1, nil
	}
	return row, ord, nil
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

// sort reads the whole sheet into the temporary store, ordered by person.
func (c *children) sort(ctx context.Context, dir string) error {
	s := newSorter(dir)
	defer func() { c.sorted = s.merge() }()
	for n := 0; ; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		row, ord, err := c.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if ord < 0 {
			continue
		}
		if err := s.add(ord, row); err != nil {
			return err
		}
	}
}

func (c *children) close() {
	if c.sorted != nil {
		c.sorted.close()
	}
	if c.rows != nil {
		c.rows.Close()
	}
	if c.scan != nil {
		_ = c.scan.Close()
	}
}
