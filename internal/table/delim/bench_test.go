package delim

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
)

const benchRows = 200000

// benchText has rows of 85 bytes in GB18030.
func benchText() string {
	var b strings.Builder
	for i := range benchRows {
		fmt.Fprintf(&b, "TJ%08d,130102199001010000,河北某公司,2023-01-05,电焊烟尘,未见异常,%05d.5,正常,在岗\n", i, i%99999)
	}
	return b.String()
}

// BenchmarkGB18030 opens (which reads the file once) and reads a GB18030 file;
// BenchmarkEncodingCSV is what the standard library takes for the same text
// that is UTF-8 already. The ratio of their rows/s is what matters.
func BenchmarkGB18030(b *testing.B) {
	text, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(benchText()))
	if err != nil {
		b.Fatal(err)
	}
	b.Logf("%d bytes a row", len(text)/benchRows)
	benchRead(b, text)
}

func BenchmarkUTF8(b *testing.B) { benchRead(b, []byte(benchText())) }

func benchRead(b *testing.B, text []byte) {
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		book, err := OpenReaderAt("x.csv", bytes.NewReader(text), int64(len(text)), Limits{})
		if err != nil {
			b.Fatal(err)
		}
		rows, err := book.Rows(context.Background(), 0)
		n := 0
		for ; err == nil; n++ {
			_, err = rows.Next()
		}
		if err != io.EOF || n != benchRows+1 {
			b.Fatal(n, err)
		}
	}
	b.ReportMetric(float64(b.N*benchRows)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkEncodingCSV(b *testing.B) {
	text := []byte(benchText())
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		r := csv.NewReader(bytes.NewReader(text))
		r.LazyQuotes = true
		n := 0
		var err error
		for ; err == nil; n++ {
			_, err = r.Read()
		}
		if err != io.EOF || n != benchRows+1 {
			b.Fatal(n, err)
		}
	}
	b.ReportMetric(float64(b.N*benchRows)/b.Elapsed().Seconds(), "rows/s")
}
