package table

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"hbupload/internal/fault"
	"hbupload/internal/table/grid"
)

// attack is a file that means harm or is no table. want is a part of the
// message it must get, "" if it must be read; rows is how many rows it yields,
// -1 if that is of no interest.
type attack struct {
	name string // of the file
	make func(testing.TB) []byte
	want string
	rows int
}

// TestHostile: every file gets its answer, in little memory; what hangs ends the
// test run.
func TestHostile(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(100)) // whatever make test collects with
	for _, group := range [][]attack{notTables(), cutOff(), bombs(), oddZips()} {
		for _, a := range group {
			t.Run(a.name, func(t *testing.T) {
				path := filepath.Join(t.TempDir(), a.name)
				if err := os.WriteFile(path, a.make(t), 0o600); err != nil {
					t.Fatal(err)
				}
				rows, err := readAll(path)
				expectError(t, err, path, a.want)
				if a.rows >= 0 && rows != a.rows {
					t.Errorf("%d rows, want %d", rows, a.rows)
				}
			})
		}
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	if m.Sys > 500<<20 {
		t.Errorf("%d MiB were taken from the system", m.Sys>>20)
	}
}

// expectError asks for a *grid.ReadError that says want, names the file as it
// was given, and helps.
func expectError(t *testing.T, err error, path, want string) {
	t.Helper()
	if want == "" {
		if err != nil {
			t.Errorf("unexpected: %v", err)
		}
		return
	}
	var re *grid.ReadError
	if !errors.As(err, &re) {
		t.Fatalf("got %v, want a ReadError with %q", err, want)
	}
	if !strings.Contains(re.Message, want) || re.Hint() == "" || re.Kind() != fault.Input || !strings.HasPrefix(re.File, path) {
		t.Errorf("got %q hint %q of %s, want %q", re.Error(), re.Hint(), re.File, want)
	}
}

// readAll reads every sheet of a file to its end.
func readAll(path string) (int, error) {
	in, err := Open(context.Background(), path, Options{})
	if err != nil {
		return 0, err
	}
	rows := 0
	for _, s := range in.Sheets() {
		n, err := readSheet(s)
		rows += n
		if err != nil && !errors.Is(err, ErrNoHeader) {
			return rows, errors.Join(err, in.Close())
		}
	}
	return rows, in.Close()
}

func readSheet(s *Sheet) (int, error) {
	scan, err := s.Scan(context.Background(), rule())
	if err != nil {
		return 0, err
	}
	n := 0
	for {
		_, err := scan.Next()
		if errors.Is(err, io.EOF) {
			return n, scan.Close()
		}
		if err != nil {
			return n, errors.Join(err, scan.Close())
		}
		n++
	}
}

func notTables() []attack {
	ods := func(t testing.TB) []byte {
		return stored(t, [2]string{"mimetype", "application/vnd.oasis.opendocument.spreadsheet"}, [2]string{"content.xml", "<x/>"})
	}
	word := func(t testing.TB) []byte {
		return stored(t, [2]string{"[Content_Types].xml", "<x/>"}, [2]string{"word/document.xml", "<x/>"})
	}
	xlsb := func(t testing.TB) []byte {
		return stored(t, [2]string{"[Content_Types].xml", "<x/>"}, [2]string{"xl/workbook.bin", "x"})
	}
	return []attack{
		{"empty.xlsx", text(""), "文件是空的", 0},
		{"blank.csv", text("\r\n  \r\n"), "文件是空的", 0},
		{"report.pdf.csv", text("%PDF-1.7\n%\xe2\xe3"), "PDF", 0},
		{"scan.xls", text("\x89PNG\r\n\x1a\n\x00\x00"), "图片", 0},
		{"photo.xlsx", text("\xff\xd8\xff\xe0\x00\x10JFIF"), "图片", 0},
		{"word.xlsx", word, "Word", 0},
		{"table.ods", ods, "OpenDocument", 0},
		{"binary.xlsb", xlsb, "xlsb", 0},
		{"export.rar", text("Rar!\x1a\x07\x00\x00"), "RAR", 0},
		{"export.7z", text("7z\xbc\xaf\x27\x1c\x00\x04"), "7z", 0},
		{"export.csv.gz", text("\x1f\x8b\x08\x00\x00\x00"), "gzip", 0},
		{"page.mht.xls", text("MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n"), "网页", 0},
		{"2003.xls", text(`<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"></Workbook>`), "没有数据表", 0},
		{"noise.dat", func(testing.TB) []byte { return noise(4096) }, "二进制文件", 0},
		{"safenet.xlsx", func(testing.TB) []byte { return append([]byte("b\x14#e\x1e\x00\x00\x00E-SafeNet"), noise(4096)...) }, "亿赛通", 0},
		{"tsd.xls", func(testing.TB) []byte { return append([]byte("%TSD-Header-###%"), noise(4096)...) }, "数据安全软件", 0},
		{"noise.csv", func(testing.TB) []byte { return noise(4096) }, "可能是被数据安全软件", 0},
		{"login.xls", text("<!DOCTYPE html><html><body><form>请登录</form></body></html>"), "没有表格", -1},
		{"broken-ole.xls", func(testing.TB) []byte { return append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), noise(4096)...) }, "OLE", -1},
		{"~$open.xlsx", text("\x05admin"), "临时文件", 0},
		{"biff4.xls", text("\x09\x04\x06\x00\x00\x00\x10\x00"), "Excel 4", 0},
	}
}

