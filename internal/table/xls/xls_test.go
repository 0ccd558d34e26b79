package xls

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hbupload/internal/table/grid"
)

func TestRecords(t *testing.T) {
	t.Parallel()
	xf := func(id int) []byte { return le(0, id, make([]byte, 16)) }
	b := mustOpen(t, workbook(func(b *biff) {
		b.rec(recDate1904, 1)
		b.rec(recFormat, 0x7F, 3, byte(1), wide("m月d"))
		b.rec(recXF, xf(0)).rec(recXF, xf(14)).rec(recXF, xf(31)).rec(recXF, xf(10)).rec(recXF, xf(0x7F)).rec(recXF, xf(58))
	}, func(b *biff) {
		b.rec(recMulRK, 0, 0, 0, uint32(5<<2|2), 1, uint32(45723<<2|2), 2, uint32(0xFFFFFB23), 0, uint32(1234<<2|3), 3, uint32(0x3FE00000), 5)
		b.rec(recRK, 1, 0, 4, uint32(45723<<2|2))
		b.rec(recNumber, 1, 1, 5, 0.25)
		b.rec(recNumber, 1, 2, 999, 1e300)
		b.rec(recMulBlank, 1, 3, 0, 0, 4).rec(recBlank, 1, 5, 0)
		b.rec(recLabel, 1, 6, 0, 2, byte(0), "\xE9a")
		b.rec(recRString, 1, 7, 0, 2, byte(1), wide("职业"), 1, 0, 0)
		for i, code := range []byte{0, 7, 0x0F, 0x17, 0x1D, 0x24, 0x2A, 0x2B, 0x77} {
			b.rec(recBoolErr, 2, i, 0, code, byte(1))
		}
		b.rec(recBoolErr, 2, 9, 0, byte(1), byte(0))
	}))
	if !b.Date1904() {
		t.Error("not 1904")
	}
	expect(t, b, 0, `
1|A1=N 5|B1=D 45723|C1=D -3.12|D1=N 12.34|E1=N% 0.5
2|A2=D 45723|B2=D 0.25|C2=N 1E+300|G2=T éa|H2=T 职业
3|A3=E #NULL!|B3=E #DIV/0!|C3=E #VALUE!|D3=E #REF!|E3=E #NAME?|F3=E #NUM!|G3=E #N/A|H3=E #GETTING_DATA|I3=E #ERROR!|J3=B TRUE`)
}

func TestFormulas(t *testing.T) {
	t.Parallel()
	formula := func(b *biff, col int, result []byte, flags int) {
		b.rec(recFormula, 0, col, 0, result, flags, uint32(0), 0)
	}
	special := func(kind, v byte) []byte { return le(kind, byte(0), v, byte(0), byte(0), byte(0), 0xFFFF) }
	b := mustOpen(t, workbook(nil, func(b *biff) {
		formula(b, 0, le(2.5), 0)
		formula(b, 1, special(0, 0), 8)
		b.rec(recShrFmla, "xxxxxxxx").rec(recString, 3, byte(0), "ab").rec(recContinue, byte(1), wide("尘"))
		formula(b, 2, special(1, 1), 0)
		formula(b, 3, special(2, 0x2A), 0)
		formula(b, 4, special(3, 0), 0) // the empty text, for others of the sheet have values
		formula(b, 5, special(3, 0), 2) // of a volatile function
		formula(b, 6, le(0.0), 2)
		formula(b, 7, le(0.0), 0)
		b.rec(recFormula4, 0, 8, 0, le(31.0), 0, uint32(0), 0).rec(recFormula3, 0, 9, 0, special(0, 0), 0, uint32(0), 0).rec(recString, 1, byte(0), "x")
	}))
	expect(t, b, 0, "1|A1=N+ 2.5|B1=T+ ab尘|C1=B+ TRUE|D1=E+ #N/A|G1=N+ 0|H1=N+ 0|I1=N+ 31|J1=T+ x")
	b = mustOpen(t, workbook(nil, func(b *biff) {
		formula(b, 0, special(3, 0), 0)
		formula(b, 1, le(0.0), 2)
	}))
	expect(t, b, 0, "1|A1=F =|B1=F =")
	b = mustOpen(t, workbook(nil, func(b *biff) { b.rec(recFormula, 0, 0, 0, special(3, 0), 3, uint32(0xFD000000), 0) }))
	if got, err := dump(b, 0); got != "" || err != nil { // Excel filled in what only a program that calculates does
		t.Errorf("%s, %v", got, err)
	}
}

