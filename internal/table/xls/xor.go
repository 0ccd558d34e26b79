package xls

import (
	"bytes"
	"math/bits"
)

// The oldest way to encrypt ([MS-OFFCRYPTO] 2.3.7, method 1) has no salt: of the
// default password there is only one key, which FILEPASS holds with the hash of
// the password, and only one array of bytes to undo it with.
const (
	xorPass  = "\x59\xB3\x0A\x9A"
	xorArray = "\x3C\x5B\xD4\x17\xF0\x1F\x28\x13\xF0\x4B\xB4\x03\xC4\x73\xA4\x20"
)

// isXOR reports whether a FILEPASS record announces that method and the default
// password. BIFF5 knows no other method and does not name it.
func isXOR(filePass []byte, biff5 bool) bool {
	if biff5 {
		return string(filePass) == xorPass
	}
	rest, ok := bytes.CutPrefix(filePass, []byte{0, 0})
	return ok && string(rest) == xorPass
}

// undoXOR undoes it in the records from pos on. Where the array begins depends
// on where a record ends in the stream.
func (b *book) undoXOR(array string, pos int) {
	for rec, ok := b.record(pos); ok; rec, ok = b.record(pos) {
		for i := plainBytes(rec); i < len(rec.body); i++ {
			rec.body[i] = bits.RotateLeft8(rec.body[i], 3) ^ array[(rec.next+i)%len(array)]
		}
		pos = rec.next
	}
}