// noise is bytes without any pattern, the same every time.
func noise(n int) []byte {
	out, x := make([]byte, n), uint32(1)
	for i := range out {
		x = x*1664525 + 1013904223
		out[i] = byte(x >> 24)
	}
	return out
}

func cutOff() []attack {
	rows := map[int][]any{1: {"体检编号", "姓名", "体检日期"}}
	for i := 2; i < 200; i++ {
		rows[i] = []any{fmt.Sprint("TJ", i), "测试甲", "2024-03-01"}
	}
	book := workbook{rows: rows}
	damaged := func(name string) func(testing.TB) []byte {
		return func(t testing.TB) []byte {
			b := stored(t, [2]string{name, table3})
			b[bytes.Index(b, []byte("TJ0001"))] ^= 1
			return b
		}
	}
	return []attack{
		{"half.xlsx", func(t testing.TB) []byte { b := book.bytes(t); return b[:len(b)/2] }, "不完整或已损坏", 0},
		{"short-sheet.xlsx", func(t testing.TB) []byte {
			p := book.parts()
			sheet := &p[len(p)-1]
			sheet[1] = sheet[1][:len(sheet[1])/2]
			return stored(t, p...)
		}, "截断", -1},
		{"head-only.zip", text("PK\x03\x04\x14\x00"), "不完整或已损坏", 0},
		{"crc.zip", damaged("体检信息.csv"), "校验不符", 0},
		{"no-book.xlsx", func(t testing.TB) []byte { return stored(t, book.parts()[:1]...) }, "没有工作簿", -1},
		{"mixed.csv", func(t testing.TB) []byte { return append([]byte(strings.Repeat(table3, 50)), gbk(t, table3)...) }, "混用", -1},
	}
}

