package xlsx

import (
	"bytes"
	"context"
	"math"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzSheet: any bytes as a sheet are an error, or well formed and the same
// with and without the short cuts.
func FuzzSheet(f *testing.F) {
	for _, s := range []string{oneRow,
		`<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>45000</v></c></row>`,
		`<row><c t="inlineStr"><is><t>a&amp;_x000D_</t></is></c><c t="str"><f>"x"</f><v>x</v></c></row>`,
		`<row r='3' hidden='1'><c r='C3' t='b'><v><![CDATA[1]]></v></c><!-- x --></row>`} {
		f.Add([]byte(cells(s)))
	}
	f.Add([]byte("<!DOCTYPE a>" + cells(oneRow)))
	f.Fuzz(func(t *testing.T, sheet []byte) {
		file := zipOf(t, fixture{sheet: " " + string(sheet), shared: sst("<si><t>甲</t></si>"), styles: edgeStyles}.parts())
		fast, err := dump(t, file, 0, false)
		slow, err2 := dump(t, file, 0, true)
		if (err == nil) != (err2 == nil) || err == nil && strings.Join(fast, "\n") != strings.Join(slow, "\n") {
			t.Fatalf("fast %q %v, slow %q %v", fast, err, slow, err2)
		}
		if err == nil && utf8.Valid(sheet) && !bytes.Contains(sheet, []byte("encoding")) && !wellFormed(string(sheet)) {
			t.Fatalf("read %q without an error, though not well formed", fast)
		}
	})
}

// FuzzShared: any bytes as shared strings are an error or yield valid text.
func FuzzShared(f *testing.F) {
	for _, s := range []string{"<si><t>甲</t></si>", `<si><r><rPr><b/></rPr><t xml:space="preserve"> a</t></r><rPh sb="0" eb="1"><t>no</t></rPh></si>`, "<si/>", "<si><t>_xD83D__xDE00_&#65;</t></si>"} {
		f.Add([]byte(sst(s)))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		lim := DefaultLimits()
		s, err := readShared(context.Background(), bytes.NewReader(b), &lim)
		if err != nil {
			return
		}
		if !wellFormed(string(b)) {
			t.Fatalf("read %q without an error, though not well formed", b)
		}
		for i := range s.refs {
			if text, _, ok := s.at(i); !ok || !utf8.ValidString(text) {
				t.Fatalf("string %d: %q", i, text)
			}
		}
	})
}

// FuzzStyles: any bytes as styles are an error or well formed.
func FuzzStyles(f *testing.F) {
	f.Add([]byte(edgeStyles))
	f.Fuzz(func(t *testing.T, b []byte) {
		lim := DefaultLimits()
		if _, err := readStyles(context.Background(), bytes.NewReader(b), &lim); err == nil && !wellFormed(string(b)) {
			t.Fatalf("read %q without an error, though not well formed", b)
		}
	})
}

// FuzzNumber: the short way and strconv agree to the last bit.
func FuzzNumber(f *testing.F) {
	for _, s := range []string{"1", "-1.5", "0.1", "123456789012345", "1.30104E+17", ".5", "5.", "-", ".", "--1", "1e5", "-0", "0.000000000000001"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) == 0 {
			return
		}
		got, ok := parseNumber(b)
		want, err := strconv.ParseFloat(string(b), 64)
		if ok && (err != nil || math.Float64bits(got) != math.Float64bits(want)) {
			t.Fatalf("%q: got %v, strconv %v %v", b, got, want, err)
		}
		if !ok && err == nil && !strings.ContainsAny(string(b), "xXpPiInN_") {
			t.Fatalf("%q refused, strconv %v", b, want)
		}
	})
}

// FuzzWorkbook: any bytes as the list of sheets and its links are an error, or
// every sheet of it is read to its end or to an error.
func FuzzWorkbook(f *testing.F) {
	plain := fixture{}.parts()
	f.Add([]byte(plain["xl/workbook.xml"]), []byte(plain["xl/_rels/workbook.xml.rels"]))
	f.Add([]byte(strings.Replace(plain["xl/workbook.xml"], "表", strings.Repeat("长", 3000), 1)), []byte("<Relationships/>"))
	f.Add([]byte(`<workbook><sheets><sheet name="&#27;" r:id="x"/></sheets></workbook>`), []byte(plain["xl/_rels/workbook.xml.rels"]))
	f.Fuzz(func(t *testing.T, workbook, rels []byte) {
		file := zipOf(t, fixture{workbook: " " + string(workbook), rels: " " + string(rels), sheet: cells(oneRow)}.parts())
		_, err := dump(t, file, 0, false)
		if err == nil && utf8.Valid(workbook) && !bytes.Contains(workbook, []byte("encoding")) && !wellFormed(string(workbook)) {
			t.Fatalf("read %q without an error, though not well formed", workbook)
		}
	})
}
