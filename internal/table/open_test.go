package table

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hbupload/internal/table/grid"
)

// folder writes files into a new folder.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func sheets(in *Input) string {
	var names []string
	for _, s := range in.Sheets() {
		names = append(names, s.Ref.Name+"="+strings.TrimPrefix(s.Ref.File, in.Path))
	}
	return strings.Join(names, " ")
}

func TestFolder(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"b.csv": table3, "a.TSV": tabbed(table3), "~$a.csv": "x", ".x.csv": "x", "old.xls": "<table><tr><td>体检编号<td>姓名<td>身份证号<tr><td>A1<td>一<td>2</table>", "deep/c.csv": table3, "readme.txt": "x", "more.zip": "x"})
	in, err := Open(context.Background(), dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer closeInput(t, in)
	if got := sheets(in); got != "a=/a.TSV b=/b.csv c=/deep/c.csv Sheet1=/old.xls" {
		t.Errorf("sheets %s", got)
	}
	if n := strings.Join(in.Notes(), ""); !strings.Contains(n, "more.zip、readme.txt") || strings.Contains(n, "old.xls") || strings.Contains(n, "~$") {
		t.Errorf("notes %q", n)
	}
	if in.Format != FormatFolder {
		t.Errorf("%s", in.Format)
	}
	for _, s := range in.Sheets() {
		if n, err := readSheet(s); n != 1 || err != nil {
			t.Errorf("%s: %d rows, %v", s.Ref.Name, n, err)
		}
	}
}

func TestFolderRefused(t *testing.T) {
	t.Parallel()
	tests := []struct {
		files map[string]string
		want  string
	}{
		{nil, "没有 .csv"},
		{map[string]string{"体检.xlsx": "%PDF-1.4", "~$体检.xlsx": ""}, "PDF"},
		{map[string]string{"a.csv": ""}, "文件是空的"},
		{map[string]string{"a.csv": "PK\x03\x04"}, "内容却是工作簿"},
		{map[string]string{"a.csv": "%PDF-1.4"}, "PDF"},
	}
	for _, tt := range tests {
		dir := folder(t, tt.files)
		_, err := Open(context.Background(), dir, Options{})
		expectError(t, err, dir, tt.want)
	}
}

