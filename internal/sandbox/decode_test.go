package sandbox

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"net/http"
	"strings"
	"testing"
)

func refused(t *testing.T, name, want string, a answer) {
	t.Helper()
	if a.Status != 200 || a.Success != (want == "") || !strings.Contains(a.Msg, want) {
		t.Errorf("%s: %d %v %q, want %q", name, a.Status, a.Success, a.Msg, want)
	}
}

func TestTheForm(t *testing.T) {
	t.Parallel()
	s := New(Options{Again: AgainAccept})
	token := login(t, s)
	z := string(zipped(t, document(t, b64)))
	good := part{"data", "data.zip", "application/zip", z}
	for name, c := range map[string]struct {
		want  string
		parts []part
	}{
		"good":              {"", []part{good}},
		"octet-stream":      {"", []part{{"data", "data.zip", "application/octet-stream", z}}},
		"no part":           {"缺少上报文件", nil},
		"another field":     {"缺少上报文件", []part{{"file", "data.zip", "application/zip", z}}},
		"no file name":      {"filename", []part{{"data", "", "application/zip", z}}},
		"another name":      {".zip", []part{{"data", "data.json", "application/zip", z}}},
		"another type":      {"Content-Type", []part{{"data", "data.zip", "text/plain", z}}},
		"no type":           {"Content-Type", []part{{"data", "data.zip", "", z}}},
		"empty":             {"为空", []part{{"data", "data.zip", "application/zip", ""}}},
		"two parts":         {"只能有一个", []part{good, good}},
		"another field too": {"只能有一个", []part{good, {"name", "", "", "x"}}},
		"json without zip":  {"ZIP", []part{{"data", "data.zip", "application/zip", string(document(t, b64))}}},
	} {
		contentType, body := form(t, c.parts...)
		refused(t, name, c.want, send(t, s, PathUpload, contentType, token, body))
	}
	contentType, body := form(t, good)
	refused(t, "cut", "完整", send(t, s, PathUpload, contentType, token, body[:len(body)-6]))
	refused(t, "cut in the file", "完整", send(t, s, PathUpload, contentType, token, body[:len(body)/2]))
	refused(t, "urlencoded", "multipart", send(t, s, PathUpload, formType, token, []byte("data=x")))
	refused(t, "no boundary", "multipart", send(t, s, PathUpload, "multipart/form-data", token, body))
	refused(t, "too long", "8 MB", send(t, s, PathUpload, contentType, token, make([]byte, maxBody+1)))
}

// archive writes entries as archive/zip does by itself: with data descriptors.
func archive(t *testing.T, names ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	zw := zip.NewWriter(&b)
	for _, name := range names {
		w, err := zw.Create(name)
		must(t, err)
		_, err = w.Write(document(t, b64))
		must(t, err)
	}
	must(t, zw.Close())
	return b.Bytes()
}

func TestTheArchive(t *testing.T) {
	t.Parallel()
	good := zipped(t, document(t, b64))
	change := func(f func(b []byte)) []byte {
		b := bytes.Clone(good)
		f(b)
		return b
	}
	comment := append(bytes.Clone(good[:len(good)-2]), 1, 0, 'x')
	for name, c := range map[string]struct {
		want    string
		archive []byte
	}{
		"good":             {"", good},
		"nothing":          {"ZIP", nil},
		"cut":              {"ZIP", good[:len(good)-5]},
		"data descriptor":  {"数据描述符", archive(t, "data.json")},
		"two entries":      {"只有一个", archive(t, "data.json", "x.json")},
		"no entry":         {"只有一个", archive(t)},
		"in a folder":      {"根目录", archive(t, "x/data.json")},
		"another name":     {"data.json", archive(t, "Data.json")},
		"encrypted":        {"加密", change(func(b []byte) { b[6] |= 1 })},
		"header disagrees": {"不一致", change(func(b []byte) { b[22]++ })},
		"wrong checksum":   {"不一致", change(func(b []byte) { b[14]++ })},
		"contents changed": {"解压", change(func(b []byte) { b[60]++ })},
		"text in front":    {"ZIP", append([]byte("xx"), good...)},
		"comment":          {"注释", comment},
		"method of the past": {"压缩方法", change(func(b []byte) {
			b[8] = 9
			binary.LittleEndian.PutUint16(b[bytes.LastIndex(b, []byte("PK\x01\x02"))+10:], 9)
		})},
	} {
		_, refusal := onlyEntry(c.archive)
		if (refusal == "") != (c.want == "") || !strings.Contains(refusal, c.want) {
			t.Errorf("%s: %q, want %q", name, refusal, c.want)
		}
	}
}

