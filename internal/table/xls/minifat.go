package xls

import "encoding/binary"

// Offsets within the header of an OLE container ([MS-CFB] 2.2).
const (
	atSectorShift  = 30
	atFirstMiniFAT = 60
	atMiniFATCount = 64
	atFATSectors   = 76
	headerSize     = 512
	lastSector     = 0xFFFFFFFA // numbers from here on end a chain
)

// countMiniFAT corrects the header's number of sectors of the mini FAT, which
// some programs write wrongly: the chain of these sectors tells it. A chain
// that does not end as it should is left for the container's reader to refuse.
func countMiniFAT(file []byte) {
	if len(file) < headerSize {
		return
	}
	shift := binary.LittleEndian.Uint16(file[atSectorShift:])
	if shift != 9 && shift != 12 {
		return
	}
	size := 1 << shift
	n := uint32(0)
	at := u32(file[atFirstMiniFAT:])
	for ; at < lastSector; n++ {
		next, ok := nextSector(file, size, at)
		if !ok || int(n) > len(file)/size {
			return
		}
		at = next
	}
	binary.LittleEndian.PutUint32(file[atMiniFATCount:], n)
}

// nextSector looks a sector's successor up in the FAT, as far as the header
// lists the sectors of that.
func nextSector(file []byte, size int, sector uint32) (uint32, bool) {
	perSector := uint32(size / 4)
	entry := atFATSectors + 4*int(sector/perSector)
	if entry+4 > headerSize {
		return 0, false
	}
	at := (int64(u32(file[entry:]))+1)*int64(size) + 4*int64(sector%perSector)
	if at+4 > int64(len(file)) {
		return 0, false
	}
	return u32(file[at:]), true
}
