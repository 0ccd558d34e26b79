package table

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"hbupload/internal/crash"
)

// longSheet is a scan over a CSV of n rows, each telling its own number.
func longSheet(t *testing.T, n int, tail string) *Scan {
	t.Helper()
	var b strings.Builder
	b.WriteString("体检编号,姓名,身份证号\n")
	for i := range n {
		fmt.Fprintf(&b, "K%d,甲,%d\n", i, i)
	}
	b.WriteString(tail)
	path := filepath.Join(t.TempDir(), "x.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	in, err := Open(context.Background(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = in.Close() })
	known := map[string]bool{"体检编号": true, "姓名": true, "身份证号": true}
	scan, err := in.Sheets()[0].Scan(context.Background(), HeaderRule{Known: func(k string) bool { return known[k] }, IsKey: func(k string) bool { return k == "体检编号" }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = scan.Close() })
	return scan
}

func TestReadAheadYieldsEveryRowInOrder(t *testing.T) {
	defer goleak.VerifyNone(t)
	for _, n := range []int{0, 1, aheadRows - 1, aheadRows, aheadRows + 1, 5*aheadRows*aheadBatches + 7} {
		scan := longSheet(t, n, "")
		a := scan.ReadAhead()
		for i := range n {
			row, err := a.Next()
			if err != nil {
				t.Fatalf("row %d of %d: %v", i, n, err)
			}
			if key := row.Cell(1); key.Text != fmt.Sprintf("K%d", i) || row.Num != int32(i+2) || len(row.Cells) != 3 {
				t.Fatalf("row %d of %d is %+v", i, n, row)
			}
		}
		for range 2 {
			if _, err := a.Next(); !errors.Is(err, io.EOF) {
				t.Fatalf("after the last of %d rows: %v", n, err)
			}
		}
		if scan.Read() != n+1 {
			t.Errorf("%d rows read of %d and a header", scan.Read(), n)
		}
		a.Close()
	}
}

func TestReadAheadPassesErrorsOnAndStops(t *testing.T) {
	defer goleak.VerifyNone(t)
	a := longSheet(t, 3*aheadRows, "K,\"never closed\n").ReadAhead()
	n := 0
	var err error
	for ; err == nil; n++ {
		_, err = a.Next()
	}
	if errors.Is(err, io.EOF) {
		t.Errorf("a damaged sheet ends without an error after %d rows", n)
	}
	a.Close()
	left := longSheet(t, 50*aheadRows, "").ReadAhead()
	if _, err := left.Next(); err != nil {
		t.Fatal(err)
	}
	left.Close() // with most of it unread
	left.Close()
}

// TestReadAheadHandsPanicsOver: a workbook that nobody foresaw does not end the
// process from a goroutine.
func TestReadAheadHandsPanicsOver(t *testing.T) {
	defer goleak.VerifyNone(t)
	var none *Scan
	a := none.ReadAhead()
	defer a.Close()
	var fell *crash.Error
	if _, err := a.Next(); !errors.As(err, &fell) || len(fell.Stack) == 0 {
		t.Errorf("err = %v", err)
	}
}
