package xlsx

import (
	"slices"
	"strings"
	"testing"
)

// edge is one peculiarity of real or hostile sheets: what it must yield, or
// the words of the error.
type edge struct {
	name  string
	fx    fixture
	want  []string
	fails []string
}

// edgeStyles: 0 General, 1 date (14), 2 percent, 3 custom 年月日, 4 text.
const edgeStyles = `<styleSheet xmlns="` + mainNS + `"><numFmts count="1">` +
	`<numFmt numFmtId="176" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/></numFmts>` +
	`<cellStyleXfs><xf numFmtId="22"/></cellStyleXfs>` +
	`<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="10"/><xf numFmtId="176"/><xf numFmtId="49"/></cellXfs>` +
	`<dxfs><dxf><numFmt numFmtId="176" formatCode="0"/></dxf></dxfs></styleSheet>`

// runEdges reads each case with and without the short cuts.
func runEdges(t *testing.T, cases []edge) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			file := zipOf(t, c.fx.parts())
			for _, slow := range []bool{false, true} {
				got, err := dump(t, file, 0, slow)
				if c.fails != nil {
					wantError(t, err, c.fails...)
					continue
				}
				if err != nil {
					t.Fatalf("slow=%v: %v", slow, err)
				}
				if !slices.Equal(got, c.want) {
					t.Errorf("slow=%v:\n got %q\nwant %q", slow, got, c.want)
				}
			}
		})
	}
}

func TestEdgeText(t *testing.T) {
	t.Parallel()
	one := func(name, rows string, want ...string) edge {
		return edge{name, fixture{sheet: cells(rows)}, want, nil}
	}
	shared := func(name, item, want string) edge {
		return edge{name, fixture{sheet: cells(`<row r="1"><c r="A1" t="s"><v>0</v></c></row>`), shared: sst(item)}, []string{"A1 text " + want}, nil}
	}
	runEdges(t, []edge{
		shared("shared", "<si><t>甲</t></si>", "甲"),
		shared("shared rich without phonetics", `<si><r><rPr><b/></rPr><t>甲</t></r><r><t xml:space="preserve"> 乙</t></r>`+
			`<rPh sb="0" eb="1"><t>jia</t></rPh><phoneticPr fontId="1"/></si>`, "甲 乙"),
		shared("shared phonetic after plain text", `<si><t>課</t><rPh sb="0" eb="1"><t>カ</t></rPh></si>`, "課"),
		shared("shared entities", "<si><t>a&lt;b&amp;c&#65;&#x4e00;&quot;&apos;&gt;</t></si>", `a<b&cA一"'>`),
		shared("shared CDATA", "<si><t>x<![CDATA[<b>&amp;]]>y</t></si>", "x<b>&amp;y"),
		shared("shared comment inside", "<si><t>x<!-- no -->y</t></si>", "xy"),
		shared("shared escapes", "<si><t>a_x000D_b_x005F_x000A_c_x4E00__xZZZZ_</t></si>", "a\rb_x000A_c一_xZZZZ_"),
		shared("shared escape of a surrogate pair", "<si><t>_xD83D__xDE00_</t></si>", "😀"),
		shared("shared line ends", "<si><t>a\r\nb\rc</t></si>", "a\nb\nc"),
		one("inline", `<row r="1"><c r="A1" t="inlineStr"><is><t>文</t></is></c></row>`, "A1 text 文"),
		one("inline preserved", `<row r="1"><c r="A1" t="inlineStr"><is><t xml:space="preserve"> 文 </t></is></c></row>`, "A1 text  文 "),
		one("inline rich", `<row r="1"><c r="A1" t="inlineStr"><is><r><t>a</t></r><r><t>_x0041_</t></r><rPh sb="0" eb="1"><t>no</t></rPh></is></c></row>`, "A1 text aA"),
		one("inline entity and escape", `<row r="1"><c r="A1" t="inlineStr"><is><t>&lt;_x000A_</t></is></c></row>`, "A1 text <\n"),
		one("inline CDATA", `<row r="1"><c r="A1" t="inlineStr"><is><t><![CDATA[a&b]]></t></is></c></row>`, "A1 text a&b"),
		one("str without formula", `<row r="1"><c r="A1" t="str"><v>文&amp;_x0041_</v></c></row>`, "A1 text 文&A"),
		one("value in CDATA", `<row r="1"><c r="A1"><v><![CDATA[12]]></v></c></row>`, "A1 num 12"),
		one("empty texts are no cells", `<row r="1"><c r="A1" t="inlineStr"><is><t/></is></c><c r="B1" t="inlineStr"><is/></c><c r="C1"/><c r="D1"><v>1</v></c></row>`, "D1 num 1"),
	})
}

