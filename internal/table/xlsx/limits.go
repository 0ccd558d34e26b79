package xlsx

// Limits bound what one workbook may cost. Real exports stay far below every
// one of them; a crafted file meets one within seconds.
type Limits struct {
	PartBytes    int64 // inflated bytes of a sheet or of the shared strings
	MetaBytes    int64 // inflated bytes of workbook, relationships and styles
	Ratio        int64 // inflated bytes per stored byte, asked beyond RatioFloor
	RatioFloor   int64 // inflated bytes below which the ratio is not asked
	Entries      int   // entries of the zip
	Depth        int   // nesting of XML elements
	TokenBytes   int   // one tag or one run of text, encoded
	CellChars    int   // characters of one cell; Excel itself allows 32,767
	RowBytes     int   // text of one row, without its shared strings
	SharedBytes  int64 // memory for shared strings
	PhantomRows  int   // rows without any value in one sheet
	Rows         int32 // highest row number
	Columns      int32 // highest column number
	Merges       int   // merged areas of one sheet
	FallbackSize int64 // inflated bytes of a workbook given to excelize
}

// DefaultLimits are the limits of the product.
func DefaultLimits() Limits {
	return Limits{
		PartBytes: 2 << 30, MetaBytes: 64 << 20,
		Ratio: 250, RatioFloor: 32 << 20,
		Entries: 20_000, Depth: 64, TokenBytes: 2 << 20,
		CellChars: 65_534, RowBytes: 32 << 20, SharedBytes: 192 << 20,
		PhantomRows: 1 << 20, Rows: 1 << 20, Columns: 1 << 14,
		Merges: 1 << 20, FallbackSize: 32 << 20,
	}
}

// orDefault fills limits that were left at zero.
func (l Limits) orDefault() Limits {
	d := DefaultLimits()
	set(&l.PartBytes, d.PartBytes)
	set(&l.MetaBytes, d.MetaBytes)
	set(&l.Ratio, d.Ratio)
	set(&l.RatioFloor, d.RatioFloor)
	set(&l.Entries, d.Entries)
	set(&l.Depth, d.Depth)
	set(&l.TokenBytes, d.TokenBytes)
	set(&l.CellChars, d.CellChars)
	set(&l.RowBytes, d.RowBytes)
	set(&l.SharedBytes, d.SharedBytes)
	set(&l.PhantomRows, d.PhantomRows)
	set(&l.Rows, d.Rows)
	set(&l.Columns, d.Columns)
	set(&l.Merges, d.Merges)
	set(&l.FallbackSize, d.FallbackSize)
	return l
}

// set replaces a limit that is not positive.
func set[T int | int32 | int64](p *T, def T) {
	if *p <= 0 {
		*p = def
	}
}