// deflated packs one file that repeats unit until size bytes. The repetition
// is packed once and written again and again, which takes no time.
func deflated(t testing.TB, name, before, unit, after string, size int) []byte {
	t.Helper()
	block := strings.Repeat(unit, max(1, (1<<20)/len(unit)))
	n := size / len(block)
	var body bytes.Buffer
	packed := pack(t, block, false)
	body.Write(pack(t, before, false))
	body.Write(bytes.Repeat(packed, n))
	body.Write(pack(t, after, true))
	sum := crc32.NewIEEE()
	for _, s := range append(append([]string{before}, slices.Repeat([]string{block}, n)...), after) {
		_, _ = io.WriteString(sum, s)
	}
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	put := func(w io.Writer, err error, data []byte) {
		if err == nil {
			_, err = w.Write(data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range (workbook{}).parts() {
		if p[0] != name && strings.HasPrefix(name, "xl/") {
			w, err := z.Create(p[0])
			put(w, err, []byte(p[1]))
		}
	}
	w, err := z.CreateRaw(&zip.FileHeader{Name: name, Method: zip.Deflate, CRC32: sum.Sum32(), CompressedSize64: uint64(body.Len()),
		UncompressedSize64: uint64(len(before) + n*len(block) + len(after))})
	put(w, err, body.Bytes())
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// pack deflates a text so that other packed texts may follow it.
func pack(t testing.TB, s string, last bool) []byte {
	t.Helper()
	var buf bytes.Buffer
	w, err := flate.NewWriter(&buf, flate.BestCompression)
	if err == nil {
		_, err = io.WriteString(w, s)
	}
	if err == nil {
		err = w.Flush()
	}
	if err == nil && last {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func bombs() []attack {
	const sheet = "xl/worksheets/sheet1.xml"
	const open, end = `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`, `</sheetData></worksheet>`
	header := `<row r="1"><c t="inlineStr"><is><t>体检编号</t></is></c><c t="inlineStr"><is><t>姓名</t></is></c><c t="inlineStr"><is><t>性别</t></is></c></row>`
	laughs := `<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>` + open + `<row><c t="inlineStr"><is><t>&c;</t></is></c></row>` + end
	return []attack{
		{"zip-bomb.xlsx", func(t testing.TB) []byte { return deflated(t, sheet, open+header, " ", end, 64<<20) }, "上限", -1},
		{"row-bomb.xlsx", func(t testing.TB) []byte {
			return deflated(t, sheet, open+header, `<row><c s="1"/></row>`, end, 256<<20)
		}, "上限", -1},
		{"zip-bomb.zip", func(t testing.TB) []byte { return deflated(t, "体检信息.csv", table3, ",,,\n", "", 80<<20) }, "大得不正常", 0},
		{"xml-bomb.xlsx", func(t testing.TB) []byte { return workbook{}.with(t, sheet, laughs) }, "XML", -1},
		{"deep.xlsx", func(t testing.TB) []byte { return workbook{}.with(t, sheet, open+strings.Repeat("<x>", 200_000)) }, "结构", -1},
		{"giant-cell.xlsx", func(t testing.TB) []byte {
			return workbook{}.with(t, sheet, open+header+`<row r="2"><c t="inlineStr"><is><t>`+strings.Repeat("长", 2<<20)+`</t></is></c></row>`+end)
		}, "上限", -1},
		{"endless-line.csv", func(testing.TB) []byte { return []byte(table3 + strings.Repeat("长", 2<<20)) }, "不是文本", -1},
		{"endless-ascii.csv", func(testing.TB) []byte { return []byte(table3 + strings.Repeat("x", 3<<20)) }, "一行超过", -1},
		{"endless-quote.csv", func(testing.TB) []byte { return []byte(table3 + "\"" + strings.Repeat("长\n", 2<<20)) }, "引号", -1},
		{"wide-line.csv", func(testing.TB) []byte { return []byte(table3 + strings.Repeat("1,", 60_000)) }, "列", -1},
		{"phantom.xlsx", func(t testing.TB) []byte {
			return workbook{}.with(t, sheet, open+header+strings.Repeat(`<row><c s="1"/></row>`, 1_000_000)+end)
		}, "", 0},
		{"phantom.csv", func(testing.TB) []byte { return []byte(table3 + strings.Repeat(",,,,,,\r\n", 1_000_000)) }, "", 1},
	}
}

// with replaces a part of the workbook; the package is compressed.
func (w workbook) with(t testing.TB, part, xml string) []byte {
	t.Helper()
	return deflated(t, part, xml, " ", "", 0)
}

func oddZips() []attack {
	const names = "体检编号,姓名,体检日期\n"
	return []attack{
		{"nested.zip", func(t testing.TB) []byte { return stored(t, [2]string{"a.zip", "PK"}) }, "还是压缩包", 0},
		{"books.zip", func(t testing.TB) []byte { return stored(t, [2]string{"a/体检.xlsx", "PK\x03\x04"}) }, "不是完整的", 0},
		{"nothing.zip", func(t testing.TB) []byte { return stored(t, [2]string{"readme.pdf", "x"}) }, "没有 CSV", 0},
		{"data.zip", func(t testing.TB) []byte { return stored(t, [2]string{"data.json", "{}"}) }, "上报文件", 0},
		{"none.zip", func(t testing.TB) []byte { return stored(t) }, "没有 CSV", 0},
		{"slip.zip", func(t testing.TB) []byte {
			return stored(t, [2]string{"../../../slip.csv", table3}, [2]string{"/etc/abs.csv", table3}, [2]string{`C:\win.csv`, table3})
		}, "", 3},
		{"fake.zip", func(t testing.TB) []byte { return stored(t, [2]string{"体检信息.csv", "PK\x03\x04"}) }, "内容却是工作簿", 0},
		{"hollow.zip", func(t testing.TB) []byte { return stored(t, [2]string{"体检信息.csv", ""}) }, "文件是空的", 0},
		{"locked.zip", func(t testing.TB) []byte {
			b := stored(t, [2]string{"x.csv", table3})
			b[6] |= 1
			b[bytes.Index(b, []byte("PK\x01\x02"))+8] |= 1
			return b
		}, "密码", 0},
		{"crowd.zip", func(t testing.TB) []byte {
			var files [][2]string
			for i := range 3000 {
				files = append(files, [2]string{fmt.Sprint(i, ".csv"), names})
			}
			return stored(t, files...)
		}, "上限", 0},
		{"external.xlsx", func(t testing.TB) []byte {
			return workbook{
				rows:  map[int][]any{1: {"体检编号", "姓名", "性别"}, 2: {"TJ0001", formula(`'\\host\share\[x.xlsx]S'!A1`, "7"), formula(`WEBSERVICE("http://127.0.0.1:1/")`, "1")}},
				extra: map[string]string{"xl/externalLinks/externalLink1.xml": `<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>`},
			}.bytes(t)
		}, "", 1},
	}
}