func TestEdgeTypes(t *testing.T) {
	t.Parallel()
	one := func(name, rows string, want ...string) edge {
		return edge{name, fixture{sheet: cells(rows), styles: edgeStyles}, want, nil}
	}
	runEdges(t, []edge{
		one("numbers", `<row r="1"><c r="A1"><v>-1.50</v></c><c r="B1"><v>1.30104E+17</v></c><c r="C1" t="n"><v> 7 </v></c></row>`,
			"A1 num -1.50", "B1 num 1.30104E+17", "C1 num 7"),
		one("styles", `<row r="1"><c r="A1" s="1"><v>45000</v></c><c r="B1" s="2"><v>0.5</v></c><c r="C1" s="3"><v>45000</v></c><c r="D1" s="4"><v>1</v></c></row>`,
			"A1 date 45000", "B1 num% 0.5", "C1 date 45000", "D1 num 1"),
		one("bool and error", `<row r="1"><c r="A1" t="b"><v>1</v></c><c r="B1" t="b"><v>0</v></c><c r="C1" t="e"><v>#N/A</v></c></row>`,
			"A1 bool TRUE", "B1 bool FALSE", "C1 error #N/A"),
		one("ISO date", `<row r="1"><c r="A1" t="d"><v>2023-01-05</v></c><c r="B1" t="d"><v>2023-01-05T12:00:00Z</v></c></row>`,
			"A1 date 2023-01-05", "B1 text 2023-01-05T12:00:00Z"),
		one("ISO time and duration", `<row r="1"><c r="A1" t="d"><v>T06:00:00</v></c><c r="B1" t="d"><v>PT36H</v></c><c r="C1" t="d" s="1"><v>06:00</v></c></row>`,
			"A1 date T06:00:00", "B1 date PT36H", "C1 date 06:00"),
		one("inline and value", `<row r="1"><c r="A1" t="inlineStr"><is><t>丙_x0041_</t></is><v>丙_x0041_</v></c><c r="B1" t="inlineStr"><v/><is><t>x</t></is></c></row>`,
			"A1 text 丙A", "B1 text x"),
		one("no style number", `<row r="1"><c r="A1" s=""><v>2</v></c><c r="B1" s=""/></row>`, "A1 num 2"),
		one("formula cached", `<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="str"><f>"x"</f><v>x</v></c><c r="C1" s="1"><f t="shared" si="0"/><v>45000</v></c><c r="D1" t="e"><f>A9</f><v>#REF!</v></c></row>`,
			"A1 num cached 2", "B1 text cached x", "C1 date cached 45000", "D1 error cached #REF!"),
		one("formula not calculated", `<row r="1"><c r="A1"><f>SUM(B1:B2)&amp;"x"</f></c><c r="B1"><f>A1</f><v/></c><c r="C1"><f>A1</f><v></v></c></row>`,
			`A1 formula =SUM(B1:B2)&"x"`, "B1 formula =A1", "C1 formula =A1"),
		one("formula whose result is empty text", `<row r="1"><c r="A1" t="str"><f>""</f><v></v></c><c r="B1"><v>1</v></c></row>`, "B1 num 1"),
		one("hidden row", `<row r="1" hidden="1"><c r="A1"><v>1</v></c></row><row r="2" hidden="true"><c r="A2"><v>2</v></c></row><row r="3" hidden="0"><c r="A3"><v>3</v></c></row>`,
			"A1 num hidden 1", "A2 num hidden 2", "A3 num 3"),
	})
}

