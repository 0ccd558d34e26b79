package xlsx

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/flate"
)

// repeated packs a workbook whose sheet and shared strings are made of
// repeated pieces, without ever holding them in memory.
func repeated(t *testing.T, sheet, shared [3]string, times int) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	w.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, 5) })
	put := func(name string, pieces [3]string) {
		f, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		block := strings.Repeat(pieces[1], 1000)
		fmt.Fprint(f, pieces[0])
		for range times / 1000 {
			io.WriteString(f, block)
		}
		fmt.Fprint(f, pieces[2])
	}
	for name, text := range (fixture{sheet: "-", shared: "-"}).parts() {
		put(name, [3]string{text})
	}
	put("xl/worksheets/sheet1.xml", sheet)
	put("xl/sharedStrings.xml", shared)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// wrap splits what cells and sst put around their content.
func wrap(whole string, piece string) [3]string {
	head, tail, _ := strings.Cut(whole, "@")
	return [3]string{head, piece, tail}
}

func TestHostile(t *testing.T) {
	t.Parallel()
	rows := func(piece string) [3]string { return wrap(cells("@"), piece) }
	row := func(piece string) [3]string { return wrap(cells(`<row r="1">@</row>`), piece) }
	text := func(piece string) [3]string {
		return wrap(cells(`<row r="1"><c r="A1" t="inlineStr"><is><t>@</t></is></c></row>`), piece)
	}
	sized := Limits{SharedBytes: 8 << 20}
	ok, none := [3]string{cells(oneRow)}, [3]string{sst("")}
	for _, c := range []struct {
		name          string
		sheet, shared [3]string
		times         int
		lim           Limits
		words         string
	}{
		{"zip bomb of comments", rows("<!--" + strings.Repeat(" ", 100) + "-->"), none, 500_000, Limits{}, "压缩比"},
		{"part too large", rows("<row/>"), none, 1_000_000, Limits{PartBytes: 1 << 20}, "过大"},
		{"giant cell", text("abcdefghij"), none, 20_000, Limits{}, "过长"},
		{"giant cell in many pieces", text("a<!-- -->"), none, 100_000, Limits{}, "过长"},
		{"giant attribute", wrap(`<worksheet a="@"/>`, "abcdefghij"), none, 1_000_000, Limits{}, "过长"},
		{"deep nesting", rows("<y:a>"), none, 1000, Limits{}, "嵌套"},
		{"phantom rows", rows("<row/>"), none, 2_000_000, Limits{}, "1,048,576"},
		{"phantom rows, own limit", rows("<row/>"), none, 2000, Limits{PhantomRows: 500}, "没有内容的行"},
		{"cells without end", row("<c/>"), none, 100_000, Limits{}, "16,384"},
		{"long row", row("<c t=\"str\"><v>" + strings.Repeat("x", 1000) + "</v></c>"), none, 2000, Limits{RowBytes: 1 << 20}, "一行"},
		{"attributes without end", wrap(`<worksheet @`, `b="1" `), none, 1000, Limits{}, ""},
		{"empty shared strings", ok, wrap(sst("@"), "<si/>"), 1_000_000, sized, "共享字符串过多"},
		{"shared strings too large", ok, wrap(sst("@"), "<si><t>"+strings.Repeat("字", 1000)+"</t></si>"), 10_000, sized, "共享字符串过多"},
		{"entities of entities", [3]string{`<!DOCTYPE a [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>` + cells(`<row><c t="str"><v>&b;</v></c></row>`)}, none, 0, Limits{}, "XML"},
		{"external entity", [3]string{`<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>` + cells(`<row><c t="str"><v>&a;</v></c></row>`)}, none, 0, Limits{}, "XML"},
		{"large with a document type", wrap("<!DOCTYPE a>"+cells("@"), "<row><!-- x --></row>"), none, 3_000_000, Limits{}, "备用方式"},
		{"many shared strings with a document type", ok, wrap("<!DOCTYPE a>"+sst("@"), "<si/>"), 1_100_000, Limits{}, "备用方式"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			file := repeated(t, c.sheet, c.shared, c.times)
			start := time.Now()
			var err error
			top := peak(func() { _, err = dumpWithin(t, file, 0, false, c.lim) })
			wantError(t, err, c.words)
			if took := time.Since(start); took > 30*time.Second {
				t.Errorf("took %v", took)
			}
			t.Logf("%d KiB, %v, heap up to %.0f MiB", len(file)>>10, time.Since(start).Round(time.Millisecond), top)
		})
	}
}

// TestPhantomRowsAreCheap reads a sheet that was formatted down to its end.
func TestPhantomRowsAreCheap(t *testing.T) {
	t.Parallel()
	sheet := wrap(cells(oneRow+`@<row r="1048576"><c r="A1048576"><v>2</v></c></row>`), `<row><c s="0"/><c/></row>`)
	got, err := dump(t, repeated(t, sheet, [3]string{sst("")}, 1_000_000), 0, false)
	if err != nil || len(got) != 2 || got[1] != "A1048576 num 2" {
		t.Fatalf("got %v, %v", got, err)
	}
}

// TestTooManyEntries bounds the directory of the zip.
func TestTooManyEntries(t *testing.T) {
	t.Parallel()
	_, err := openBytes(zipOf(t, fixture{}.parts()), Limits{Entries: 3})
	wantError(t, err, "过多")
}
