package xls

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"

	"hbupload/internal/table/grid"
)

func TestHTML(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ in, want string }{
		"plain":            {"<table><tr><th>a</th><td>1</td></tr><tr><td></td><td>2</td></tr></table>", "1|A1=U a|B1=U 1\n2|B2=U 2"},
		"careless":         {"<TABLE><TR><TD>a<TD>b<tr><td>c</table>", "1|A1=U a|B1=U b\n2|A2=U c"},
		"no table end":     {"<html><body><table><tr><td>a</body></html>", "1|A1=U a"},
		"blank rows count": {"<table><tr><td>a</tr><tr></tr><tr><td> &nbsp;</tr><tr><td>b</table>", "1|A1=U a\n4|A4=U b"},
		"entities":         {"<table><tr><td>&lt;5&nbsp;&amp;&#8804;&#x5C18;</table>", "1|A1=U <5\u00A0&≤尘"},
		"white space":      {"<table><tr><td>\n a \r\n b<b>c</b> <i>d</i><br> e<br>f </table>", "1|A1=U a bc d\ne\nf"},
		"text format":      {`<table><tr><td style='mso-number-format:"\@"'>0012</td><td style="mso-number-format:'\@'">1</td><td style="vnd.ms-excel.numberformat:@">2</td><td x:str>3</td><td style='mso-number-format:0'>4</table>`, "1|A1=T 0012|B1=T 1|C1=T 2|D1=T 3|E1=U 4"},
		"text class": {"<style><!--\n.a {color:red}\n.X1, td.x2\n{mso-number-format:\"\\@\";}\n--></style><table><tr><td class=x1>1</td><td class='b x2'>2</td><td class=a>3</table>",
			"1|A1=T 1|B1=T 2|C1=U 3"},
		"spans":    {"<table><tr><td rowspan=2>a<td colspan=2>b<td>c<tr><td>d<td>e<td>f<tr><td>g</table>", "1|A1=U a|B1=U b|D1=U c\n2|B2=U d|C2=U e|D2=U f\n3|A3=U g"},
		"nested":   {"<table><tr><td>a<table><tr><td>in</td></tr></table>z</td><td>b</table>", "1|A1=U a z|B1=U b"},
		"layout":   {"<table><tr><td><table><tr><td>in</td></tr></table></td></tr></table>", "1|A1=U in"},
		"hidden":   {"<table><tr style='display:none'><td>a</table>", "1~|A1=U a"},
		"no row":   {"<table><td>a<td>b</table>", "1|A1=U a|B1=U b"},
		"script":   {"<title><table></title><script>var s='<table>'</script><table><tr><td>a<script>x</script>b</table>", "1|A1=U ab"},
		"heads":    {"<table><thead><tr><td>a</thead><tbody><tr><td>b</tbody></table>", "1|A1=U a\n2|A2=U b"},
		"junk":     {"<table><tr><td colspan='2px'>a<td colspan='3\"'>b<td colspan=' +2.5'>c<td colspan=0>d<td colspan=-2>e<td>f</table>", "1|A1=U a|C1=U b|F1=U c|H1=U d|I1=U e|J1=U f"},
		"bad ends": {"</table></tr><table></td><tr><td colspan=x rowspan=-1>a</table></table>", "1|A1=U a"},
	} {
		b, err := OpenHTMLReader("x.xls", strings.NewReader(c.in), Limits{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got, err := dump(b, 0); err != nil || got != c.want {
			t.Errorf("%s: %v\ngot  %q\nwant %q", name, err, got, c.want)
		}
	}
}

func TestHTMLSheets(t *testing.T) {
	t.Parallel()
	const tables = "<table><tr><td colspan=2 rowspan=3>a</table><p>x</p><table></table><table><tr><td>b</table>"
	for in, want := range map[string]string{
		tables: "[{Sheet1 false} {Sheet2 false}]",
		"<!--[if gte mso 9]><xml><x:Name>体检&amp;信息</x:Name><x:Name> S2</x:Name></xml><![endif]-->" + tables:      "[{体检&信息 false} {S2 false}]",
		"<xml><x:ExcelWorksheet><x:Name>一</x:Name></x:ExcelWorksheet><x:Name>二</x:Name><x:Name/></xml>" + tables: "[{一 false} {二 false}]",
		"<!--<x:Name>一</x:Name><x:Name>-->" + tables:                                                             "[{Sheet1 false} {Sheet2 false}]",
	} {
		b, err := OpenHTMLReader("x.xls", strings.NewReader(in), Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(b.Sheets()); got != want {
			t.Errorf("%s\nwant %s", got, want)
		}
		merges, err := b.Merges(context.Background(), 0)
		if err != nil || fmt.Sprint(merges) != "[{1 1 3 2}]" || b.Date1904() || len(b.Notes()) != 1 || b.Close() != nil {
			t.Error(merges, err)
		}
		if _, err := b.Rows(context.Background(), 2); err == nil {
			t.Error("a third sheet")
		}
		if _, err := b.Merges(context.Background(), -1); err == nil {
			t.Error("a sheet before the first")
		}
	}
}

func TestHTMLEncodings(t *testing.T) {
	t.Parallel()
	page := func(meta, text string) string {
		return "<html><meta charset=" + meta + "><table><tr><td>" + text + "</td></tr></table></html>"
	}
	for name, c := range map[string]struct {
		e    encoding.Encoding
		meta string
	}{
		"utf8":                 {unicode.UTF8, "utf-8"},
		"gbk":                  {simplifiedchinese.GBK, "gb2312"},
		"gbk that says utf8":   {simplifiedchinese.GBK, "utf-8"},
		"utf8 that says gb":    {unicode.UTF8, "gb2312"},
		"utf16":                {unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), "unicode"},
		"big5 by its own word": {traditionalchinese.Big5, "big5"},
	} {
		in, err := c.e.NewEncoder().String(page(c.meta, "中文"))
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "x.xls")
		if err := os.WriteFile(path, []byte(in), 0o600); err != nil {
			t.Fatal(err)
		}
		b, err := OpenHTML(path, Limits{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got, err := dump(b, 0); err != nil || got != "1|A1=U 中文" {
			t.Errorf("%s: %s, %v", name, got, err)
		}
	}
}

func TestHTMLRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		in   string
		lim  Limits
		want string
	}{
		"empty":     {"", Limits{}, "空"},
		"no table":  {"<html><form>请登录</form></html>", Limits{}, "没有表格"},
		"cut off":   {"<table><tr><td>a</td></tr><tr><td>b", Limits{}, "不完整"},
		"deep":      {strings.Repeat("<table><tr><td>", 70), Limits{}, "嵌套"},
		"wide":      {"<table><tr>" + strings.Repeat("<td colspan=1000>", 20) + "</table>", Limits{}, "过大"},
		"many":      {"<table><tr><td>a<td>b<td>c</table>", Limits{MaxCells: 2}, "过大"},
		"long cell": {"<table><tr><td>" + strings.Repeat("<b>abcdefgh</b>", 200000) + "</table>", Limits{}, "过长"},
		"long tag":  {"<table><tr><td " + strings.Repeat("abcdefgh", 700000) + "></table>", Limits{}, "过长"},
		"mixed":     {"<table><tr><td>未见异常\n\xD6\xD0\xB9\xFA</table>", Limits{}, "编码"},
		"large":     {"<table><tr><td>a</table>", Limits{MaxBytes: 9}, "上限"},
	} {
		_, err := OpenHTMLReader("x.xls", strings.NewReader(c.in), c.lim)
		var re *grid.ReadError
		if !errors.As(err, &re) || !strings.Contains(re.Message, c.want) || re.Hint() == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := OpenHTML(filepath.Join(t.TempDir(), "none"), Limits{}); err == nil {
		t.Error("opened nothing")
	}
	b, err := OpenHTMLReader("x.xls", strings.NewReader("<table><tr><td>a</table>"), Limits{})
	if err != nil {
		t.Fatal(err)
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
	if err := rows.Close(); err != nil {
		t.Error(err)
	}
}

func FuzzHTML(f *testing.F) {
	f.Add("<table><tr><td rowspan=2 class=a>a<td colspan=3>&amp;<tr><td><table><x:Name>n</table></body>")
	f.Add("<style>.a{mso-number-format:\\@}</style><!--<x:Name>s</x:Name>--><table><td>a<br>b</table>")
	f.Fuzz(func(t *testing.T, in string) {
		b, err := OpenHTMLReader("x", strings.NewReader(in), Limits{MaxCells: 10000})
		if err != nil {
			return
		}
		for i := range b.Sheets() {
			rows, err := b.Rows(context.Background(), i)
			if err != nil {
				t.Fatal(err)
			}
			last := int32(0)
			for {
				row, err := rows.Next()
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
				if row.Num <= last || len(row.Cells) == 0 {
					t.Fatalf("row %d after %d", row.Num, last)
				}
				last = row.Num
				for j := 1; j < len(row.Cells); j++ {
					if row.Cells[j].Col <= row.Cells[j-1].Col {
						t.Fatal("columns out of order")
					}
				}
			}
		}
	})
}
