package xlsx

import (
	"archive/zip"
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// benchFile writes a workbook of rows x cols the way Excel does: shared
// strings, numbers, dates by style, a few blanks.
func benchFile(b *testing.B, rows, cols int) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "bench.xlsx")
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	zw := zip.NewWriter(f)
	const distinct = 20_000
	var items strings.Builder
	for i := range distinct {
		fmt.Fprintf(&items, "<si><t>受检人员%06d</t></si>", i)
	}
	styles := `<styleSheet xmlns="` + mainNS + `"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>`
	fx := fixture{sheet: "-", shared: sst(items.String()), styles: styles}
	for name, text := range fx.parts() {
		w, err := zw.Create(name)
		if err == nil {
			_, err = io.WriteString(w, text)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	w, err := zw.Create("xl/worksheets/sheet1.xml")
	if err != nil {
		b.Fatal(err)
	}
	bw := bufio.NewWriter(w)
	benchSheet(bw, rows, cols, distinct)
	if err := bw.Flush(); err != nil {
		b.Fatal(err)
	}
	if err := zw.Close(); err != nil {
		b.Fatal(err)
	}
	return path
}

// benchSheet writes the rows.
func benchSheet(w io.Writer, rows, cols, distinct int) {
	fmt.Fprintf(w, `<worksheet xmlns="%s"><sheetData>`, mainNS)
	for r := 1; r <= rows; r++ {
		fmt.Fprintf(w, `<row r="%d" spans="1:%d">`, r, cols)
		for c := 1; c <= cols; c++ {
			ref := fmt.Sprintf("%s%d", colName(int32(c)), r)
			switch c % 4 {
			case 1, 2:
				fmt.Fprintf(w, `<c r="%s" t="s"><v>%d</v></c>`, ref, (r*31+c*17)%distinct)
			case 3:
				fmt.Fprintf(w, `<c r="%s"><v>%d.%02d</v></c>`, ref, r%1000, r%97)
			default:
				fmt.Fprintf(w, `<c r="%s" s="1"><v>%d</v></c>`, ref, 40000+r%5000)
			}
		}
		io.WriteString(w, "</row>")
	}
	io.WriteString(w, "</sheetData></worksheet>")
}

// scanOwn reads the whole workbook and counts cells.
func scanOwn(b *testing.B, path string) (n int) {
	book, err := Open(path, Limits{})
	if err != nil {
		b.Fatal(err)
	}
	defer book.Close()
	rows, err := book.Rows(b.Context(), 0)
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	for {
		row, err := rows.Next()
		if err == io.EOF {
			return n
		}
		if err != nil {
			b.Fatal(err)
		}
		n += len(row.Cells)
	}
}

// scanExcelize is the baseline: the streaming rows of excelize, raw values.
func scanExcelize(b *testing.B, path string) (n int) {
	f, err := excelize.OpenFile(path, excelize.Options{RawCellValue: true})
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	rows, err := f.Rows("表")
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		cols, err := rows.Columns()
		if err != nil {
			b.Fatal(err)
		}
		n += len(cols)
	}
	return n
}

// peak runs fn and gives the highest heap seen while it ran, in MiB.
func peak(fn func()) float64 {
	runtime.GC()
	var top atomic.Uint64
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			top.Store(max(top.Load(), m.HeapInuse))
			select {
			case <-stop:
				return
			case <-tick.C:
			}
		}
	}()
	fn()
	close(stop)
	<-done
	return float64(top.Load()) / (1 << 20)
}

// benchRatio times both readers in one run; -short takes a tenth of the rows.
func benchRatio(b *testing.B, rows, cols int) {
	if testing.Short() {
		rows /= 10
	}
	path := benchFile(b, rows, cols)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	debug.FreeOSMemory()
	var own, base time.Duration
	for b.Loop() {
		start := time.Now()
		n := scanOwn(b, path)
		own += time.Since(start)
		start = time.Now()
		if m := scanExcelize(b, path); m != n || n != rows*cols {
			b.Fatalf("own %d cells, excelize %d, want %d", n, m, rows*cols)
		}
		base += time.Since(start)
	}
	b.ReportMetric(own.Seconds()/base.Seconds(), "x-excelize")
	b.ReportMetric(float64(rows)*float64(b.N)/own.Seconds(), "rows/s")
	b.ReportMetric(base.Seconds()/float64(b.N), "excelize-s")
	b.ReportMetric(own.Seconds()/float64(b.N), "own-s")
	b.ReportMetric(peak(func() { scanOwn(b, path) }), "peak-MiB")
}

func BenchmarkLong1Mx8(b *testing.B)    { benchRatio(b, 1_000_000, 8) }
func BenchmarkWide100Kx30(b *testing.B) { benchRatio(b, 100_000, 30) }

// BenchmarkOwn is the scanner alone, for profiles.
func BenchmarkOwn(b *testing.B) {
	path := benchFile(b, 200_000, 8)
	b.ReportAllocs()
	for b.Loop() {
		scanOwn(b, path)
	}
}
