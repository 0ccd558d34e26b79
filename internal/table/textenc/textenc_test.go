package textenc

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

func to(t testing.TB, e encoding.Encoding, s string) string {
	t.Helper()
	out, err := e.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func detect(s string) (Encoding, int, error) {
	return Detect(strings.NewReader(s), int64(len(s)))
}

func TestDetect(t *testing.T) {
	t.Parallel()
	le, be := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	const header = "体检编号,姓名,体检结论\r\n"
	ascii := strings.Repeat("TJ000001,1,2,abcdef\n", 20000) // longer than one piece
	for name, c := range map[string]struct {
		in  string
		e   Encoding
		bom int
	}{
		"nothing":           {"", UTF8, 0},
		"ascii":             {ascii, UTF8, 0},
		"utf8":              {header, UTF8, 0},
		"utf8 late":         {ascii + header, UTF8, 0},
		"utf8 bom":          {"\xEF\xBB\xBF" + header, UTF8, 3},
		"gb":                {to(t, simplifiedchinese.GBK, header), GB18030, 0},
		"gb late":           {ascii + to(t, simplifiedchinese.GBK, header), GB18030, 0},
		"gb four bytes":     {to(t, simplifiedchinese.GB18030, "𠮷⁹,x\n"), GB18030, 0},
		"gb bom":            {"\x84\x31\x95\x33" + to(t, simplifiedchinese.GB18030, "结"), GB18030, 4},
		"gb that looks 联通":  {to(t, simplifiedchinese.GBK, "联通\n结论\n"), GB18030, 0},
		"gb one character":  {strings.Repeat("a,b,", 30) + to(t, simplifiedchinese.GBK, "尘"), GB18030, 0},
		"gb, no line end":   {strings.Repeat(to(t, simplifiedchinese.GBK, "未见异常,"), 60000), GB18030, 0},
		"gb, no delimiter":  {strings.Repeat(to(t, simplifiedchinese.GBK, "未见异常ab"), 60000), GB18030, 0},
		"utf8, no line end": {strings.Repeat("未见异常,", 60000), UTF8, 0},
		"utf16le":           {to(t, le, header), UTF16LE, 0},
		"utf16be":           {to(t, be, header), UTF16BE, 0},
		"utf16le bom":       {"\xFF\xFE" + to(t, le, header+"𠮷"), UTF16LE, 2},
		"utf16be bom":       {"\xFE\xFF" + to(t, be, header+"𠮷"), UTF16BE, 2},
		"utf16le dense":     {to(t, le, strings.Repeat("一般情况良好未见明显异常丁一丁一,", 200)), UTF16LE, 0},
		"utf16be dense":     {to(t, be, strings.Repeat("丁一般情况良好未见明显异常一丁\n", 200)), UTF16BE, 0},
		"utf16le long":      {to(t, le, ascii+header), UTF16LE, 0},
	} {
		if e, bom, err := detect(c.in); err != nil || e != c.e || bom != c.bom {
			t.Errorf("%s: %v, %d, %v", name, e, bom, err)
		}
	}
}

func TestDetectErrors(t *testing.T) {
	t.Parallel()
	gb := func(s string) string { return to(t, simplifiedchinese.GBK, s) }
	wide := to(t, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), "abc")
	long := strings.Repeat("abc,def\n", 40000)
	for name, c := range map[string]struct {
		in     string
		reason Reason
		main   Encoding
		offset int
	}{
		"gb in utf8":          {"未见异常\n未见异常\n" + gb("尘肺"), Mixed, UTF8, 26},
		"gb in utf8, late":    {long + "未见异常\n未见异常\n" + gb("尘肺\n"), Mixed, UTF8, len(long) + 26},
		"utf8 in gb":          {gb("尘肺\n尘肺\n") + "ab未见异常\n", Mixed, GB18030, 12},
		"half each, gb first": {gb("尘肺\n") + "未见异常\n", Mixed, GB18030, 5},
		"half each, utf8":     {"未见异常\n" + gb("尘肺\n"), Mixed, UTF8, 13},
		"many bad bytes":      {gb("尘肺\n") + strings.Repeat("a\xFFb\n", 4), Mixed, GB18030, 6},
		"bad and cut":         {gb("尘肺\n") + "a\xFFb" + gb("\n尘") + "\xB7", Mixed, GB18030, 6},
		"utf8 cell in gb":     {strings.Repeat(gb("尘肺,未见异常\n"), 200) + "张\n", Mixed, GB18030, 2802},
		"no text":             {strings.Repeat("\xFF\xFD\x81\n", 50), Mixed, UTF8, 0},
		"bom and gb":          {"\xEF\xBB\xBFa\n" + gb("尘肺"), Mixed, UTF8, 5},
		"gb bom and utf8":     {"\x84\x31\x95\x33尘,", Mixed, GB18030, 6},
		"utf8 cut":            {"未见\n未\xE8\xA7", Cut, UTF8, 10},
		"gb cut":              {gb("尘肺\n尘") + "\xB7", Cut, GB18030, 7},
		"zeros":               {"abc\n\x00", Binary, UTF8, 4},
		"no boundary":         {strings.Repeat("\xB3\xBE", 1<<20), Binary, UTF8, 0},
		"utf16 odd":           {wide + "a", Cut, UTF16LE, len(wide)},
		"utf16 half pairs":    {wide + strings.Repeat("\x40\xD8a\x00", 4), Mixed, UTF16LE, len(wide) + 14},
		"utf16 half at end":   {wide + "\x40\xD8", Cut, UTF16LE, len(wide) + 1},
		"utf16 zero":          {wide + "\x00\x00", Binary, UTF16LE, len(wide)},
	} {
		_, _, err := detect(c.in)
		var e *Error
		if !errors.As(err, &e) || e.Reason != c.reason || e.Main != c.main || e.Offset != int64(c.offset) || e.Fix() == "" || e.Error() == "" {
			t.Errorf("%s: %+v, want %+v at %d", name, e, c.reason, c.offset)
		}
	}
	if _, _, err := Detect(strings.NewReader("abc"), 4); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error(err)
	}
}

