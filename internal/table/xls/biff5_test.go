package xls

import (
	"bytes"
	"crypto/md5"
	"crypto/rc4"
	"crypto/sha1"
	"encoding/binary"
	"errors"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"

	"hbupload/internal/table/grid"
)

func gbk(t *testing.T, s string) []byte {
	t.Helper()
	out, err := simplifiedchinese.GBK.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return []byte(out)
}

// label is a text cell of BIFF5.
func (b *biff) label(row, col int, text []byte) *biff {
	return b.rec(recLabel, row, col, 0, len(text), text)
}

// bare is a lone sheet of BIFF5, as the well-known snippets of Delphi, PHP and
// ASP write it.
func bare(cells func(*biff)) []byte {
	var b biff
	b.rec(bof, 0, 0x10, 0, 0)
	cells(&b)
	b.rec(eof)
	return b.Bytes()
}

func TestBareBIFF5(t *testing.T) {
	t.Parallel()
	data := bare(func(b *biff) {
		b.label(0, 0, gbk(t, "体检编号")).label(0, 1, gbk(t, "姓名")).label(1, 0, []byte("TJ0001")).label(1, 1, gbk(t, "乙1"))
		b.rec(recNumber, 1, 2, 0, 41.5).rec(recRK, 1, 3, 0, uint32(7<<2|2)).label(1, 4, []byte("25\xB0C"))
	})
	b, err := openBytes(data)
	if err != nil {
		t.Fatal(err)
	}
	if got := b.Sheets(); len(got) != 1 || got[0].Name != "x" {
		t.Error(got)
	}
	expect(t, b, 0, "1|A1=T 体检编号|B1=T 姓名\n2|A2=T TJ0001|B2=T 乙1|C2=N 41.5|D2=N 7|E2=T 25癈")
	for n := range data { // any cut is an error, in the file or at its end
		if _, err := readAll(data[:n]); err == nil {
			t.Errorf("%d of %d bytes are read without an error", n, len(data))
		}
	}
}

// The texts of BIFF5 are in the code page of the workbook; those who declare a
// western one often write Chinese all the same.
func TestCodePages(t *testing.T) {
	t.Parallel()
	big5, err := traditionalchinese.Big5.NewEncoder().String("體檢")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		page int
		text []byte
		want string
	}{
		{936, gbk(t, "镕基"), "镕基"}, {950, []byte(big5), "體檢"}, {1252, []byte("25\xB0C \xB5g"), "25°C µg"}, {1252, gbk(t, "尘肺 ab"), "尘肺 ab"},
		{1251, []byte("\xC0"), "А"}, {65001, []byte("尘肺"), "尘肺"}, {936, []byte("\xB0"), "\uFFFD"}, {1252, []byte("\xFEx"), "þx"},
	} {
		var globals, sheet biff
		globals.rec(bof, 0x0500, 5, 0, 0).rec(recCodePage, c.page).rec(recFormat, 164, byte(10), "yyyy-mm-dd").rec(recXF, 0, 0).rec(recXF, 0, 164)
		globals.rec(recBoundSheet, uint32(globals.Len()+4+8+4), byte(0), byte(0), byte(1), "S").rec(eof)
		sheet.rec(bof, 0x0500, 0x10, 0, 0).label(0, 0, c.text).rec(recNumber, 0, 1, 1, 46084.0).rec(recRString, 0, 2, 0, 1, "x", byte(1), byte(0), byte(0)).rec(eof)
		stream := append(globals.Bytes(), sheet.Bytes()...)
		for _, file := range [][]byte{stream, container(map[string][]byte{"Book": stream}, "Book")} {
			b, err := openBytes(file)
			if err != nil {
				t.Fatal(c.page, err)
			}
			expect(t, b, 0, "1|A1=T "+c.want+"|B1=D 46084|C1=T x")
		}
	}
}

func TestBareBIFF8(t *testing.T) {
	t.Parallel()
	stream := workbook(nil, func(b *biff) { b.rec(recLabel, 0, 0, 0, 1, byte(1), wide("尘")) })
	b, err := openBytes(stream)
	if err != nil {
		t.Fatal(err)
	}
	expect(t, b, 0, "1|A1=T 尘")
}

