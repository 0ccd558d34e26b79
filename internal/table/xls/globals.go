package xls

import (
	"encoding/binary"
	"math"

	"hbupload/internal/table/grid"
	"hbupload/internal/table/numfmt"
)

// The records this package reads, by their names in [MS-XLS].
const (
	recFormula    = 0x0006
	recFormula3   = 0x0206
	recFormula4   = 0x0406
	recArray2     = 0x0021
	recTable2     = 0x0036
	recTable2B    = 0x0037
	recShrFmla5   = 0x00BC
	recEOF        = 0x000A
	recDate1904   = 0x0022
	recFilePass   = 0x002F
	recContinue   = 0x003C
	recBoundSheet = 0x0085
	recMulRK      = 0x00BD
	recMulBlank   = 0x00BE
	recRString    = 0x00D6
	recXF         = 0x00E0
	recMergeCells = 0x00E5
	recSST        = 0x00FC
	recLabelSST   = 0x00FD
	recBlank      = 0x0201
	recNumber     = 0x0203
	recLabel      = 0x0204
	recBoolErr    = 0x0205
	recString     = 0x0207
	recRow        = 0x0208
	recArray      = 0x0221
	recTable      = 0x0236
	recRK         = 0x027E
	recFormat     = 0x041E
	recShrFmla    = 0x04BC
	recBOF        = 0x0809
)

// record is one record of the stream.
type record struct {
	typ  uint16
	body []byte
	next int // position of the following record
}

// record reads the record at a position; ok is false if it is not all there.
func (b *book) record(pos int) (rec record, ok bool) {
	if pos < 0 || pos+4 > len(b.data) {
		return rec, false
	}
	end := pos + 4 + int(u16(b.data[pos+2:]))
	if end > len(b.data) {
		return rec, false
	}
	return record{u16(b.data[pos:]), b.data[pos+4 : end], end}, true
}

func u16(p []byte) uint16  { return binary.LittleEndian.Uint16(p) }
func u32(p []byte) uint32  { return binary.LittleEndian.Uint32(p) }
func f64(p []byte) float64 { return math.Float64frombits(binary.LittleEndian.Uint64(p)) }

// globals reads the records of the workbook itself.
func (b *book) globals() error {
	rec, ok := b.record(0)
	switch {
	case !ok || rec.typ&0x00FF != 0x09 || len(rec.body) < 4:
		return b.damaged("文件已损坏：工作簿没有开头", b.dataErr)
	case rec.typ != recBOF || u16(rec.body) < 0x0600:
		return b.tooOld()
	}
	var xfs []uint16
	codes := make(map[uint16]string)
	for rec, ok = b.record(rec.next); ok && rec.typ != recEOF; rec, ok = b.record(rec.next) {
		body := rec.body
		switch {
		case rec.typ == recFilePass:
			return b.password()
		case rec.typ == recBoundSheet && len(body) >= 8:
			b.boundSheet(body)
		case rec.typ == recDate1904 && len(body) >= 2:
			b.date1904 = u16(body) != 0
		case rec.typ == recXF && len(body) >= 4:
			xfs = append(xfs, u16(body[2:]))
		case rec.typ == recFormat && len(body) >= 5:
			codes[u16(body)], _ = newPieces(body[2:]).text(2)
		case rec.typ == recSST && len(body) >= 8:
			b.sst = readSST(b.continued(rec))
		}
	}
	if !ok {
		return b.damaged("文件不完整：工作簿在中途断开", b.dataErr)
	}
	b.formats = make([]numfmt.Format, len(xfs))
	for i, id := range xfs {
		b.formats[i] = numfmt.New(int(id), codes[id])
	}
	if len(b.sheets) == 0 {
		return &grid.ReadError{File: b.file, Message: "工作簿里没有数据表", Fix: "请确认选对了文件"}
	}
	return nil
}

// boundSheet adds a sheet to the list; macro sheets and charts hold no table.
func (b *book) boundSheet(body []byte) {
	if body[5] != 0 {
		return
	}
	name, _ := newPieces(body[6:]).text(1)
	b.sheets = append(b.sheets, sheet{name: name, hidden: body[4]&3 != 0, pos: int(u32(body))})
}

// continued is the body of a record and those of the CONTINUE records behind.
func (b *book) continued(rec record) *pieces {
	p := newPieces(rec.body)
	for {
		more, ok := b.record(rec.next)
		if !ok || more.typ != recContinue {
			return p
		}
		p.rest = append(p.rest, more.body)
		rec = more
	}
}
