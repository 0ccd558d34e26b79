package spec

// SkippedRow is a row that became part of no record, with its reason.
type SkippedRow struct {
	Sheet  *SheetRef
	Row    int32
	Reason string
}

// Cells is where every value of the sheets read went: Read = Used + SkippedRows +
// the values of Unused.
type Cells struct {
	Read        int
	Used        int
	SkippedRows int
	Unused      []UnusedColumn
}

// UnusedColumn is a column that feeds nothing although rows that are used have
// values in it.
type UnusedColumn struct {
	Sheet  *SheetRef
	Column string // its header, or its letter where it has none that may be shown
	Values int
}

// Left is how many values feed nothing and stand in no skipped row.
func (c *Cells) Left() int {
	n := 0
	for i := range c.Unused {
		n += c.Unused[i].Values
	}
	return n
}

// Add takes in the cells of another input.
func (c *Cells) Add(more Cells) {
	c.Read += more.Read
	c.Used += more.Used
	c.SkippedRows += more.SkippedRows
	c.Unused = append(c.Unused, more.Unused...)
}