func TestTheJSON(t *testing.T) {
	t.Parallel()
	good := string(document(t, b64))
	at := `"age":"` + b64("74") + `"`
	with := func(s string) string { return strings.Replace(good, at, s, 1) }
	for name, c := range map[string]struct{ want, text string }{
		"good":               {"", good},
		"blanks between":     {"", strings.ReplaceAll(good, ",", " ,\n ")},
		"BOM":                {"BOM", "\xef\xbb\xbf" + good},
		"GBK":                {"UTF-8", with("\"age\":\"\xb2\xe2\"")},
		"empty":              {"JSON", ""},
		"cut":                {"JSON", good[:len(good)-1]},
		"cut in a list":      {"JSON", good[:strings.Index(good, "]")]},
		"after the end":      {"还有内容", good + "{}"},
		"a comma too many":   {"JSON", with(at + ",")},
		"duplicate key":      {"重复", with(at + "," + at)},
		"number":             {"age", with(`"age":74`)},
		"null":               {"age", with(`"age":null`)},
		"true":               {"age", with(`"age":true`)},
		"object as leaf":     {"age", with(`"age":{}`)},
		"plain text":         {"Base64", with(`"age":"七十四"`)},
		"no padding":         {"Base64", with(`"age":"NzQ"`)},
		"line break":         {"Base64", with(`"age":"Nz\nQ="`)},
		"url alphabet":       {"Base64", with(`"age":"-_8="`)},
		"not UTF-8 inside":   {"不是 UTF-8", with(`"age":"/w=="`)},
		"twice":              {"age", with(`"age":"` + b64(b64("74")) + `"`)},
		"unknown key":        {"规范以外", with(at + `,"Age":""`)},
		"the page's slip":    {"规范以外", with(at + `," propose ":""`)},
		"two persons":        {"规范以外", strings.TrimSuffix(good, "}") + `,"ohEmployees2":{}}`},
		"a list of persons":  {"对象", "[" + good + "]"},
		"no ohEmployees":     {"ohEmployees", "{}"},
		"no history":         {"personalHistory", string(document(t, b64, edit{"personalHistory", del}))},
		"no hazards":         {"ohEmpHazard", string(document(t, b64, edit{"ohEmpHazard", del}))},
		"empty hazards":      {"ohEmpHazard", string(document(t, b64, edit{"ohEmpHazard", "[]"}))},
		"hazards no list":    {"数组", string(document(t, b64, edit{"ohEmpHazard", "{}"}))},
		"no items":           {"ohItemClassResult", string(document(t, b64, edit{"ohItemClassResult", del}))},
		"class without item": {"ohItemResult", string(document(t, b64, edit{"ohItemClassResult.0.ohItemResult", "[]"}))},
		"deep":               {"嵌套过深", strings.Repeat("[", 40) + strings.Repeat("]", 40)},
	} {
		_, refusal := decodeRecord([]byte(c.text), "values", false)
		if refusal == "" && c.want == "age" { // right Base64 of wrong text: a rule's affair
			rec, _ := decodeRecord([]byte(c.text), "values", false)
			refusal = New(Options{}).check(rec)
		}
		if (refusal == "") != (c.want == "") || !strings.Contains(refusal, c.want) {
			t.Errorf("%s: %q, want %q", name, refusal, c.want)
		}
	}
}

func TestAnyOrder(t *testing.T) {
	t.Parallel()
	good := string(document(t, b64))
	flag := `"peFlag":"` + b64("0") + `",`
	moved := strings.Replace(strings.Replace(good, flag, "", 1), `"ohOrgCode"`, flag+`"ohOrgCode"`, 1)
	if _, refusal := decodeRecord([]byte(moved), "values", false); !strings.Contains(refusal, "次序") {
		t.Errorf("another order: %q", refusal)
	}
	if _, refusal := decodeRecord([]byte(moved), "values", true); refusal != "" {
		t.Errorf("any order: %q", refusal)
	}
}

func TestBase64Modes(t *testing.T) {
	t.Parallel()
	plain := document(t, func(s string) string { return s })
	whole := []byte(base64.StdEncoding.EncodeToString(plain))
	values := document(t, b64)
	for _, c := range []struct {
		mode string
		text []byte
		ok   bool
	}{
		{"values", values, true}, {"values", plain, false}, {"values", whole, false},
		{"document", whole, true}, {"document", plain, false}, {"document", append(whole[:len(whole):len(whole)], '\n'), false},
		{"none", plain, true}, {"none", whole, false},
	} {
		s := New(Options{Base64: c.mode})
		if a := put(t, s, login(t, s), c.text); a.Success != c.ok {
			t.Errorf("%s: %+v", c.mode, a)
		}
	}
}

func FuzzDecodeUpload(f *testing.F) {
	_, body := form(f, part{"data", "data.zip", "application/zip", string(zipped(f, document(f, b64)))})
	boundary, _, _ := strings.Cut(strings.TrimPrefix(string(body), "--"), "\r\n")
	h := http.Header{"Content-Type": {"multipart/form-data; boundary=" + boundary}}
	f.Add(body)
	f.Add(body[:len(body)/2])
	f.Add([]byte("--" + boundary + "\r\n\r\n\r\n--" + boundary + "--\r\n"))
	s := New(Options{})
	f.Fuzz(func(t *testing.T, body []byte) {
		rec, _, refusal := decodeUpload(h, body, "values", false)
		if (rec == nil) == (refusal == "") {
			t.Fatalf("record %v, refusal %q", rec, refusal)
		}
		if rec != nil {
			s.check(rec)
		}
	})
}

func FuzzDecodeRecord(f *testing.F) {
	f.Add(document(f, b64), "values")
	f.Add(document(f, func(s string) string { return s }), "none")
	f.Add([]byte(`{"ohEmployees":{"age":[{}]}}`), "document")
	s := New(Options{})
	f.Fuzz(func(t *testing.T, text []byte, mode string) {
		rec, refusal := decodeRecord(text, mode, false)
		if (rec == nil) == (refusal == "") {
			t.Fatalf("record %v, refusal %q", rec, refusal)
		}
		if rec == nil {
			return
		}
		s.check(rec)
		again, refusal := decodeRecord(rec.root.render(echoPlain), "none", false)
		if refusal != "" || again.identity() != rec.identity() {
			t.Fatalf("the echo does not read back: %q", refusal)
		}
	})
}