// A string may change its width where it goes on in another record, runs and
// guides may be split anywhere, and a string may end with its record.
func TestSharedStrings(t *testing.T) {
	t.Parallel()
	pair := wide("𠮷")
	b := mustOpen(t, workbook(func(b *biff) {
		b.rec(recSST, uint32(7), uint32(7),
			2, byte(0), "ab",
			4, byte(0x0C), 2, uint32(6), "rich", "1111", "22").
			rec(recContinue, "22", "guide!", 4, byte(0), "nr").
			rec(recContinue, byte(1), wide("宽x"), 4, byte(1), wide("窄")).
			rec(recContinue, byte(0), "abc").
			rec(recContinue, 2, byte(1), pair[:2]).
			rec(recContinue, byte(1), pair[2:], 0, byte(0), 1, byte(1), wide("末"))
	}, func(b *biff) {
		for i := range 7 {
			b.rec(recLabelSST, 0, i, 0, uint32(i))
		}
	}))
	expect(t, b, 0, "1|A1=T ab|B1=T rich|C1=T nr宽x|D1=T 窄abc|E1=T 𠮷|G1=T 末")
}

// Halves of pairs without the other half are shown, not dropped with their neighbours.
func TestLoneSurrogates(t *testing.T) {
	t.Parallel()
	b := mustOpen(t, workbook(nil, func(b *biff) {
		b.rec(recLabel, 0, 0, 0, 4, byte(1), "\x40\xD8a\x00\x40\xDCb\x00")
		b.rec(recLabel, 0, 1, 0, 2, byte(1), "a\x00\x40\xD8")
		b.rec(recLabel, 0, 2, 0, 3, byte(1), "\x40\xD8\x42\xD8\xB7\xDF")
	}))
	expect(t, b, 0, "1|A1=T \uFFFDa\uFFFDb|B1=T a\uFFFD|C1=T \uFFFD𠮷")
}