func TestEdgeForm(t *testing.T) {
	t.Parallel()
	one := func(name, sheet string, want ...string) edge { return edge{name, fixture{sheet: sheet}, want, nil} }
	strictNS := "http://purl.oclc.org/ooxml/spreadsheetml/main"
	plainRows := `<row r="1"><c r="A1"><v>1</v></c></row>`
	runEdges(t, []edge{
		one("no r anywhere", cells(`<row><c><v>1</v></c><c><v>2</v></c></row><row/><row><c/><c><v>3</v></c></row>`), "A1 num 1", "B1 num 2", "B3 num 3"),
		one("r on some", cells(`<row r="3"><c r="B3"><v>1</v></c><c><v>2</v></c><c r="E3"><v>3</v></c></row><row><c><v>4</v></c></row>`),
			"B3 num 1", "C3 num 2", "E3 num 3", "A4 num 4"),
		one("row number only on its cells", cells(`<row><c r="A5"><v>1</v></c></row><row><c r="A6"><v>2</v></c></row>`), "A5 num 1", "A6 num 2"),
		one("prefixed", `<x:worksheet xmlns:x="`+mainNS+`"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c><x:c r="B1" t="inlineStr"><x:is><x:t>b</x:t></x:is></x:c></x:row></x:sheetData></x:worksheet>`,
			"A1 num 1", "B1 text b"),
		one("single quotes", cells(`<row r='2' hidden='1'><c r='A2' t='inlineStr'><is><t>a</t></is></c></row>`), "A2 text hidden a"),
		one("attributes over lines", cells("<row\n r = \"1\"\t><c\nr=\"A1\"\n>\n<v>1</v>\n</c\n></row >"), "A1 num 1"),
		one("strict namespace", `<worksheet xmlns="`+strictNS+`"><sheetData>`+plainRows+`</sheetData></worksheet>`, "A1 num 1"),
		one("BOM, declaration, comments", "\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"UTF-8\"?><!-- c -->\n"+cells("<!-- d -->"+plainRows+"<?pi?>")+"\n<!-- e -->", "A1 num 1"),
		one("> inside an attribute", cells(`<row r="1"><c r="A1" cm="a>b"><v>1</v></c></row>`), "A1 num 1"),
		one("extensions", cells(`<row r="1"><c r="A1"><v>1</v><extLst><ext><y:row xmlns:y="u"><y:c/></y:row></ext></extLst></c><extLst/></row>`), "A1 num 1"),
		one("around the data", `<worksheet xmlns="`+mainNS+`"><dimension ref="A1"/><cols><col min="1" max="2"/></cols><sheetData>`+plainRows+
			`</sheetData><extLst><ext><sheetData/></ext></extLst></worksheet>`, "A1 num 1"),
		one("no rows", `<worksheet xmlns="`+mainNS+`"><sheetData/></worksheet>`),
		one("lower-case reference", cells(`<row r="1"><c r="b1"><v>1</v></c></row>`), "B1 num 1"),
		one("UTF-16", utf16le(`<?xml version="1.0" encoding="UTF-16"?>`+cells(`<row r="1"><c r="A1" t="inlineStr"><is><t>文</t></is></c></row>`)), "A1 text 文"),
		one("GBK", "<?xml version=\"1.0\" encoding=\"GBK\"?>"+cells("<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>\xCE\xC4</t></is></c></row>"), "A1 text 文"),
		one("Latin 1", declared("iso-8859-1", "M\xFCller 37\xB0C"), "A1 text Müller 37°C"),
		one("Latin 1, ASCII only", declared("ISO-8859-1", "a"), "A1 text a"),
		{"Chinese that says Latin 1", fixture{sheet: declared("iso-8859-1", "\xCE\xC4\xBB\xAF")}, nil, []string{"编码与内容不符"}},
		{"UTF-8 that says Latin 1", fixture{sheet: declared("windows-1252", "文化")}, nil, []string{"编码与内容不符"}},
		{"Latin letters in UTF-8 that say Latin 1", fixture{sheet: declared("iso-8859-1", "Müller")}, nil, []string{"编码与内容不符"}},
		one("document type", `<!DOCTYPE worksheet [<!ENTITY x "y">]>`+cells(plainRows+`<row r="4"><c r="B4" t="inlineStr"><is><t>b&amp;_x0041_</t></is></c><c r="C4"><f>A1</f></c></row>`),
			"A1 num 1", "B4 text b&A", "C4 formula =A1"),
	})
}

// declared is a sheet with a text, in bytes as they are, and its declaration.
func declared(encoding, text string) string {
	return `<?xml version="1.0" encoding="` + encoding + `"?>` + cells(`<row r="1"><c r="A1" t="inlineStr"><is><t>`+text+`</t></is></c></row>`)
}

// utf16le encodes text with a byte order mark; its characters lie in the BMP.
func utf16le(s string) string {
	var b strings.Builder
	b.WriteString("\xFF\xFE")
	for _, r := range s {
		b.WriteByte(byte(r))
		b.WriteByte(byte(r >> 8))
	}
	return b.String()
}

