package delim

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"hbupload/internal/fault"
	"hbupload/internal/table/grid"
)

// dump is the sheet as "row:col=text" words.
func dump(b grid.Book) (string, error) {
	rows, err := b.Rows(context.Background(), 0)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	for {
		row, err := rows.Next()
		if errors.Is(err, io.EOF) {
			return strings.TrimSpace(out.String()), rows.Close()
		}
		if err != nil {
			return out.String(), err
		}
		for _, c := range row.Cells {
			fmt.Fprintf(&out, "%d:%d=%s ", row.Num, c.Col, c.Text)
		}
	}
}

func read(t *testing.T, text string, lim Limits) (string, error) {
	t.Helper()
	b, err := OpenReaderAt("dir/报表.2023.csv", strings.NewReader(text), int64(len(text)), lim)
	if err != nil {
		return "", err
	}
	if got := b.Sheets()[0].Name; got != "报表.2023" {
		t.Errorf("sheet %q", got)
	}
	return dump(b)
}

func encode(t *testing.T, e encoding.Encoding, s string) string {
	t.Helper()
	out, err := e.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestText(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ in, want string }{
		"plain":                {"a,b\n1,2\n", "1:1=a 1:2=b 2:1=1 2:2=2"},
		"no last line end":     {"a,b\n1,2", "1:1=a 1:2=b 2:1=1 2:2=2"},
		"crlf":                 {"a,b\r\n1,2\r\n", "1:1=a 1:2=b 2:1=1 2:2=2"},
		"cr only":              {"a,b\r1,2\r", "1:1=a 1:2=b 2:1=1 2:2=2"},
		"blank lines count":    {"\n\r\na,b\n\n1,2\n,\n3,4", "3:1=a 3:2=b 5:1=1 5:2=2 7:1=3 7:2=4"},
		"tab":                  {"a\tb\n1,5\t2\n", "1:1=a 1:2=b 2:1=1,5 2:2=2"},
		"semicolon":            {"a;b\n1,5;2\n3,5;4\n", "1:1=a 1:2=b 2:1=1,5 2:2=2 3:1=3,5 3:2=4"},
		"lists in cells":       {"name,hazards\na,x;y;z\nb,x;y;z\nc,x;y;z\n", "1:1=name 1:2=hazards 2:1=a 2:2=x;y;z 3:1=b 3:2=x;y;z 4:1=c 4:2=x;y;z"},
		"blanks behind quotes": {"\"1\n2\"\t,3\n\"4\n5\" ,6\n", "1:1=1\n2 1:2=3 2:1=4\n5  2:2=6"},
		"pipe":                 {"a|b\n1|2\n", "1:1=a 1:2=b 2:1=1 2:2=2"},
		"one column":           {"a\nb\n", "1:1=a 2:1=b"},
		"title above":          {"title\n\na,b,c\n1,2,3\n", "1:1=title 3:1=a 3:2=b 3:3=c 4:1=1 4:2=2 4:3=3"},
		"sep":                  {"sep=;\r\na,x;b\r\n", "1:1=a,x 1:2=b"},
		"sep quoted tab":       {"\"sep=\t\"\na\tb\n", "1:1=a 1:2=b"},
		"sep in capitals":      {"SEP=|\na|b", "1:1=a 1:2=b"},
		"no sep":               {"sep=x=\na,b", "1:1=sep=x= 2:1=a 2:2=b"},
		"quotes":               {"\"a,\"\"x\"\"\",b\n\"1\n2\",3\n4,5\n", "1:1=a,\"x\" 1:2=b 2:1=1\n2 2:2=3 3:1=4 3:2=5"},
		"cr within quotes":     {"\"1\r2\",3\r4,5\r", "1:1=1\r2 1:2=3 2:1=4 2:2=5"},
		"bare quotes":          {"5\" pipe,b\"c\"\nx,y\n", "1:1=5\" pipe 1:2=b\"c\" 2:1=x 2:2=y"},
		"text after quotes":    {"\"A\"型,b\nx,y\n", "1:1=A型 1:2=b 2:1=x 2:2=y"},
		"escaped quotes":       {"\"he said \\\"x\\\" to\",b\n\"\\\"a\\\"\",\"c\\\"d,e\"\nx,y\n", "1:1=he said \"x\" to 1:2=b 2:1=\"a\" 2:2=c\"d,e 3:1=x 3:2=y"},
		"a folder in quotes":   {"\"C:\\dir\\\",b\n\"C:\\\" ,\"d\\\"\n", "1:1=C:\\dir\\ 1:2=b 2:1=C:\\  2:2=d\\"},
		"escaped backslashes":  {"\"\\\"a\\\" b\\\\\",c\nx,y\n", "1:1=\"a\" b\\ 1:2=c 2:1=x 2:2=y"},
		"empty quotes":         {"\"\",b\nx,\"\"\n", "1:2=b 2:1=x"},
		"trailing tabs":        {"id,n\n130102199001010000\t,1\n130102199001010001\t\t,2\n", "1:1=id 1:2=n 2:1=130102199001010000 2:2=1 3:1=130102199001010001 3:2=2"},
		"formula text":         {"=\"00123\",b\n\"=\"\"00124\"\"\",c\n=\"5\t\",d\n", "1:1=00123 1:2=b 2:1=00124 2:2=c 3:1=5 3:2=d"},
		"apostrophe stays":     {"'0012,b\n", "1:1='0012 1:2=b"},
		"trailing commas":      {"a,b,,\n1,,3,\n", "1:1=a 1:2=b 2:1=1 2:3=3"},
		"dos end":              {"a,b\n1,2\n\x1a", "1:1=a 1:2=b 2:1=1 2:2=2"},
		"quoted last":          {"a,\"b\"", "1:1=a 1:2=b"},
		"bom":                  {"\xEF\xBB\xBF姓名,b\n", "1:1=姓名 1:2=b"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := read(t, c.in, Limits{})
			if err != nil || got != c.want {
				t.Errorf("got  %q, %v\nwant %q", got, err, c.want)
			}
		})
	}
}