func TestMiniFATCount(t *testing.T) {
	t.Parallel()
	file := xlsFile(workbook(nil, func(b *biff) { b.rec(recNumber, 0, 0, 0, 1.0) }))
	for _, n := range []uint32{1, 17, 1 << 30} {
		bad := bytes.Clone(file)
		binary.LittleEndian.PutUint32(bad[atMiniFATCount:], n)
		b, err := openBytes(bad)
		if err != nil {
			t.Fatal(n, err)
		}
		expect(t, b, 0, "1|A1=N 1")
	}
	bad := bytes.Clone(file) // a chain that leads nowhere stays an error
	copy(bad[atFirstMiniFAT:], le(uint32(1<<20), uint32(17)))
	if _, err := openBytes(bad); err == nil {
		t.Error("a mini FAT beyond the file is accepted")
	}
}

// encrypt is what decrypt undoes: a FILEPASS record goes behind the BOF, and
// what follows is encrypted.
func encrypt(stream, filePass []byte, key keyOf) []byte {
	first := 4 + int(u16(stream[2:]))
	var b biff
	b.Write(stream[:first])
	b.rec(recFilePass, filePass)
	added := b.Len() - first
	b.Write(stream[first:])
	out := &book{data: b.Bytes()}
	moveSheets(out, added)
	out.applyKey(key, first+added)
	return out.data
}

// moveSheets corrects the positions in the list of sheets.
func moveSheets(b *book, by int) {
	for pos := 0; ; {
		rec, ok := b.record(pos)
		if !ok {
			return
		}
		if rec.typ == recBoundSheet {
			binary.LittleEndian.PutUint32(rec.body, u32(rec.body)+uint32(by))
		}
		pos = rec.next
	}
}

// sealed encrypts the verifier and its hash with the key of the first block.
func sealed(key keyOf, verifier, hash []byte) []byte {
	c, _ := rc4.NewCipher(key(0))
	out := append(bytes.Clone(verifier), hash...)
	c.XORKeyStream(out, out)
	return out
}

func TestDefaultPassword(t *testing.T) {
	t.Parallel()
	stream := workbook(func(b *biff) { b.rec(recSST, uint32(1), uint32(1), 1, byte(0), "x") }, func(b *biff) {
		for i := range 300 {
			b.rec(recLabelSST, i, 0, 0, uint32(0)).rec(recNumber, i, 1, 0, float64(i))
		}
	})
	plain, err := openBytes(xlsFile(stream))
	if err != nil {
		t.Fatal(err)
	}
	want, err := dump(plain, 0)
	if err != nil {
		t.Fatal(err)
	}
	salt, verifier := []byte("0123456789abcdef"), []byte("fedcba9876543210")
	h5, h1 := md5.Sum(verifier), sha1.Sum(verifier)
	standard := md5Key(salt)
	passes := map[string]struct {
		body []byte
		key  keyOf
	}{"RC4": {le(1, 1, 1, salt, sealed(standard, verifier, h5[:])), standard}}
	for name, bits := range map[string]int{"CryptoAPI 128": 128, "CryptoAPI 40": 40, "CryptoAPI 56": 56} {
		key := sha1Key(salt, bits)
		header := le(uint32(4), uint32(0), uint32(0x6801), uint32(0x8004), uint32(bits), uint32(1), uint32(0), uint32(0), wide("CSP"), 0)
		passes[name] = struct {
			body []byte
			key  keyOf
		}{le(1, 4, 2, uint32(4), uint32(len(header)), header, uint32(16), salt, sealed(key, verifier, nil), uint32(20), sealed(key, verifier, h1[:])[16:]), key}
	}
	for name, c := range passes {
		b, err := openBytes(xlsFile(encrypt(stream, c.body, c.key)))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got, err := dump(b, 0); got != want || err != nil {
			t.Errorf("%s: %.200s, %v", name, got, err)
		}
		bad := bytes.Clone(c.body) // another password
		bad[len(bad)-1] ^= 1
		_, err = openBytes(xlsFile(encrypt(stream, bad, c.key)))
		var re *grid.ReadError
		if !errors.As(err, &re) || !strings.Contains(re.Message, "密码") || !strings.Contains(re.Hint(), "另存") {
			t.Errorf("%s: %v", name, err)
		}
		for n := range len(c.body) - 1 { // too short a record is no reason to panic
			_, _ = openBytes(xlsFile(encrypt(stream, c.body[:n], c.key)))
		}
	}
}