func TestEdgeDamage(t *testing.T) {
	t.Parallel()
	bad := func(name, rows string, words ...string) edge {
		return edge{name, fixture{sheet: cells(`<row r="1"><c r="A1"><v>1</v></c></row>` + rows), shared: sst("<si><t>a</t></si>")}, nil, append(words, "「表」")}
	}
	sheet := func(name, text string, words ...string) edge { return edge{name, fixture{sheet: text}, nil, words} }
	whole := cells(`<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"><v>1</v></c></row>`)
	runEdges(t, []edge{
		sheet("cut after a row", whole[:strings.Index(whole, `<row r="2"`)], "截断"),
		sheet("cut in a tag", whole[:strings.Index(whole, `r="2"`)], "截断"),
		sheet("cut in a value", whole[:strings.LastIndex(whole, "</v>")], "截断"),
		sheet("cut before the root ends", strings.TrimSuffix(whole, "</worksheet>"), "截断"),
		sheet("empty part", " ", "截断"),
		sheet("no sheetData", `<worksheet xmlns="`+mainNS+`"><cols/></worksheet>`, "sheetData"),
		sheet("two sheetData", `<worksheet xmlns="`+mainNS+`"><sheetData/><sheetData/></worksheet>`, "sheetData"),
		sheet("text after the root", whole+"x", "多余"),
		sheet("two roots", whole+whole, "根元素"),
		sheet("not a worksheet", "<html></html>", "worksheet"),
		bad("unknown entity", `<row r="2"><c r="A2" t="inlineStr"><is><t>&nbsp;</t></is></c></row>`, "实体", "A2"),
		bad("bare ampersand", `<row r="2"><c r="A2" t="inlineStr"><is><t>a&b</t></is></c></row>`, "实体", "A2"),
		bad("entity out of range", `<row r="2"><c r="A2" t="str"><v>&#x110000;</v></c></row>`, "实体"),
		bad("mismatched tags", `<row r="2"><c r="A2"><v>1</c></v></row>`, "不配对"),
		bad("broken tag", `<row r="2"><c r="A2"<v>1</v></c></row>`, "第 2 行"),
		bad("control character", "<row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>a\x01</t></is></c></row>", "不允许的字符"),
		bad("not UTF-8", "<row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>a\xFF</t></is></c></row>", "UTF-8"),
		bad("unquoted attribute", `<row r=2></row>`, "引号"),
		bad("repeated attribute", `<row r="2"><c r="A2" r="B2"><v>1</v></c></row>`, "重复的属性"),
		bad("shared index out of range", `<row r="2"><c r="B2" t="s"><v>1</v></c></row>`, "共享字符串", "B2"),
		bad("shared index negative", `<row r="2"><c r="B2" t="s"><v>-1</v></c></row>`, "共享字符串", "B2"),
		bad("row again", `<row r="1"/>`, "行号"),
		bad("row zero", `<row r="0"/>`, "行号"),
		bad("row too far", `<row r="1048577"/>`, "1,048,576"),
		bad("column too far", `<row r="2"><c r="XFE2"><v>1</v></c></row>`, "16,384"),
		bad("cells out of order", `<row r="2"><c r="B2"><v>1</v></c><c r="A2"><v>1</v></c></row>`, "A2"),
		bad("cell twice", `<row r="2"><c r="B2"><v>1</v></c><c r="B2"><v>1</v></c></row>`, "B2"),
		bad("cell of another row", `<row r="2"><c r="A3"><v>1</v></c></row>`, "第 2 行", "编号"),
		bad("reference without digits", `<row r="2"><c r="A"><v>1</v></c></row>`, "编号"),
		bad("not a number", `<row r="2"><c r="A2"><v>十</v></c></row>`, "A2", "数值"),
		bad("infinite number", `<row r="2"><c r="A2"><v>1E999</v></c></row>`, "A2", "数值"),
		bad("not a bool", `<row r="2"><c r="A2" t="b"><v>2</v></c></row>`, "A2"),
		bad("not a date", `<row r="2"><c r="A2" t="d"><v>2023-13-01</v></c></row>`, "A2", "日期"),
		bad("unknown type", `<row r="2"><c r="A2" t="q"><v>2</v></c></row>`, "A2", "类型"),
		bad("two values", `<row r="2"><c r="A2"><v>2</v><v>3</v></c></row>`, "A2"),
		bad("rows inside something unknown", `<mc:Choice><row r="2"/></mc:Choice>`, "结构"),
		bad("loose text", `<row r="2">5</row>`, "多余"),
		{"style out of range", fixture{sheet: cells(`<row r="1"><c r="A1" s="9"><v>1</v></c></row>`), styles: edgeStyles}, nil, []string{"A1", "样式"}},
		{"shared strings cut off", fixture{sheet: cells(`<row r="1"><c r="A1" t="s"><v>0</v></c></row>`), shared: `<sst><si><t>a</t></si><si>`}, nil, []string{"截断"}},
		{"document type and damage", fixture{sheet: `<!DOCTYPE a>` + whole[:len(whole)-30]}, nil, []string{"XML"}},
		{"document type and an entity of its own", fixture{sheet: `<!DOCTYPE a [<!ENTITY x "1">]>` + cells(`<row r="1"><c r="A1"><v>&x;</v></c></row>`)}, nil, []string{"XML"}},
		{"document type and a bad index", fixture{sheet: `<!DOCTYPE a>` + cells(`<row r="1"><c r="A1" t="s"><v>4</v></c></row>`), shared: sst("<si><t>a</t></si>")}, nil, []string{"A1", "共享字符串"}},
	})
}
