package mapping

import (
	"encoding/binary"
	"math"

	"hbupload/internal/table/grid"
)

// The flags of an encoded cell; its kind stands in the bits between.
const (
	cellPercent = 1 << 0
	cellCached  = 1 << 1
	cellStruck  = 1 << 5
	cellNumber  = 1 << 6 // a number follows the text
	cellFormat  = 1 << 7 // a format follows
	cellKindAt  = 2
	cellKinds   = 7
)

// appendRow encodes a row, for the temporary store or for a second reading.
func appendRow(dst []byte, row *grid.Row) []byte {
	flags := byte(0)
	if row.Hidden {
		flags = 1
	}
	dst = append(dst, flags)
	dst = binary.AppendUvarint(dst, uint64(row.Num))
	dst = binary.AppendUvarint(dst, uint64(len(row.Cells)))
	for i := range row.Cells {
		c := &row.Cells[i]
		flags := cellFlags(c)
		dst = append(binary.AppendUvarint(dst, uint64(c.Col)), flags)
		dst = appendString(dst, c.Text)
		if flags&cellNumber != 0 {
			dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(c.Num))
		}
		if flags&cellFormat != 0 {
			dst = appendString(dst, c.Format)
		}
	}
	return dst
}

func cellFlags(c *grid.Cell) byte {
	flags := byte(c.Kind) << cellKindAt
	if c.Percent {
		flags |= cellPercent
	}
	if c.Cached {
		flags |= cellCached
	}
	if c.Struck {
		flags |= cellStruck
	}
	if math.Float64bits(c.Num) != 0 {
		flags |= cellNumber
	}
	if c.Format != "" {
		flags |= cellFormat
	}
	return flags
}

func appendString(dst []byte, s string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}

// readRow decodes what appendRow wrote. All strings of the row share one
// allocation.
func readRow(data []byte, row *grid.Row) error {
	d := rowReader{text: string(data)}
	row.Hidden = d.byte() == 1
	row.Num = int32(d.uvarint())
	n := d.uvarint()
	if n > uint64(len(data)) {
		return errSpill
	}
	row.Cells = row.Cells[:0]
	for range n {
		c := grid.Cell{Col: int32(d.uvarint())}
		flags := d.byte()
		c.Kind = grid.Kind(flags >> cellKindAt & cellKinds)
		c.Percent = flags&cellPercent != 0
		c.Cached = flags&cellCached != 0
		c.Struck = flags&cellStruck != 0
		c.Text = d.string()
		if flags&cellNumber != 0 {
			c.Num = math.Float64frombits(d.uint64())
		}
		if flags&cellFormat != 0 {
			c.Format = d.string()
		}
		row.Cells = append(row.Cells, c)
	}
	if d.bad {
		return errSpill
	}
	return nil
}

type rowReader struct {
	text string
	bad  bool
}

func (d *rowReader) take(n int) string {
	if d.bad || n < 0 || n > len(d.text) {
		d.bad = true
		return ""
	}
	s := d.text[:n]
	d.text = d.text[n:]
	return s
}

func (d *rowReader) byte() byte {
	if s := d.take(1); s != "" {
		return s[0]
	}
	return 0
}

func (d *rowReader) uvarint() uint64 {
	if !d.bad && d.text != "" && d.text[0] < 0x80 { // nearly always
		x := d.text[0]
		d.text = d.text[1:]
		return uint64(x)
	}
	var x uint64
	for shift := 0; shift < 64; shift += 7 {
		b := d.byte()
		x |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return x
		}
	}
	d.bad = true
	return 0
}

func (d *rowReader) string() string {
	n := d.uvarint()
	if n > uint64(len(d.text)) {
		d.bad = true
		return ""
	}
	return d.take(int(n))
}

func (d *rowReader) uint64() uint64 {
	s := d.take(8)
	if len(s) < 8 {
		return 0
	}
	return binary.LittleEndian.Uint64([]byte(s))
}
