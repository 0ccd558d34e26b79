package push

import (
	"encoding/binary"

	"hbupload/internal/ledger"
)

// about is what the ledger keeps of a record beside what stands in Record. It lies
// with the record's zip in the spool: a hundred thousand of them would fill memory
// that nothing else needs.
type about struct {
	institution string
	identity    ledger.Digest
	base        ledger.Digest
	care        [8]byte // ledger.Entry.Care; zero for none
	name        ledger.Digest
	rowKey      bool
}

// pack appends what lies before a record's zip in the spool.
func (a *about) pack(dst, leaves []byte) []byte {
	dst = append(dst, a.identity[:]...)
	dst = append(dst, a.base[:]...)
	dst = append(dst, a.name[:]...)
	dst = append(dst, a.care[:]...)
	rowKey := byte(0)
	if a.rowKey {
		rowKey = 1
	}
	dst = append(dst, rowKey)
	institution := a.institution[:min(len(a.institution), 1<<16-1)] // a code of a few digits
	dst = binary.LittleEndian.AppendUint16(dst, uint16(len(institution)))
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(leaves)))
	dst = append(dst, institution...)
	return append(dst, leaves...)
}

// unpack reads what pack wrote; the rest is the zip.
func (a *about) unpack(data []byte) (leaves, zip []byte) {
	rest := data
	next := func(n int) []byte {
		part := rest[:n:n]
		rest = rest[n:]
		return part
	}
	copy(a.identity[:], next(len(a.identity)))
	copy(a.base[:], next(len(a.base)))
	copy(a.name[:], next(len(a.name)))
	copy(a.care[:], next(len(a.care)))
	a.rowKey = next(1)[0] == 1
	institution := int(binary.LittleEndian.Uint16(next(2)))
	size := int(binary.LittleEndian.Uint32(next(4)))
	a.institution = string(next(institution))
	return next(size), rest
}
