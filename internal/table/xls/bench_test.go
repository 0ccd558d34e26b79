package xls

import (
	"fmt"
	"strings"
	"testing"
)

// bigBook is a sheet of 65,536 rows and 8 columns: shared texts, small and
// large numbers, dates.
func bigBook() []byte {
	const rows = 65536
	return workbook(func(b *biff) {
		b.rec(recXF, 0, 0, make([]byte, 16)).rec(recXF, 0, 14, make([]byte, 16))
		b.rec(recSST, uint32(100), uint32(100))
		for i := range 100 {
			b.rec(recContinue, 5, byte(1), wide(fmt.Sprintf("结论%03d", i)))
		}
	}, func(b *biff) {
		for i := range rows {
			b.rec(recLabelSST, i, 0, 0, uint32(i%100)).rec(recLabelSST, i, 1, 0, uint32(i%7))
			b.rec(recMulRK, i, 2, 0, uint32(i<<2|2), 0, uint32(i<<2|3), 1, uint32(45000<<2|2), 4)
			b.rec(recNumber, i, 5, 0, float64(i)/7).rec(recRK, i, 6, 0, uint32(i<<2|2)).rec(recLabelSST, i, 7, 0, uint32(3))
		}
	})
}

func BenchmarkBIFF(b *testing.B) {
	data := xlsFile(bigBook())
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	cells := 0
	for b.Loop() {
		n, err := readAll(data)
		if err != nil || n != 65536*8 {
			b.Fatal(n, err)
		}
		cells += n
	}
	b.ReportMetric(float64(cells)/b.Elapsed().Seconds(), "cells/s")
}

func BenchmarkHTML(b *testing.B) {
	var page strings.Builder
	page.WriteString("<table>")
	for i := range 20000 {
		fmt.Fprintf(&page, "<tr><td>TJ%06d</td><td style='mso-number-format:\"\\@\"'>%018d</td><td>未见异常</td><td>%d</td></tr>\n", i, i, i%100)
	}
	page.WriteString("</table>")
	b.SetBytes(int64(page.Len()))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := OpenHTMLReader("x", strings.NewReader(page.String()), Limits{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*80000)/b.Elapsed().Seconds(), "cells/s")
}
