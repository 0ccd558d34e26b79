package xls

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// TestDeclaredEncodings: Latin text that says so is read as that; Chinese text
// that says the same is read as Chinese; either is said. What may be both is
// refused.
func TestDeclaredEncodings(t *testing.T) {
	t.Parallel()
	const latin, chinese = "Müller, André, 37°C, Größe, naïve, Ångström", "体检编号姓名性别张三王喆镕身份证号上海市职业病防治院"
	for _, c := range []struct {
		written encoding.Encoding
		label   string
		text    string
		note    string // "" if the page is refused
	}{
		{charmap.ISO8859_1, "iso-8859-1", latin, "iso-8859-1"},
		{charmap.ISO8859_1, "ISO_8859-1", "25°C", "ISO_8859-1"},
		{charmap.Windows1252, "windows-1252", "“Müller” – 5 €", "windows-1252"},
		{charmap.ISO8859_15, "iso-8859-15", "5 € à Besançon", "iso-8859-15"},
		{charmap.ISO8859_2, "iso-8859-2", "Łukasz Dvořák, Jiří Novák, Šárka, Młynarz", "iso-8859-2"},
		{charmap.ISO8859_5, "iso-8859-5", "Анализ крови, Иванов Пётр Сергеевич, норма", "iso-8859-5"},
		{simplifiedchinese.GBK, "iso-8859-1", chinese, "GB18030"},
		{simplifiedchinese.GBK, "ISO-8859-15", chinese, "GB18030"},
		{simplifiedchinese.GBK, "us-ascii", "张三", "GB18030"},
		{simplifiedchinese.GBK, "iso-8859-5", chinese, "GB18030"},
		{traditionalchinese.Big5, "iso-8859-1", "體檢編號姓名性別身份證號張三先生在上海市工作", ""},
		{charmap.ISO8859_1, "iso-8859-1", "éé üü M", ""},
		{simplifiedchinese.GBK, "gb2312", chinese, "-"},
		{simplifiedchinese.GBK, "nonsense", chinese, "-"},
		{simplifiedchinese.GBK, "", chinese, "-"},
	} {
		text, err := c.written.NewEncoder().String(c.text)
		if err != nil {
			t.Fatal(err)
		}
		for _, page := range []string{
			"<html><!-- <meta charset=big5> --><meta http-equiv=Content-Type content='text/html; charset=" + c.label + "'><table><tr><td>" + text + "</table></html>",
			"<html><META CHARSET=\"" + c.label + "\"><table><tr><td>" + text + "</table></html>",
			`<?xml version="1.0" encoding="` + c.label + `"?><Workbook xmlns:ss="urn:x"><Worksheet ss:Name="S"><Table><Row><Cell><Data ss:Type="String">` + text + `</Data></Cell></Row></Table></Worksheet></Workbook>`,
		} {
			b, err := OpenHTMLReader("x.xls", strings.NewReader(page), Limits{})
			if c.note == "" {
				if err == nil {
					got, _ := dump(b, 0)
					t.Errorf("%s %q is read as %s", c.label, c.text, got)
				}
				continue
			}
			if err != nil {
				t.Errorf("%s %q: %v", c.label, c.text, err)
				continue
			}
			if got, err := dump(b, 0); err != nil || got[len("1|A1=U "):] != c.text {
				t.Errorf("%s: %s, %v", c.label, got, err)
			}
			if notes := strings.Join(b.Notes(), " "); strings.Contains(notes, "自称") != (c.note != "-") || c.note != "-" && !strings.Contains(notes, c.note) {
				t.Errorf("%s: %q", c.label, notes)
			}
		}
	}
}

// A declaration counts for nothing where the bytes say what they are.
func TestDeclaredAgainstUTF8(t *testing.T) {
	t.Parallel()
	for page, want := range map[string]string{
		"<meta charset=iso-8859-1><table><tr><td>张三 é</table>":                                  "1|A1=U 张三 é",
		"<meta charset=iso-8859-1><table><tr><td>张三李四\n王五赵六\xFF</table>":                        "1|A1=U 张三李四 王五赵六\uFFFD",
		"<meta charset=big5><table><tr><td>張三</table>":                                          "1|A1=U 張三",
		"\xEF\xBB\xBF<meta charset=latin1><table><tr><td>Müller</table>":                        "1|A1=U Müller",
		"<meta charset=iso-8859-1><table><tr><td>张三李四<tr><td>M\xFCller<tr><td>Andr\xE9</table>": "",
	} {
		b, err := OpenHTMLReader("x.xls", strings.NewReader(page), Limits{})
		if want == "" {
			if err == nil {
				t.Errorf("%q is read", page)
			}
			continue
		}
		if err != nil {
			t.Errorf("%q: %v", page, err)
			continue
		}
		if got, err := dump(b, 0); err != nil || got != want {
			t.Errorf("%q: %s, %v", page, got, err)
		}
	}
}