func TestEncodings(t *testing.T) {
	t.Parallel()
	text := "体检编号,姓名,结果\nTJ0001,测试甲,10⁹/L ≥5\nTJ0002,𠮷田,正常\n"
	const want = "1:1=体检编号 1:2=姓名 1:3=结果 2:1=TJ0001 2:2=测试甲 2:3=10⁹/L ≥5 3:1=TJ0002 3:2=𠮷田 3:3=正常"
	for name, in := range map[string]string{
		"utf8":          text,
		"utf8 bom":      "\xEF\xBB\xBF" + text,
		"gb18030":       encode(t, simplifiedchinese.GB18030, text),
		"utf16le bom":   encode(t, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), text),
		"utf16be bom":   encode(t, unicode.UTF16(unicode.BigEndian, unicode.UseBOM), text),
		"utf16le naked": encode(t, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), text),
		"utf16be naked": encode(t, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), text),
	} {
		if got, err := read(t, in, Limits{}); err != nil || got != want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

// The first Chinese character may come after a gigabyte of ASCII.
func TestLateChinese(t *testing.T) {
	t.Parallel()
	gb := encode(t, simplifiedchinese.GB18030, "结论,正常\n")
	in := strings.Repeat("abcdefg,1234567\n", 40000) + gb
	got, err := read(t, in, Limits{})
	if err != nil || !strings.HasSuffix(got, "40001:1=结论 40001:2=正常") {
		t.Errorf("%v", err)
	}
}

func TestBad(t *testing.T) {
	t.Parallel()
	gb := func(s string) string { return encode(t, simplifiedchinese.GB18030, s) }
	for name, c := range map[string]struct {
		in   string
		lim  Limits
		row  int32
		want string
	}{
		"empty":              {"", Limits{}, 0, "空"},
		"only bom":           {"\xEF\xBB\xBF", Limits{}, 0, "空"},
		"gb in utf8":         {"体检编号,结论\n1,未见异常\n2," + gb("正常") + "\n3,未见异常\n", Limits{}, 3, "字节"},
		"gb after line ends": {"\"体检\n编号\",结论\n\n1,未见异常\n2," + gb("正常") + "\n", Limits{}, 4, "混用"},
		"utf8 in gb":         {gb("编号,结论\n1,正常\n2,正常\n3,正常\n") + "4,未见异常\n", Limits{}, 5, "混用"},
		"bom and gb":         {"\xEF\xBB\xBF1,2\n" + gb("结论") + "\n", Limits{}, 2, "混用"},
		"cut within utf8":    {"体检编号,结论\n1,正\xE5\xB8", Limits{}, 2, "中断"},
		"cut within gb":      {gb("编号,结论\n1,正") + "\xB3", Limits{}, 2, "中断"},
		"zero bytes":         {"a,b\n1,2\n\x00\x00\x00", Limits{}, 3, "不是文本"},
		"never closed":       {"a,b\n1,\"x\n2,3\n", Limits{}, 2, "引号"},
		"stray quotes":       {"a,b\n1,\"x\n2,3\n4,\"y\n5,6\n", Limits{}, 2, "引号"},
		"never closed, long": {"a,b\n1,\"x\n" + strings.Repeat("2,3\n", 600000), Limits{}, 2, "引号"},
		"endless line":       {"a,b\n" + strings.Repeat("xy", 600000), Limits{}, 2, "KiB"},
		"long line":          {"a,b\n1,23456789\n3", Limits{MaxRecord: 8}, 2, "KiB"},
		"many fields":        {"a,b\n1,2\n" + strings.Repeat(",", 20000), Limits{}, 3, "列"},
		"too large":          {"a,b\n1,2\n", Limits{MaxBytes: 4}, 0, "MiB"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := read(t, c.in, c.lim)
			var re *grid.ReadError
			if !errors.As(err, &re) || re.Row != c.row || !strings.Contains(re.Error(), c.want) || re.Hint() == "" || re.Kind() != fault.Input {
				t.Errorf("got %v (%+v), want row %d and %q", err, re, c.row, c.want)
			}
		})
	}
}