func TestOpenRefused(t *testing.T) {
	t.Parallel()
	_, err := Open(context.Background(), filepath.Join(t.TempDir(), "nobody.xlsx"), Options{})
	var re *grid.ReadError
	if !errors.As(err, &re) || !strings.Contains(re.Message, "不存在") || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
	if _, err = Open(context.Background(), "-", Options{}); err == nil {
		t.Error("standard input without a reader")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err = Open(ctx, zooDir(), Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestStdin(t *testing.T) {
	t.Parallel()
	in, err := Open(context.Background(), "-", Options{Stdin: strings.NewReader(table3)})
	if err != nil {
		t.Fatal(err)
	}
	defer closeInput(t, in)
	if n, err := readSheet(in.Sheets()[0]); n != 1 || err != nil || in.Sheets()[0].Ref.File != "-" {
		t.Errorf("%d rows of %s, %v", n, in.Sheets()[0].Ref.File, err)
	}
	sum, err := in.SHA256(context.Background())
	if want := digestOf(t, table3); err != nil || sum != want {
		t.Errorf("digest %s %v, want %s", sum, err, want)
	}
	for text, want := range map[string]string{"": "空", "PK\x03\x04": "标准输入", "%PDF-": "PDF"} {
		_, err := openReader(context.Background(), "-", strings.NewReader(text), Options{})
		expectError(t, err, "-", want)
	}
}

// digestOf is the digest of a file with the text.
func digestOf(t *testing.T, text string) string {
	t.Helper()
	in, err := Open(context.Background(), filepath.Join(folder(t, map[string]string{"x.csv": text}), "x.csv"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer closeInput(t, in)
	sum, err := in.SHA256(context.Background())
	if err != nil || len(sum) != 64 {
		t.Fatal(sum, err)
	}
	return sum
}

// TestDigestSeesChanges: a file that changes between two passes is noticed, a
// new or renamed file of a folder too.
func TestDigestSeesChanges(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"a.csv": table3})
	in, err := Open(context.Background(), dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer closeInput(t, in)
	seen := map[string]bool{}
	step := func(name string, change func() error) {
		if err := change(); err != nil {
			t.Fatal(err)
		}
		sum, err := in.SHA256(context.Background())
		if err != nil || seen[sum] {
			t.Errorf("%s: not seen (%v)", name, err)
		}
		seen[sum] = true
	}
	step("as it was", func() error { return nil })
	step("bytes", func() error { return os.WriteFile(filepath.Join(dir, "a.csv"), []byte(table3+"x"), 0o600) })
	step("new file", func() error { return os.WriteFile(filepath.Join(dir, "b.csv"), []byte(table3), 0o600) })
	step("name", func() error { return os.Rename(filepath.Join(dir, "b.csv"), filepath.Join(dir, "c.csv")) })
}

// TestZipWritesNothing: names with ".." are only names.
func TestZipWritesNothing(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"in/x.zip": string(stored(t, [2]string{"../slip.csv", table3}))})
	in, err := Open(context.Background(), filepath.Join(dir, "in", "x.zip"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer closeInput(t, in)
	if got := sheets(in); got != "slip=/../slip.csv" {
		t.Errorf("sheets %s", got)
	}
	if _, err := os.Stat(filepath.Join(dir, "slip.csv")); !errors.Is(err, os.ErrNotExist) {
		t.Error("something was written outside")
	}
}

func TestSheetsAreIndependent(t *testing.T) {
	t.Parallel()
	in, err := Open(context.Background(), filepath.Join(zooDir(), "title-blank-merged.xlsx"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer closeInput(t, in)
	s := in.Sheets()[0]
	done := make(chan int)
	for range 4 {
		go func() {
			n, err := readSheet(s)
			if err != nil {
				n = -1
			}
			done <- n
		}()
	}
	for range 4 {
		if n := <-done; n != 2 {
			t.Errorf("%d rows", n)
		}
	}
	if m, err := s.Merges(context.Background()); err != nil || len(m) != 2 {
		t.Errorf("merges %v %v", m, err)
	}
}

func TestNoHeader(t *testing.T) {
	t.Parallel()
	in, err := openReader(context.Background(), "-", strings.NewReader("体检编号,姓名\n1,2\n"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer closeInput(t, in)
	_, err = in.Sheets()[0].Scan(context.Background(), rule())
	var nh *NoHeaderError
	if !errors.Is(err, ErrNoHeader) || !errors.As(err, &nh) || nh.Known != 2 || nh.Rows != 2 || len(nh.Best.Columns) != 2 {
		t.Errorf("%v %+v", err, nh)
	}
	scan, err := in.Sheets()[0].Scan(context.Background(), HeaderRule{Known: rule().Known, MinKnown: 2})
	if err != nil || len(scan.Header().Columns) != 2 {
		t.Fatal(err)
	}
	if err := scan.Close(); err != nil {
		t.Error(err)
	}
}

func FuzzOpen(f *testing.F) {
	for _, a := range zoo() {
		if b, err := os.ReadFile(filepath.Join(zooDir(), a.name)); err == nil {
			f.Add(b)
		}
	}
	f.Add([]byte("PK\x03\x04"))
	f.Add([]byte("<table><tr><td>体检编号"))
	path := filepath.Join(f.TempDir(), "input")
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<20 {
			t.Skip()
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		in, err := Open(context.Background(), path, Options{})
		if err != nil {
			var re *grid.ReadError
			if !errors.As(err, &re) || re.Message == "" || re.Hint() == "" {
				t.Fatalf("not a ReadError that helps: %#v", err)
			}
			return
		}
		defer closeInput(t, in)
		for _, s := range in.Sheets() {
			if _, err := readSheet(s); err != nil && !errors.Is(err, ErrNoHeader) {
				var re *grid.ReadError
				if !errors.As(err, &re) {
					t.Fatalf("not a ReadError: %#v", err)
				}
			}
		}
	})
}
