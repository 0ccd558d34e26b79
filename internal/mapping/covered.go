package mapping

import "hbupload/internal/table/grid"

// covered finds the exam key of a row whose key cell lies under a merged one: the
// person sees the key over all the rows. Blank cells that nothing covers stay blank.
type covered struct {
	merges func() ([]grid.Range, error) // asked at the first blank key
	col    int32                        // the key's column
	ends   map[int32]int32              // first row of a merged area over the column → its last
	row    int32                        // of the key last seen
	key    string
}

// of is the key of a row, given what its own cell says.
func (c *covered) of(row *grid.Row, key string) (string, error) {
	if key != "" {
		c.row = row.Num
		c.key = key
		return key, nil
	}
	if cell := row.Cell(c.col); c.key == "" || cell.Kind != grid.Blank {
		return "", nil
	}
	if c.ends == nil {
		areas, err := c.merges()
		if err != nil {
			return "", err
		}
		c.ends = map[int32]int32{}
		for _, a := range areas {
			if a.FirstCol <= c.col && c.col <= a.LastCol {
				c.ends[a.FirstRow] = a.LastRow
			}
		}
	}
	if row.Num <= c.ends[c.row] {
		return c.key, nil
	}
	return "", nil
}