func TestReader(t *testing.T) {
	t.Parallel()
	text := "a,b\n" + strings.Repeat("1,2\n", 1000)
	for name, lim := range map[string]Limits{"memory": {}, "temporary file": {MaxMemory: 64, TempDir: t.TempDir()}} {
		b, err := OpenReader("-", iotest.HalfReader(strings.NewReader(text)), lim)
		if err != nil {
			t.Fatal(name, err)
		}
		got, err := dump(b)
		if want := "1001:1=1 1001:2=2"; err != nil || !strings.HasSuffix(got, want) {
			t.Errorf("%s: %v", name, err)
		}
		if err := b.Close(); err != nil {
			t.Error(name, err)
		}
		if left, _ := filepath.Glob(filepath.Join(lim.TempDir, "hbupload-*")); lim.TempDir != "" && len(left) > 0 {
			t.Errorf("%s: left behind %v", name, left)
		}
	}
	if _, err := OpenReader("-", iotest.ErrReader(io.ErrClosedPipe), Limits{}); !errors.Is(err, io.ErrClosedPipe) {
		t.Error(err)
	}
	for _, mem := range []int64{8, 1 << 20} {
		if _, err := OpenReader("-", strings.NewReader(text), Limits{MaxBytes: 64, MaxMemory: mem, TempDir: t.TempDir()}); err == nil {
			t.Error("too long, and read")
		}
	}
}

func TestFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "x.csv")
	if err := os.WriteFile(path, []byte("a,b\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	b, err := Open(path, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := dump(b); err != nil || got != "1:1=a 1:2=b" {
		t.Error(got, err)
	}
	if _, err := b.Rows(context.Background(), 1); err == nil {
		t.Error("a second sheet")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	rows, err := b.Rows(ctx, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := rows.Next(); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if err := b.Close(); err != nil {
		t.Error(err)
	}
	for _, p := range []string{path + "x", filepath.Dir(path)} {
		if _, err := Open(p, Limits{}); err == nil {
			t.Error("opened", p)
		}
	}
}

// Several passes at once, each whole.
func TestConcurrent(t *testing.T) {
	t.Parallel()
	text := encode(t, simplifiedchinese.GB18030, strings.Repeat("编号,结论\n", 5000))
	b, err := OpenReaderAt("x.csv", strings.NewReader(text), int64(len(text)), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	results := make(chan error)
	for range 4 {
		go func() {
			got, err := dump(b)
			if err == nil && !strings.HasSuffix(got, "5000:1=编号 5000:2=结论") {
				err = errors.New("rows are missing")
			}
			results <- err
		}()
	}
	for range 4 {
		if err := <-results; err != nil {
			t.Error(err)
		}
	}
}

// TestStreamLeavesNothing: what is kept of a stream has no name, so that a kill
// leaves no rows behind.
func TestStreamLeavesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	book, err := OpenReader("-", strings.NewReader("a,b\n"+strings.Repeat("1,2\n", 1000)), Limits{MaxMemory: 100, TempDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 && runtime.GOOS != "windows" {
		t.Errorf("%v is there while it is read", left)
	}
	if err := book.Close(); err != nil {
		t.Error(err)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("%v is left", left)
	}
}
