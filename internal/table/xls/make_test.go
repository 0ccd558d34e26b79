package xls

import (
	"bytes"
	"encoding/binary"
	"math"
	"testing"
	"unicode/utf16"

	"hbupload/internal/table/grid"
)

// biff writes records of a workbook's stream.
type biff struct{ bytes.Buffer }

func le(parts ...any) []byte {
	var b bytes.Buffer
	for _, p := range parts {
		switch v := p.(type) {
		case int: // as uint16
			b.Write(binary.LittleEndian.AppendUint16(nil, uint16(v)))
		case byte:
			b.WriteByte(v)
		case uint32:
			b.Write(binary.LittleEndian.AppendUint32(nil, v))
		case float64:
			b.Write(binary.LittleEndian.AppendUint64(nil, math.Float64bits(v)))
		case string: // one byte each
			b.WriteString(v)
		case []byte:
			b.Write(v)
		}
	}
	return b.Bytes()
}

func (b *biff) rec(typ int, parts ...any) *biff {
	body := le(parts...)
	b.Write(le(typ, len(body), body))
	return b
}

// wide is text of two bytes a character.
func wide(s string) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune(s)) {
		out = binary.LittleEndian.AppendUint16(out, u)
	}
	return out
}

const bof, eof = recBOF, recEOF

// workbook is a stream: the globals records, one sheet "S", its records.
func workbook(globals func(*biff), cells func(*biff)) []byte {
	var head, body biff
	head.rec(bof, 0x0600, 0x0005, 0, 0, 0, 0, 0, 0)
	if globals != nil {
		globals(&head)
	}
	pos := head.Len() + 4 + 9 + 4
	head.rec(recBoundSheet, uint32(pos), byte(0), byte(0), byte(1), byte(0), "S").rec(eof)
	body.rec(bof, 0x0600, 0x0010, 0, 0, 0, 0, 0, 0)
	cells(&body)
	body.rec(eof)
	return append(head.Bytes(), body.Bytes()...)
}

// container puts streams into an OLE file.
func container(streams map[string][]byte, names ...string) []byte {
	const sector = 512
	var body bytes.Buffer
	var fat []uint32
	add := func(data []byte) uint32 {
		first := uint32(len(fat))
		n := (len(data) + sector - 1) / sector
		body.Write(data)
		body.Write(make([]byte, n*sector-len(data)))
		for i := range n {
			next := first + uint32(i) + 1
			if i == n-1 {
				next = 0xFFFFFFFE
			}
			fat = append(fat, next)
		}
		return first
	}
	entry := func(name string, kind byte, child, right, start, size uint32) []byte {
		e := make([]byte, 128)
		n := copy(e, wide(name))
		copy(e[64:], le(n+2, kind, byte(1), uint32(0xFFFFFFFF), right, child))
		copy(e[116:], le(start, size))
		return e
	}
	dir := entry("Root Entry", 5, 1, 0xFFFFFFFF, 0xFFFFFFFE, 0)
	for i, name := range names {
		data := streams[name]
		if len(data) < 4096 { // smaller ones would live in the mini stream
			data = append(data[:len(data):len(data)], make([]byte, 4096-len(data))...)
		}
		right := uint32(0xFFFFFFFF)
		if i+1 < len(names) {
			right = uint32(i + 2)
		}
		dir = append(dir, entry(name, 2, 0xFFFFFFFF, right, add(data), uint32(len(data)))...)
	}
	dirAt := add(dir)
	fatSectors := (len(fat)+128)/128 + 1
	fatAt := uint32(len(fat))
	for range fatSectors {
		fat = append(fat, 0xFFFFFFFD)
	}
	table := make([]byte, fatSectors*sector)
	for i := range fatSectors * 128 {
		v := uint32(0xFFFFFFFF)
		if i < len(fat) {
			v = fat[i]
		}
		binary.LittleEndian.PutUint32(table[4*i:], v)
	}
	head := bytes.Repeat([]byte{0xFF}, sector)
	copy(head, le("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", make([]byte, 16), 0x3E, 3, 0xFFFE, 9, 6, make([]byte, 6),
		uint32(0), uint32(fatSectors), dirAt, uint32(0), uint32(4096), uint32(0xFFFFFFFE), uint32(0), uint32(0xFFFFFFFE), uint32(0)))
	for i := range fatSectors {
		binary.LittleEndian.PutUint32(head[76+4*i:], fatAt+uint32(i))
	}
	return append(append(head, body.Bytes()...), table...)
}

func xlsFile(stream []byte) []byte {
	return container(map[string][]byte{"Workbook": stream}, "Workbook")
}

func openBytes(data []byte) (grid.Book, error) {
	return OpenReaderAt("x.xls", bytes.NewReader(data), int64(len(data)), Limits{})
}

func mustOpen(t *testing.T, stream []byte) grid.Book {
	t.Helper()
	b, err := openBytes(xlsFile(stream))
	if err != nil {
		t.Fatal(err)
	}
	return b
}