// A few damaged characters are read as U+FFFD, for those who judge the cell.
func TestDamaged(t *testing.T) {
	t.Parallel()
	gb := func(s string) string { return to(t, simplifiedchinese.GBK, s) }
	good := strings.Repeat("甲,未见异常\n", 40)
	for name, c := range map[string]struct {
		in   string
		e    Encoding
		want string
	}{
		"a byte in gb":            {gb("尘肺\n") + "a\xFFb" + gb("\n尘肺"), GB18030, "尘肺\na\uFFFDb\n尘肺"},
		"a cut name in gb":        {gb("甲,") + "\xB2\xE2\xCA," + gb("男\n尘肺"), GB18030, "甲,测\uFFFD,男\n尘肺"},
		"four bytes of nothing":   {gb("尘肺\n") + "\xFE\x39\xFE\x39,\x84\x32,", GB18030, "尘肺\n\uFFFD,\uFFFD2,"},
		"a cut name in utf8":      {"编号,姓名\nTJ1,测\xE8\xAF,男\n", DamagedUTF8, "编号,姓名\nTJ1,测\uFFFD,男\n"},
		"a cell of gb in utf8":    {"编号,姓名\nTJ1," + gb("测试") + ",男,女\n", DamagedUTF8, "编号,姓名\nTJ1,\uFFFD\uFFFD\uFFFD\uFFFD,男,女\n"},
		"a line of gb, long utf8": {good + gb("尘") + "\n" + good, DamagedUTF8, good + "\uFFFD\uFFFD\n" + good},
		"half a pair":             {"\xFF\xFEa\x00\x40\xD8b\x00\x40\xDCc\x00", UTF16LE, "a\uFFFDb\uFFFDc"},
	} {
		e, bom, err := detect(c.in)
		if err != nil || e != c.e {
			t.Errorf("%s: %v, %v", name, e, err)
			continue
		}
		got, err := io.ReadAll(NewReader(strings.NewReader(c.in[bom:]), e))
		if err != nil || string(got) != c.want {
			t.Errorf("%s: %q, want %q, %v", name, got, c.want, err)
		}
	}
}

// Big5 is told from GB18030 by the characters that are common in each.
func TestBig5(t *testing.T) {
	t.Parallel()
	const text = "體檢編號,姓名,性別,體檢日期,用人單位名稱\nTJ0001,測試甲,男,2024-03-01,某某機械廠\n"
	in := to(t, traditionalchinese.Big5, text)
	e, _, err := detect(in)
	if err != nil || e != Big5 {
		t.Fatal(e, err)
	}
	if got, err := io.ReadAll(NewReader(strings.NewReader(in), e)); err != nil || string(got) != text {
		t.Errorf("%q, %v", got, err)
	}
	for _, simple := range []string{
		"体检编号,姓名,性别,体检日期,用人单位名称\n", "哀唉埃挨矮皑癌蔼矮艾碍爱隘鞍氨安", "按暗岸胺案肮昂盎凹敖熬翱袄傲", "，。、；：？！（）１２３４５６７８９", "體檢編號姓名性別體檢日期用人單位名稱",
		"甪垚堃㛃䶮喆昇陞犇猋骉麤淼焱燚", // rare ones of names
	} {
		if e, _, err := detect(to(t, simplifiedchinese.GB18030, simple)); err != nil || e != GB18030 {
			t.Errorf("%s: %v, %v", simple, e, err)
		}
	}
}

