package table

import (
	"bytes"
	"encoding/binary"
	"io"

	"github.com/xuri/excelize/v2"

	"hbupload/internal/table/grid"
	"hbupload/internal/table/xls"
	"hbupload/internal/table/xlsx"
)

// maxEncrypted bounds an encrypted workbook: it is decrypted in memory.
const maxEncrypted = 64 << 20

// openEncrypted opens an .xlsx that is encrypted with Excel's default password,
// which Excel opens without asking. With any other password what comes out is
// no zip: then the error is the one given.
func openEncrypted(path string, f io.ReaderAt, size int64, refused error) (grid.Book, error) {
	if size > maxEncrypted {
		return nil, refused
	}
	raw := make([]byte, size)
	if _, err := io.ReadFull(io.NewSectionReader(f, 0, size), raw); err != nil {
		return nil, readError(path, err)
	}
	repairPackage(raw)
	plain, err := excelize.Decrypt(raw, &excelize.Options{Password: xls.DefaultPassword})
	if err != nil || !bytes.HasPrefix(plain, []byte("PK\x03\x04")) {
		return nil, refused
	}
	return xlsx.OpenReaderAt(path, bytes.NewReader(plain), int64(len(plain)), xlsx.DefaultLimits())
}

// repairPackage corrects what excelize writes for packages of less than 4 KiB:
// its directory says that both streams begin at the first sector, where only
// EncryptionInfo does; EncryptedPackage follows behind it. Whether that is so
// shows at once: nothing else decrypts to a zip whose checksums are right.
func repairPackage(raw []byte) {
	const sector, entry, atStart, atSize, atDirectory = 512, 128, 116, 120, 48
	if len(raw) < sector {
		return
	}
	dir := (int64(binary.LittleEndian.Uint32(raw[atDirectory:])) + 1) * sector
	if dir+sector > int64(len(raw)) {
		return
	}
	info := raw[dir+entry : dir+2*entry]
	sealed := raw[dir+2*entry : dir+3*entry]
	if !named(info, "EncryptionInfo") || !named(sealed, "EncryptedPackage") {
		return
	}
	size := binary.LittleEndian.Uint32(info[atSize:])
	if binary.LittleEndian.Uint32(info[atStart:]) == 0 && binary.LittleEndian.Uint32(sealed[atStart:]) == 0 && binary.LittleEndian.Uint32(sealed[atSize:]) < 4096 {
		binary.LittleEndian.PutUint32(sealed[atStart:], (size+63)/64)
	}
}

// named reports whether an entry of the directory has a name, which is UTF-16.
func named(entry []byte, name string) bool {
	for i := range len(name) {
		if entry[2*i] != name[i] || entry[2*i+1] != 0 {
			return false
		}
	}
	return true
}
