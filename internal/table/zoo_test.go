package table

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hbupload/internal/spec"
)

// animal is one dirty file of the zoo: testdata/zoo/NAME, which dirt
// it stands for, how it is written, and what it must yield.
type animal struct {
	name string
	line string                   // what goes wrong in it
	make func(testing.TB) []byte  // nil: made by another program, see testdata/zoo/make.py
	want string                   // as dump writes it
	more func(*testing.T, *Input) // what dump does not show
}

func zooDir() string { return filepath.Join("..", "..", "testdata", "zoo") }

// TestZoo reads every file of the zoo. HBUPLOAD_ZOO=update writes the files
// anew; otherwise they must be what this code writes.
func TestZoo(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{"make.py": true, "README.md": true}
	for _, a := range zoo() {
		seen[a.name] = true
		t.Run(a.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(zooDir(), a.name)
			if a.make != nil {
				keep(t, path, a.make(t))
			}
			in, err := Open(context.Background(), path, Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer closeInput(t, in)
			if got, want := dump(t, in), strings.TrimSpace(a.want); got != want {
				t.Errorf("%s\n got:\n%s\nwant:\n%s", a.line, got, want)
			}
			if a.more != nil {
				a.more(t, in)
			}
		})
	}
	files, err := os.ReadDir(zooDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !seen[f.Name()] {
			t.Errorf("%s stands in the zoo and nobody says what it must yield", f.Name())
		}
	}
}

func zoo() []animal {
	var out []animal
	for _, part := range [][]animal{zooRows(), zooGroups(), zooKinds(), zooText(), zooValues(), zooWords()} {
		out = append(out, part...)
	}
	return out
}

// keep compares a file with what it should be, or writes it.
func keep(t *testing.T, path string, want []byte) {
	t.Helper()
	if os.Getenv("HBUPLOAD_ZOO") == "update" {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("the file is not what its generator writes; run with HBUPLOAD_ZOO=update")
	}
}

func closeInput(t *testing.T, in *Input) {
	t.Helper()
	if err := in.Close(); err != nil {
		t.Error(err)
	}
}

// rule takes the headers of all three standard sheets.
func rule() HeaderRule {
	known, keys := map[string]bool{}, map[string]bool{}
	for s := range spec.NumSheets {
		for h, id := range spec.Headers(s) {
			known[h] = true
			keys[h] = id == spec.ExamKey
		}
	}
	return HeaderRule{Known: func(h string) bool { return known[h] }, IsKey: func(h string) bool { return keys[h] }, NeedKey: true}
}

// dump writes what an input yields: for each sheet its name, the header, the
// rows with the kind of each cell (T text, N number, D date, B bool, E error,
// F formula, U of a text file; ~ marks a hidden row, + a cached result, % a
// percentage), and the rows passed over.
func dump(t testing.TB, in *Input) string {
	t.Helper()
	var b strings.Builder
	for _, s := range in.Sheets() {
		fmt.Fprintf(&b, "[%s]\n", s.Ref.Name)
		if err := dumpSheet(&b, s); err != nil {
			fmt.Fprintf(&b, "error: %v\n", err)
		}
	}
	return strings.TrimSpace(b.String())
}

func dumpSheet(b *strings.Builder, s *Sheet) error {
	scan, err := s.Scan(context.Background(), rule())
	if err != nil {
		return err
	}
	fmt.Fprint(b, "header")
	for _, c := range scan.Header().Columns {
		fmt.Fprintf(b, " %s=%s", spec.ColumnName(int(c.Col)), c.Name)
	}
	b.WriteByte('\n')
	yielded := 0
	for {
		row, err := scan.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return errors.Join(err, scan.Close())
		}
		yielded++
		fmt.Fprint(b, row.Num)
		if row.Hidden {
			b.WriteByte('~')
		}
		for i := range row.Cells {
			c := &row.Cells[i]
			if !cellHasValue(c) {
				continue
			}
			fmt.Fprintf(b, " %s=%c", spec.ColumnName(int(c.Col)), "-TNDBEFU"[c.Kind])
			if c.Cached {
				b.WriteByte('+')
			}
			if c.Percent {
				b.WriteByte('%')
			}
			b.WriteString(":" + strings.ReplaceAll(c.Text, "\n", `\n`))
		}
		b.WriteByte('\n')
	}
	for _, skip := range scan.Skipped() {
		fmt.Fprintf(b, "%d %s\n", skip.Row, skip.Reason)
	}
	if scan.Read() != yielded+len(scan.Skipped()) {
		return fmt.Errorf("read %d, yielded %d, skipped %d", scan.Read(), yielded, len(scan.Skipped()))
	}
	return scan.Close()
}