func TestDisorder(t *testing.T) {
	t.Parallel()
	b := mustOpen(t, workbook(nil, func(b *biff) {
		b.rec(recRow, 2, 0, 1, 0, 0, 0, uint32(0x20)).rec(recRow, 0, 0, 1, 0, 0, 0, uint32(0))
		b.rec(recMulRK, 0, 0, 0, uint32(1<<2|2), 0, uint32(2<<2|2), 0, uint32(3<<2|2), 2)
		b.rec(recLabel, 2, 0, 0, 1, byte(0), "c")
		b.rec(recLabel, 1, 0, 0, 1, byte(0), "b")
		b.rec(recLabel, 0, 1, 0, 1, byte(0), "x")
		b.rec(recLabel, 1, 0, 0, 1, byte(0), "y")
		b.rec(bof, 0x0600, 0x0020).rec(recLabel, 5, 0, 0, 1, byte(0), "c").rec(eof) // a chart
		b.rec(recMergeCells, 1, 0, 1, 2, 3)
	}))
	expect(t, b, 0, "1|A1=N 1|B1=T x|C1=N 3\n2|A2=T y\n3~|A3=T c")
	merges, err := b.Merges(context.Background(), 0)
	if err != nil || len(merges) != 1 || merges[0] != (grid.Range{FirstRow: 1, LastRow: 2, FirstCol: 3, LastCol: 4}) {
		t.Error(merges, err)
	}
	if _, err := b.Rows(context.Background(), 1); err == nil {
		t.Error("a second sheet")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	many := mustOpen(t, workbook(nil, func(b *biff) {
		for i := range 3000 {
			b.rec(recRK, i, 0, 0, uint32(0))
		}
	}))
	rows, err := many.Rows(ctx, 0)
	if err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = rows.Next()
	}
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	ole := func(names ...string) []byte { return container(map[string][]byte{}, names...) }
	old := le(bof, 8, 0x0400, 5, uint32(0))
	locked := workbook(func(b *biff) { b.rec(recFilePass, 1, 1, 1) }, func(*biff) {})
	for name, c := range map[string]struct {
		data []byte
		want string
		hint string
	}{
		"empty":          {nil, "空", "导出"},
		"short":          {[]byte("abc"), "不是 Excel", ""},
		"text":           {[]byte("abc,def,ghi,jkl"), "不是 Excel", ""},
		"xlsx":           {[]byte("PK\x03\x04........"), ".xlsx", "扩展名"},
		"biff4":          {le(0x0409, 6, 0, 0x10, 0), "Excel 4.0", "厂家"},
		"empty book":     {ole("Book"), "损坏", "另存为"},
		"biff4 workbook": {xlsFile(old), "Excel 4.0", "另存为"},
		"word":           {ole("WordDocument"), "Word", ""},
		"other ole":      {ole("Stuff"), "没有工作簿", ""},
		"encrypted xlsx": {ole("EncryptedPackage", "EncryptionInfo"), "密码", "用密码进行加密"},
		"filepass":       {xlsFile(locked), "密码", "WPS"},
		"zeros":          {xlsFile(nil), "损坏", "导出"},
		"no sheets":      {xlsFile(append(le(bof, 8, 0x0600, 5, uint32(0)), le(eof, 0)...)), "没有数据表", ""},
		"broken globals": {xlsFile(le(bof, 8, 0x0600, 5, uint32(0), 0x1234, 0xFFFF)), "断开", "导出"},
		"half container": {xlsFile(locked)[:700], "损坏", "导出"},
	} {
		_, err := openBytes(c.data)
		var re *grid.ReadError
		if !errors.As(err, &re) || !strings.Contains(re.Message, c.want) || !strings.Contains(re.Hint(), c.hint) || re.Hint() == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := OpenReaderAt("x", bytes.NewReader(make([]byte, 99)), 99, Limits{MaxBytes: 98}); err == nil {
		t.Error("too large, and read")
	}
	if _, err := Open(filepath.Join(t.TempDir(), "none.xls"), Limits{}); err == nil || !strings.Contains(err.Error(), "不存在") {
		t.Error(err)
	}
	if _, err := Open(t.TempDir(), Limits{}); err == nil {
		t.Error("opened a folder")
	}
}

func TestDamage(t *testing.T) {
	t.Parallel()
	good := func(b *biff) { b.rec(recLabel, 0, 0, 0, 1, byte(0), "a") }
	for name, c := range map[string]struct {
		globals, cells func(*biff)
		rows           string
		cell           string
		row            int32
	}{
		"string not there": {nil, func(b *biff) { good(b); b.rec(recLabelSST, 4, 2, 0, uint32(9)) }, "1|A1=T a", "C5", 5},
		"sst cut": {func(b *biff) { b.rec(recSST, uint32(2), uint32(2), 1, byte(0), "x", 5, byte(0), "y") }, func(b *biff) {
			b.rec(recLabelSST, 0, 0, 0, uint32(0)).rec(recLabelSST, 1, 0, 0, uint32(1))
		}, "1|A1=T x", "A2", 2},
		"short label":       {nil, func(b *biff) { good(b); b.rec(recLabel, 1, 0, 0, 9, byte(0), "b") }, "1|A1=T a", "A2", 2},
		"short number":      {nil, func(b *biff) { good(b); b.rec(recNumber, 1, 0, 0, "1234") }, "1|A1=T a", "A2", 2},
		"not a number":      {nil, func(b *biff) { good(b); b.rec(recNumber, 1, 0, 0, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F") }, "1|A1=T a", "A2", 2},
		"no key":            {nil, func(b *biff) { good(b); b.rec(recRK, 1) }, "", "", 1},
		"formula, no text":  {nil, func(b *biff) { b.rec(recFormula, 0, 0, 0, 0, 0, 0, 0xFFFF, 0, uint32(0), 0) }, "", "A1", 1},
		"cut in a row":      {nil, func(b *biff) { good(b); b.rec(recRK, 1, 0, 0, uint32(0)); b.Write(le(recRK, 60000)) }, "1|A1=T a", "", 2},
		"cut, out of order": {nil, func(b *biff) { b.rec(recRK, 1, 0, 0, uint32(0)); good(b); b.Write(le(recRK, 60000)) }, "1|A1=T a\n2|A2=N 0", "", 0},
	} {
		got, err := dump(mustOpen(t, workbook(c.globals, c.cells)), 0)
		var re *grid.ReadError
		if !errors.As(err, &re) || got != c.rows || re.Cell != c.cell || re.Row != c.row || re.Sheet != "S" {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

// A file whose end is missing keeps its rows up to there and then says so.
func TestCutOff(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(filepath.Join("..", "..", "..", "testdata", "xls", "xlwt-long.xls"))
	if err != nil {
		t.Fatal(err)
	}
	for cut := 1; cut < len(data); cut += 4999 {
		if _, err := readAll(data[:cut]); err == nil {
			t.Errorf("cut at %d of %d, and no word", cut, len(data))
		}
	}
}

// readAll reads every sheet and counts the cells.
func readAll(data []byte) (cells int, err error) {
	b, err := openBytes(data)
	if err != nil {
		return 0, err
	}
	for i := range b.Sheets() {
		rows, err := b.Rows(context.Background(), i)
		if err != nil {
			return cells, err
		}
		for {
			row, err := rows.Next()
			if err != nil {
				if err.Error() == "EOF" {
					break
				}
				return cells, err
			}
			cells += len(row.Cells)
		}
	}
	return cells, nil
}

// No change of bytes may make the reader panic or hang.
func TestMutated(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob(filepath.Join("..", "..", "..", "testdata", "xls", "*.xls"))
	if err != nil || len(paths) < 4 {
		t.Fatal(paths, err)
	}
	seed := uint32(1)
	next := func(n int) int {
		seed = seed*1664525 + 1013904223
		return int(seed>>8) % n
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for range 400 {
			bad := bytes.Clone(data)
			for range 1 + next(8) {
				bad[next(min(len(bad), 8192))] = byte(next(256))
			}
			_, err := readAll(bad)
			var re *grid.ReadError
			if err != nil && !errors.As(err, &re) {
				t.Errorf("%s: %v", path, err)
			}
		}
	}
}

func FuzzBIFF(f *testing.F) {
	f.Add(workbook(func(b *biff) {
		b.rec(recSST, uint32(2), uint32(2), 1, byte(0), "x", 5, byte(0), "y").rec(recContinue, byte(1), wide("abcd"))
	}, func(b *biff) {
		b.rec(recLabelSST, 0, 0, 0, uint32(1)).rec(recMulRK, 1, 0, 0, uint32(6), 0, uint32(6), 1).rec(recNumber, 0, 1, 0, 1.5)
		b.rec(recFormula, 3, 0, 0, 0, 0, 0, 0xFFFF, 0, uint32(0), 0).rec(recString, 1, byte(0), "x")
	}))
	f.Fuzz(func(t *testing.T, stream []byte) {
		b := &book{file: "x", data: stream}
		if b.globals() != nil {
			return
		}
		for i := range min(len(b.sheets), 8) {
			_, _ = dump(b, i)
		}
	})
}
