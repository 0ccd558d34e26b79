package sandbox

import (
	"archive/zip"
	"bytes"
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"hash/crc32"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"
	"testing"
)

// base is an upload by hand that the document allows: leaves not yet Base64.
const base = `{"ohEmployees":{"ohOrgCode":"130000001","empOrgName":"测试厂","empOrgBizCode":"91130200MA0AAAA11C","peFlag":"0",
"peDate":"2024-05-10","patientName":"测试甲","idType":"01","idcard":"11010519491231002X","sexCode":"2","birthday":"1949-12-31",
"age":"74","empPhone":"13900000001","hazardNames":"噪声","hazardOther":"","contactHazardCode":"2008,1081","contactHazardOther":"",
"typeOfWorkCode":"99-001","typeOfWorkOther":"","employerEnterpriseName":"测试厂","employerCreditCode":"91130200MA0AAAA11C",
"preparerName":"填表人","preparerPhone":"13900000000","preparerDate":"2024-05-20","reportOrgName":"测试中心","propose":"",
"protectiveEquipmentCode":"","emergencyContact":"","emergencyContactNumber":"",
"personalHistory":{"smokingStatus":"4","personalHistoryYear":"0","personalHistoryMonth":"0","dailySmokingVolum":"0"},
"ohEmpHazard":[{"careTypeCode":"2","hazardCode":"2008","monitorTypeCode":"01","resultOptionCode":"1","occDiseaseCode":"",
"otherContent":"","isMain":"","hazardStartDate":"2020-01-01","hazardYear":"4","hazardMonth":"4","hazardDay":"0",
"enterpriseName":"","enterpriseBizCode":""}],
"ohItemClassResult":[{"itemClassName":"一般检查","ohItemResult":[{"itemCode":"10001","dataVersion":"","result":"120",
"upperLimit":"139","lowerLimit":"90","unit":"mmHg","resultFlag":"0","radiographResult":""}]},
{"itemClassName":"X 线摄片","ohItemResult":[{"itemCode":"20009","dataVersion":"","result":"未见异常","upperLimit":"",
"lowerLimit":"","unit":"","resultFlag":"","radiographResult":"0"}]},
{"itemClassName":"生物监测","ohItemResult":[{"itemCode":"4070100","dataVersion":"1","result":"0.01","upperLimit":"2",
"lowerLimit":"0","unit":"μmol/L","resultFlag":"0","radiographResult":""}]}]}}`

// edit is one change of the base: a path such as ohEmpHazard.0.hazardCode
// (below ohEmployees), and the text to stand there. A text that begins with
// { or [ is JSON; del removes the key or entry; an index one past the end and
// an unknown key are added.
type edit struct{ path, text string }

const del = "\x00"

// document is the base with the edits, its leaves written by leaf.
func document(t testing.TB, leaf func(string) string, edits ...edit) []byte {
	t.Helper()
	root, refusal := parseJSON([]byte(base))
	if refusal != "" {
		t.Fatal(refusal)
	}
	for _, e := range edits {
		apply(t, root.vals[0], strings.Split(e.path, "."), e.text)
	}
	return root.render(func(_, text string) []byte { return quote(leaf(text)) })
}

func apply(t testing.TB, n *node, path []string, text string) {
	t.Helper()
	at := index(n.keys, path[0])
	if n.kind == '[' {
		at, _ = strconv.Atoi(path[0])
	}
	if at < 0 || at >= len(n.vals) {
		at = len(n.vals)
		n.vals = append(n.vals, &node{kind: 's'})
		if n.kind == '{' {
			n.keys = append(n.keys, path[0])
		}
	}
	switch {
	case len(path) > 1:
		apply(t, n.vals[at], path[1:], text)
	case text == del:
		n.vals = append(n.vals[:at], n.vals[at+1:]...)
		if n.kind == '{' {
			n.keys = append(n.keys[:at], n.keys[at+1:]...)
		}
	case strings.HasPrefix(text, "{") || strings.HasPrefix(text, "["):
		v, refusal := parseJSON([]byte(text))
		if refusal != "" {
			t.Fatal(refusal)
		}
		n.vals[at] = v
	default:
		n.vals[at] = &node{kind: 's', text: text}
	}
}

func b64(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

// zipped is an archive as help: 接口读法 T9 has it: sizes in the local header.
func zipped(t testing.TB, text []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	zw := zip.NewWriter(&b)
	w, err := zw.CreateRaw(&zip.FileHeader{Name: "data.json", Method: zip.Store, CRC32: crc32.ChecksumIEEE(text),
		CompressedSize64: uint64(len(text)), UncompressedSize64: uint64(len(text))})
	must(t, err)
	_, err = w.Write(text)
	must(t, err)
	must(t, zw.Close())
	return b.Bytes()
}

// part is one part of a multipart body.
type part struct{ field, file, kind, body string }

func form(t testing.TB, parts ...part) (contentType string, body []byte) {
	t.Helper()
	var b bytes.Buffer
	mw := multipart.NewWriter(&b)
	for _, p := range parts {
		h := textproto.MIMEHeader{"Content-Disposition": {`form-data; name="` + p.field + `"`}}
		if p.file != "" {
			h.Set("Content-Disposition", h.Get("Content-Disposition")+`; filename="`+p.file+`"`)
		}
		if p.kind != "" {
			h.Set("Content-Type", p.kind)
		}
		w, err := mw.CreatePart(h)
		must(t, err)
		_, err = w.Write([]byte(p.body))
		must(t, err)
	}
	must(t, mw.Close())
	return mw.FormDataContentType(), b.Bytes()
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// answer is what came back.
type answer struct {
	Status  int
	Success bool
	Msg     string
	Data    json.RawMessage
	Rows    json.RawMessage
	Sample  bool
}

// send is one request to the handler, without a network.
func send(t testing.TB, s *Server, path, contentType, token string, body []byte) answer {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, bytes.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	if token != "" {
		r.Header.Set("Authorization", token)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	a := answer{Status: w.Code}
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
		t.Fatalf("%s answers %d %q: %v", path, w.Code, w.Body, err)
	}
	return a
}

func credentials(user, password, org string) string {
	sum := md5.Sum([]byte(password))
	return url.Values{"orgName": {org}, "username": {user}, "password": {hex.EncodeToString(sum[:])}}.Encode()
}

const formType = "application/x-www-form-urlencoded"

func login(t testing.TB, s *Server) string {
	t.Helper()
	a := send(t, s, PathLogin, formType, "", []byte(credentials("sandbox", "sandbox", "河北省疾控中心")))
	if !a.Success {
		t.Fatalf("login: %+v", a)
	}
	return text(t, a.Data)
}

func text(t testing.TB, raw json.RawMessage) string {
	t.Helper()
	var s string
	must(t, json.Unmarshal(raw, &s))
	return s
}

// put uploads a data.json.
func put(t testing.TB, s *Server, token string, data []byte) answer {
	t.Helper()
	contentType, body := form(t, part{"data", "data.zip", "application/zip", string(zipped(t, data))})
	return send(t, s, PathUpload, contentType, token, body)
}
