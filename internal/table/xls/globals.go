package xls

import (
	"encoding/binary"
	"math"
	"path"
	"strings"

	"hbupload/internal/table/grid"
	"hbupload/internal/table/numfmt"
)

// The records this package reads, by their names in [MS-XLS].
const (
	recFormula      = 0x0006
	recFormula3     = 0x0206
	recFormula4     = 0x0406
	recArray2       = 0x0021
	recTable2       = 0x0036
	recTable2B      = 0x0037
	recShrFmla5     = 0x00BC
	recEOF          = 0x000A
	recDate1904     = 0x0022
	recFilePass     = 0x002F
	recFont         = 0x0031
	recCodePage     = 0x0042
	recInterfaceHdr = 0x00E1
	recRRDHead      = 0x0138
	recUsrExcl      = 0x0194
	recFileLock     = 0x0195
	recRRDInfo      = 0x0196
	recContinue     = 0x003C
	recBoundSheet   = 0x0085
	recMulRK        = 0x00BD
	recMulBlank     = 0x00BE
	recRString      = 0x00D6
	recXF           = 0x00E0
	recMergeCells   = 0x00E5
	recSST          = 0x00FC
	recLabelSST     = 0x00FD
	recBlank        = 0x0201
	recNumber       = 0x0203
	recLabel        = 0x0204
	recBoolErr      = 0x0205
	recString       = 0x0207
	recRow          = 0x0208
	recArray        = 0x0221
	recTable        = 0x0236
	recRK           = 0x027E
	recFormat       = 0x041E
	recShrFmla      = 0x04BC
	recBOF          = 0x0809
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

// The kinds of streams, in their BOF record.
const (
	streamGlobals = 0x0005
	streamSheet   = 0x0010
)

// begin reads the BOF record the stream begins with and finds its version.
// Programs that write a lone sheet of BIFF5 leave the version out.
func (b *book) begin() (rec record, kind uint16, err error) {
	rec, ok := b.record(0)
	switch {
	case !ok || rec.typ&0x00FF != 0x09 || len(rec.body) < 4:
		return rec, 0, b.damaged("文件已损坏：工作簿没有开头", b.dataErr)
	case rec.typ != recBOF:
		return rec, 0, b.tooOld()
	}
	kind = u16(rec.body[2:])
	switch version := u16(rec.body); {
	case version >= 0x0600:
	case version == 0x0500, version == 0 && kind == streamSheet:
		b.biff5 = true
	default:
		return rec, 0, b.tooOld()
	}
	return rec, kind, nil
}

// globals reads the records of the workbook itself. Of a lone sheet these stand
// among its own.
func (b *book) globals() error {
	rec, kind, err := b.begin()
	if err != nil {
		return err
	}
	g := globalRecords{codes: make(map[uint16]string)}
	b.struck.fonts = make(map[uint32]bool)
	var ok bool
	for rec, ok = b.record(rec.next); ok && rec.typ != recEOF; rec, ok = b.record(rec.next) {
		if rec.typ == recFilePass && !b.decrypt(rec.body, rec.next) {
			return b.password()
		}
		b.global(&g, rec)
	}
	if !ok {
		return b.damaged("文件不完整：工作簿在中途断开", b.dataErr)
	}
	b.formats = make([]numfmt.Format, len(g.xfs))
	for i, id := range g.xfs {
		b.formats[i] = numfmt.New(int(id), g.codes[id])
	}
	if kind == streamSheet {
		b.sheets = append(b.sheets[:0], sheet{name: b.baseName()})
	}
	if len(b.sheets) == 0 {
		return &grid.ReadError{File: b.file, Message: "工作簿里没有数据表", Fix: "请确认选对了文件"}
	}
	return nil
}

// globalRecords are the number formats, which are worked out at the end.
type globalRecords struct {
	xfs   []uint16
	codes map[uint16]string
	fonts uint32 // how many there were so far
}

// global takes one record of the workbook.
func (b *book) global(g *globalRecords, rec record) {
	body := rec.body
	if len(body) < globalLength(rec.typ) {
		return
	}
	switch rec.typ {
	case recCodePage:
		b.codepage.number = int(u16(body))
	case recBoundSheet:
		b.boundSheet(body)
	case recDate1904:
		b.date1904 = u16(body) != 0
	case recXF:
		g.xfs = append(g.xfs, u16(body[2:]))
		b.struck.xf(u16(body))
	case recFormat:
		length := 2
		if b.biff5 {
			length = 1
		}
		g.codes[u16(body)], _ = b.text(newPieces(body[2:]), length)
	case recFont:
		b.struck.font(g.fonts, body)
		g.fonts++
	case recSST:
		p := b.continued(rec)
		p.struckFonts = b.struck.fonts
		b.sst = readSST(p)
	}
}

// globalLength is how long a record must be at least to say anything.
func globalLength(typ uint16) int {
	switch typ {
	case recCodePage, recDate1904:
		return 2
	case recFormat:
		return 3
	case recXF, recFont:
		return 4
	}
	return 8
}

// baseName is the file's name without its extension: Excel calls a lone sheet
// so.
func (b *book) baseName() string {
	base := path.Base(strings.ReplaceAll(b.file, `\`, "/"))
	return strings.TrimSuffix(base, path.Ext(base))
}

// boundSheet adds a sheet to the list; macro sheets and charts hold no table.
func (b *book) boundSheet(body []byte) {
	if body[5] != 0 {
		return
	}
	name, _ := b.text(newPieces(body[6:]), 1)
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
