package delim

import (
	"bytes"
	"encoding/csv"
	"errors"
	"strings"
	"testing"

	"hbupload/internal/table/grid"
)

func FuzzOpen(f *testing.F) {
	f.Add([]byte("sep=;\r\na;\"b\"\"c\"\r\n=\"001\";'2\t\r"))
	f.Add([]byte("\xFF\xFEa\x00,\x00b\x00\n\x00"))
	f.Add([]byte("\xCC\xE5\xBC\xEC,\"x\ny\"z\n"))
	f.Fuzz(func(t *testing.T, in []byte) {
		b, err := OpenReaderAt("x.csv", bytes.NewReader(in), int64(len(in)), Limits{MaxRecord: 4096, MaxFields: 64})
		if err == nil {
			_, err = dump(b)
		}
		var re *grid.ReadError
		if err != nil && (!errors.As(err, &re) || re.Hint() == "") {
			t.Fatal(err)
		}
	})
}

// What encoding/csv writes is read back cell by cell.
func FuzzRoundTrip(f *testing.F) {
	f.Add("a", "b\nc", `d"e`, ",")
	f.Add("", " x", "'1", "\t")
	f.Fuzz(func(t *testing.T, c1, c2, c3, c4 string) {
		cells := []string{c1, c2, c3, c4}
		for _, c := range cells {
			// The normalisations of the package, and what text files cannot hold.
			if clean(c, true) != c || strings.ContainsAny(c, "\x00\r\x1a") || strings.ToValidUTF8(c, "") != c || len(c) > 1000 {
				return
			}
		}
		var buf bytes.Buffer
		w := csv.NewWriter(&buf)
		for range 3 { // enough for the delimiter to be beyond doubt
			if err := errors.Join(w.Write([]string{"k1", "k2", "k3", "k4", "k5", "k6", "k7", "k8"}), w.Write(append(cells, "1", "2", "3", "4"))); err != nil {
				t.Fatal(err)
			}
		}
		w.Flush()
		b, err := OpenReaderAt("x.csv", bytes.NewReader(buf.Bytes()), int64(buf.Len()), Limits{})
		if err != nil {
			t.Fatal(err)
		}
		rows, err := b.Rows(t.Context(), 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err = rows.Next(); err != nil {
			t.Fatal(err)
		}
		row, err := rows.Next()
		if err != nil || row.Num != 2 {
			t.Fatal(err)
		}
		for i, want := range cells {
			if got := row.Cell(int32(i + 1)).Text; got != want {
				t.Errorf("%q, want %q", got, want)
			}
		}
	})
}