// Every pair has a meaning: x/text's where it has one, else that of GB18030.
func TestGBDecoder(t *testing.T) {
	t.Parallel()
	var in, want bytes.Buffer
	slow := simplifiedchinese.GB18030.NewDecoder()
	pairs, private, odd := 0, 0, map[rune]bool{}
	codec := NewCodec(GB18030)
	for lead := 0x81; lead <= 0xFE; lead++ {
		for trail := 0x40; trail <= 0xFE; trail++ {
			if trail == 0x7F {
				continue
			}
			pairs++
			pair := []byte{byte(lead), byte(trail)}
			out, err := slow.Bytes(pair)
			if err == nil && !bytes.ContainsRune(out, utf8.RuneError) {
				in.Write(append(pair, "a,"[trail&1:]...))
				want.Write(append(out, "a,"[trail&1:]...))
				continue
			}
			var dst [8]byte
			n, _, err := codec.Decoder().Transform(dst[:], pair, true)
			r, size := utf8.DecodeRune(dst[:n])
			if err != nil || size != n || r == utf8.RuneError || odd[r] {
				t.Errorf("% x is %U, %v", pair, r, err)
			}
			odd[r] = true
			if r >= 0xE000 && r <= 0xF8FF {
				private++
			}
		}
	}
	// 1,894 pairs are the users' own and 149 are private characters of GB18030.
	if pairs != 23940 || len(odd)-private != 25 {
		t.Errorf("%d pairs, %d unknown to x/text, %d of them private", pairs, len(odd), private)
	}
	in.WriteString(to(t, simplifiedchinese.GB18030, "⁹𠮷ü"))
	want.WriteString("⁹𠮷ü")
	got, err := io.ReadAll(NewReader(iotest.HalfReader(&in), GB18030))
	if err != nil || !bytes.Equal(got, want.Bytes()) {
		t.Errorf("%v, %d bytes for %d", err, len(got), want.Len())
	}
	for in, want := range map[string]rune{
		"\xAA\xA1": 0xE000, "\xAF\xFE": 0xE233, "\xF8\xA1": 0xE234, "\xFE\xFE": 0xE4C5, "\xA1\x40": 0xE4C6, "\xA1\x80": 0xE505, "\xA7\xA0": 0xE765,
		"\xA2\xAB": 0xE766, "\xFE\x59": '龴', "\xA6\xD9": '︐', "\xFE\x51": '𠂇', "\xA8\xBC": 'ḿ', "\xFE\xA0": '龻', "\xA6\xF3": '︙', "\xFE\x91": '𤇾', "\xD7\xFE": 0xE814,
		"\x80": utf8.RuneError, "\xFF": utf8.RuneError, "\x81": utf8.RuneError, "\xFE\x39\xFE\x39": utf8.RuneError,
	} {
		if got, err := io.ReadAll(NewReader(strings.NewReader(in), GB18030)); err != nil || string(got) != string(want) {
			t.Errorf("% x: %q, %v", in, got, err)
		}
	}
}

func TestReaders(t *testing.T) {
	t.Parallel()
	const text = "体检,𠮷\n"
	for e, x := range map[Encoding]encoding.Encoding{
		UTF8: unicode.UTF8, GB18030: simplifiedchinese.GB18030,
		UTF16LE: unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), UTF16BE: unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM),
	} {
		got, err := io.ReadAll(NewReader(strings.NewReader(to(t, x, text)), e))
		if err != nil || string(got) != text || e.String() == "" {
			t.Errorf("%v: %q, %v", e, got, err)
		}
	}
}

func FuzzDetect(f *testing.F) {
	f.Add([]byte("未见异常,\xB3\xBE\n"))
	f.Add([]byte("\xFF\xFEa\x00"))
	f.Add([]byte("\x84\x31\x95\x33\x81\x30\x81\x30"))
	f.Fuzz(func(t *testing.T, in []byte) {
		e, bom, err := Detect(bytes.NewReader(in), int64(len(in)))
		var bad *Error
		if errors.As(err, &bad) {
			if bad.Offset < 0 || bad.Offset > int64(len(in)) {
				t.Fatal(bad)
			}
			in, e = in[:bad.Offset], bad.Main // what stands before is good text
			if bad.Reason == Cut && e != UTF8 && e != GB18030 || int(bad.Offset) < bom || bad.Reason == Binary {
				return
			}
		} else if err != nil {
			t.Fatal(err)
		}
		out, err := io.ReadAll(NewReader(bytes.NewReader(in[bom:]), e))
		if err != nil || !utf8.Valid(out) {
			t.Fatalf("%v %v: %q", e, err, out)
		}
	})
}

func BenchmarkDetectGB(b *testing.B) {
	line := to(b, simplifiedchinese.GBK, "TJ00000001,130102199001010000,未见异常,2023-01-05,3.5,电焊烟尘,正常,河北某公司\n")
	in := []byte(strings.Repeat(line, 10000))
	b.SetBytes(int64(len(in)))
	for b.Loop() {
		if e, _, err := Detect(bytes.NewReader(in), int64(len(in))); e != GB18030 || err != nil {
			b.Fatal(e, err)
		}
	}
}
