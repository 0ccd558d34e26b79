package sample_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"hash/crc32"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"hbupload/internal/sandbox"
	"hbupload/internal/sandbox/sample"
)

const testdata = "../../../testdata"

// TestSandboxAcceptsTheSamples holds both rooms against each other: whatever
// the people of the samples must become is what the platform takes.
func TestSandboxAcceptsTheSamples(t *testing.T) {
	t.Parallel()
	for name, src := range map[string]sample.Source{"standard": sample.All(sample.Standard()), "generated": sample.People(400, 7)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := sandbox.New(sandbox.Options{})
			token := login(t, s)
			for i := range src.N {
				p := src.At(i)
				if got := upload(t, s, token, p.DataJSON(sample.Values)); !got.Success {
					t.Errorf("%s is refused: %s", p.Key, got.Msg)
				}
			}
			if got := len(s.Stored()); got != src.N {
				t.Errorf("%d records stored of %d people", got, src.N)
			}
		})
	}
}

type answer struct {
	Success bool
	Msg     string
	Data    json.RawMessage
}

func post(t *testing.T, s *sandbox.Server, path, contentType, token string, body []byte) answer {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, bytes.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	r.Header.Set("Authorization", token)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	var a answer
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
		t.Fatalf("%s answers %d %q: %v", path, w.Code, w.Body, err)
	}
	return a
}

func login(t *testing.T, s *sandbox.Server) string {
	t.Helper()
	sum := md5.Sum([]byte("sandbox"))
	form := url.Values{"orgName": {"河北省疾控中心"}, "username": {"sandbox"}, "password": {hex.EncodeToString(sum[:])}}
	a := post(t, s, sandbox.PathLogin, "application/x-www-form-urlencoded", "", []byte(form.Encode()))
	var token string
	if err := json.Unmarshal(a.Data, &token); err != nil || !a.Success {
		t.Fatalf("login: %+v, %v", a, err)
	}
	return token
}

func upload(t *testing.T, s *sandbox.Server, token string, data []byte) answer {
	t.Helper()
	var archive, body bytes.Buffer
	zw := zip.NewWriter(&archive)
	entry, err := zw.CreateRaw(&zip.FileHeader{Name: "data.json", Method: zip.Store, CRC32: crc32.ChecksumIEEE(data),
		CompressedSize64: uint64(len(data)), UncompressedSize64: uint64(len(data))})
	check(t, err)
	_, err = entry.Write(data)
	check(t, err)
	check(t, zw.Close())
	mw := multipart.NewWriter(&body)
	part, err := mw.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {`form-data; name="data"; filename="data.zip"`}, "Content-Type": {"application/zip"}})
	check(t, err)
	_, err = part.Write(archive.Bytes())
	check(t, err)
	check(t, mw.Close())
	return post(t, s, sandbox.PathUpload, mw.FormDataContentType(), token, body.Bytes())
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestWriteSamples holds the committed files against the generator, cell by
// cell. UPDATE_SAMPLES=1 go test -run TestWriteSamples writes them anew.
func TestWriteSamples(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if os.Getenv("UPDATE_SAMPLES") != "" {
		dir = testdata
	}
	src := sample.All(sample.Standard())
	ctx := context.Background()
	check(t, sample.WriteXLSX(ctx, filepath.Join(dir, "standard.xlsx"), src))
	check(t, sample.WriteCSVDir(ctx, filepath.Join(dir, "standard-gb18030"), src, true))
	var archive bytes.Buffer
	check(t, sample.WriteCSVZip(ctx, &archive, src))
	check(t, os.WriteFile(filepath.Join(dir, "standard-utf8.zip"), archive.Bytes(), 0o644))

	if got, want := cells(t, filepath.Join(testdata, "standard.xlsx")), cells(t, filepath.Join(dir, "standard.xlsx")); got != want {
		t.Error("testdata/standard.xlsx is not what the generator writes")
	}
	for _, name := range []string{"体检信息", "危害因素", "体检项目"} {
		path := filepath.Join("standard-gb18030", name+".csv")
		if !bytes.Equal(read(t, filepath.Join(testdata, path)), read(t, filepath.Join(dir, path))) {
			t.Errorf("testdata/%s is not what the generator writes", path)
		}
	}
	if members(t, filepath.Join(testdata, "standard-utf8.zip")) != members(t, filepath.Join(dir, "standard-utf8.zip")) {
		t.Error("testdata/standard-utf8.zip is not what the generator writes")
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	check(t, err)
	return b
}

// cells is every cell of a workbook: sheet, address, type, raw value, format.
func cells(t *testing.T, path string) string {
	t.Helper()
	f, err := excelize.OpenFile(path)
	check(t, err)
	defer f.Close()
	var b strings.Builder
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet, excelize.Options{RawCellValue: true})
		check(t, err)
		for i, row := range rows {
			for j, text := range row {
				at, err := excelize.CoordinatesToCellName(j+1, i+1)
				check(t, err)
				kind, err := f.GetCellType(sheet, at)
				check(t, err)
				style, err := f.GetCellStyle(sheet, at)
				check(t, err)
				b.WriteString(strings.Join([]string{sheet, at, string(rune('0' + kind)), string(rune('0' + style)), text}, "\x00") + "\n")
			}
		}
	}
	return b.String()
}

func members(t *testing.T, path string) string {
	t.Helper()
	zr, err := zip.OpenReader(path)
	check(t, err)
	defer zr.Close()
	var b strings.Builder
	for _, f := range zr.File {
		rc, err := f.Open()
		check(t, err)
		text, err := io.ReadAll(rc)
		check(t, err)
		check(t, rc.Close())
		b.WriteString(f.Name + "\n" + string(text))
	}
	return b.String()
}
