package sandbox

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"io"
)

// The marks of a ZIP archive (APPNOTE 4.3).
const (
	signLocal   = 0x04034b50
	signCentral = 0x02014b50
	localSize   = 30
	maxJSON     = 16 << 20
)

// onlyEntry reads the archive's one entry, data.json at its root. The header
// in front of the entry must carry its sizes (help: 接口读法 T9): readers that stream
// cannot find the end of an entry whose sizes follow it.
func onlyEntry(archive []byte) (text []byte, refusal string) {
	zr, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		return nil, "上报文件不是完整的 ZIP"
	}
	if len(zr.File) != 1 {
		return nil, "ZIP 中应只有一个 data.json"
	}
	f := zr.File[0]
	switch {
	case f.Name != "data.json":
		return nil, "ZIP 中应只有一个 data.json，且在根目录"
	case f.Method != zip.Store && f.Method != zip.Deflate:
		return nil, "ZIP 的压缩方法不支持"
	case f.UncompressedSize64 > maxJSON:
		return nil, "data.json 超过 16 MB"
	case zr.Comment != "":
		return nil, "ZIP 不应有注释"
	}
	if refusal := localHeader(archive, f); refusal != "" {
		return nil, refusal
	}
	rc, err := f.Open()
	if err != nil {
		return nil, "data.json 无法解压"
	}
	defer rc.Close()
	text, err = io.ReadAll(io.LimitReader(rc, maxJSON+1))
	if err != nil {
		return nil, "data.json 无法解压"
	}
	return text, ""
}

// localHeader looks at the bytes in front of the entry, which archive/zip
// does not show.
func localHeader(archive []byte, f *zip.File) string {
	if len(archive) < localSize || binary.LittleEndian.Uint32(archive) != signLocal {
		return "ZIP 前有多余内容"
	}
	flags := binary.LittleEndian.Uint16(archive[6:])
	packed := binary.LittleEndian.Uint32(archive[18:])
	plain := binary.LittleEndian.Uint32(archive[22:])
	end := localSize + int(binary.LittleEndian.Uint16(archive[26:])) + int(binary.LittleEndian.Uint16(archive[28:])) + int(packed)
	switch {
	case flags&1 != 0:
		return "ZIP 不得加密"
	case flags&8 != 0:
		return "ZIP 的本地文件头缺少长度（使用了数据描述符）"
	case uint64(packed) != f.CompressedSize64, uint64(plain) != f.UncompressedSize64, binary.LittleEndian.Uint32(archive[14:]) != f.CRC32:
		return "ZIP 的本地文件头与目录不一致"
	case end+4 > len(archive) || binary.LittleEndian.Uint32(archive[end:]) != signCentral:
		return "ZIP 中有多余内容"
	}
	return ""
}
