package cli

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"unicode"

	"github.com/xuri/excelize/v2"
	"golang.org/x/net/html"

	"hbupload/internal/host"
	"hbupload/internal/mapping/layout"
	"hbupload/internal/run"
	"hbupload/internal/sandbox"
)

// evil are words as somebody means harm: each stands in names, keys, headers,
// cells and the platform's answers.
func evil() []string {
	return []string{
		"\x1b]0;evil\x07\x1b[31m\x1b[2J", "\u202e\u2066反\u061c", "\u009b31m\u0085", "=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(1)", "=HYPERLINK(\"http://127.0.0.2/\",\"x\")",
		"a\nb\r\nc\td", `"><script>alert(1)</script><img src=x onerror=alert(1)>`, "]]>&lt;&#x1b;<x/>", "'; DROP TABLE submissions; --", "../../../evil", "CON", "{{.}}${x}`x`$(x)",
		"_x001B_[31m_x0007_", strings.Repeat("长", 3000), "\u200b\ufeff\u2028", "\u202etxt.exe", "%s%n%d", "\\u001b[31m", "# - [a]: &b *c !d",
	}
}

// csvCell quotes a text as CSV does.
func csvCell(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

// evilTables are the tables of the standard sample: the words stand in the keys
// and names of its first persons, in their work types and employers, and over
// columns nobody knows. Control characters that make a CSV file no text are left
// to the workbook.
func evilTables(t *testing.T, words []string) map[string]string {
	t.Helper()
	z, err := zip.OpenReader("../../testdata/standard-utf8.zip")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = z.Close() }()
	out := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		for i, line := range strings.Split(strings.TrimPrefix(strings.TrimRight(string(data), "\r\n"), "\ufeff"), "\r\n") {
			key, rest, _ := strings.Cut(line, ",")
			if n, err := strconv.Atoi(strings.TrimPrefix(key, "TJ")); err == nil && n <= len(words) {
				word := csvCell(words[n-1])
				key = csvCell("K" + words[n-1])
				if strings.HasPrefix(f.Name, "体检信息") {
					cells := strings.Split(rest, ",")
					cells[1], cells[6] = word, word
					if n%3 == 0 { // a word that is no work type withholds the record
						cells[19] = word
					}
					rest = strings.Join(cells, ",")
				}
			}
			b.WriteString(key + "," + rest)
			for n := range words {
				if b.WriteByte(','); i < 3 {
					b.WriteString(csvCell(words[(n+i)%len(words)]))
				}
			}
			b.WriteString("\r\n")
		}
		out[strings.TrimSuffix(f.Name, ".csv")] = b.String()
	}
	return out
}

// evilBook is the same as a workbook, with the words in the names of its sheets
// and in sheets of their own.
func evilBook(t *testing.T, words []string) []byte {
	t.Helper()
	book := excelize.NewFile()
	names := map[string]string{}
	for sheet, text := range evilTables(t, words) {
		if _, err := book.NewSheet(sheet); err != nil {
			t.Fatal(err)
		}
		names[sheet] = sheet + words[len(names)]
		r := csv.NewReader(strings.NewReader(text))
		records, err := r.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for i, record := range records {
			for j, cell := range record {
				at, _ := excelize.CoordinatesToCellName(j+1, i+1)
				_ = book.SetCellStr(sheet, at, cell)
			}
		}
	}
	for i, word := range words {
		sheet := fmt.Sprintf("Strange%02d", i)
		if _, err := book.NewSheet(sheet); err != nil {
			t.Fatal(err)
		}
		_ = book.SetCellStr(sheet, "A1", word)
		names[sheet] = fmt.Sprint(i) + word
	}
	_ = book.DeleteSheet("Sheet1")
	var plain, out bytes.Buffer
	if err := book.Write(&plain); err != nil {
		t.Fatal(err)
	}
	in, err := zip.NewReader(bytes.NewReader(plain.Bytes()), int64(plain.Len()))
	if err != nil {
		t.Fatal(err)
	}
	w := zip.NewWriter(&out)
	for _, f := range in.File {
		r, _ := f.Open()
		data, _ := io.ReadAll(r)
		if f.Name == "xl/workbook.xml" {
			for was, is := range names {
				data = bytes.ReplaceAll(data, []byte(`name="`+was+`"`), []byte(`name="`+xmlAttr(is)+`"`))
			}
		}
		part, _ := w.Create(f.Name)
		_, _ = part.Write(data)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// xmlAttr writes a text so that XML may hold it; what it may not is left out.
func xmlAttr(s string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(strings.Map(func(r rune) rune {
		if r < ' ' {
			return -1
		}
		return r
	}, s)))
	return b.String()
}

// TestHostileTexts: through every command and into every report, foreign words
// stay words: of tables that are named, headed and filled by somebody who means
// harm, and of a platform that answers so.
func TestHostileTexts(t *testing.T) {
	t.Parallel()
	words, text := evil(), []string{}
	for _, w := range words {
		if !strings.ContainsFunc(w, func(r rune) bool { return r < ' ' && r != '\n' && r != '\r' && r != '\t' }) {
			text = append(text, w)
		}
	}
	const name = "表\x1b]0;evil\x07\u202e\u009b31m=1+1\"'><img src=x onerror=alert(1)>\r\n\t{{.}}"
	for kind, input := range map[string]func(b *bench) (string, error){
		"folder": func(b *bench) (string, error) {
			dir := b.path(name)
			if err := os.Mkdir(dir, 0o700); err != nil {
				dir = b.path("表")
				_ = os.Mkdir(dir, 0o700)
			}
			for sheet, table := range evilTables(b.t, text) {
				if err := os.WriteFile(filepath.Join(dir, sheet+name+".csv"), []byte(table), 0o600); err != nil {
					b.write(filepath.Join(filepath.Base(dir), sheet+".csv"), table)
				}
			}
			return dir, nil
		},
		"workbook": func(b *bench) (string, error) {
			data := evilBook(b.t, words)
			if path := b.path(name + ".xlsx"); os.WriteFile(path, data, 0o600) == nil {
				return path, nil
			}
			return b.path("表.xlsx"), os.WriteFile(b.path("表.xlsx"), data, 0o600)
		},
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			var n atomic.Int64
			b.serve(func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.URL.Path != sandbox.PathUpload {
						next.ServeHTTP(w, r)
						return
					}
					_, _ = io.Copy(io.Discard, r.Body)
					_ = json.NewEncoder(w).Encode(map[string]any{"success": false, "msg": "拒绝" + words[int(n.Add(1))%len(words)]})
				})
			})
			b.want(0, "dict", "pull")
			path, err := input(b)
			if err != nil {
				t.Fatal(err)
			}
			b.everyCommand(words, path)
			b.everyReport(kind == "folder")
		})
	}
}

// everyCommand runs what shows, keeps or sends foreign words.
func (b *bench) everyCommand(words []string, path string) {
	b.t.Helper()
	lines := [][]string{
		{"validate", path, "--verbose"}, {"validate", path, "--only-bad", "--report", b.path("bad")}, {"push", path, "--verbose", "--max-rejections", "0", "--log-file", b.path("run.log")},
		{"push", path, "--no-report", "--max-rejections", "0", "--log-file", b.path("run.json.log"), "--log-format", "json"},
		{"status"}, {"history"}, {"build", path, "-o", b.path("out"), "--no-report"}, {"map", "init", path, "-o", b.path("m.yaml"), "--force"}, {"map", "check", b.path("m.yaml"), path},
		{"push", path, "--mapping", b.path("m.yaml"), "--dry-run", "--no-report"}, {"explain", "TJ0030", "--in", path},
	}
	for i, word := range words {
		key := "K" + word
		lines = append(lines, [][]string{{"explain", key, "--in", path, "--reveal"}, {"history", key}, {"resolve", key, "--sent"}, {"dict", "search", word}, {"rules", word},
			{"validate", path, "--no-report", "--sheet", word}, {"validate", path, "--no-report", "--only", key}}[i%7])
	}
	for i, line := range lines {
		both := [][]string{line, append(line[:len(line):len(line)], "--json")}
		if i >= len(lines)-len(words) {
			both = both[:1]
		}
		for _, args := range both {
			if code := b.run(args...); code == 1 {
				b.t.Errorf("%.200q: an internal error\n%.2000s%.2000s", args, b.out.String(), b.err.String())
			}
			name := strings.Join(args[:min(2, len(args))], " ")
			wantHarmless(b.t, name+": stdout", b.out.String())
			wantHarmless(b.t, name+": stderr", b.err.String())
			if args[len(args)-1] == "--json" && !json.Valid(b.out.Bytes()) {
				b.t.Errorf("%s: not one JSON document:\n%.2000s", name, b.out.String())
			}
			if n := len(b.err.String()); n > 4*maxSaid {
				b.t.Errorf("%s: %d bytes on stderr", name, n)
			}
		}
	}
	text, err := os.ReadFile(b.path("m.yaml"))
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := layout.Parse("m.yaml", text); err != nil {
		b.t.Errorf("map init wrote what map check cannot read: %v\n%.3000s", err, text)
	}
}

// everyReport opens whatever was written.
func (b *bench) everyReport(built bool) {
	b.t.Helper()
	books, pages, zips := 0, 0, 0
	err := filepath.WalkDir(b.process.WorkDir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		switch name := d.Name(); {
		case err != nil:
		case strings.Contains(name, "含个人信息"):
			books++
			// A copy of a workbook keeps the names of its sheets, whatever they are.
			wantBook(b.t, data, built || filepath.Dir(path) == b.path("bad"))
		case strings.HasSuffix(name, ".html"):
			pages++
			wantPage(b.t, data)
		case strings.HasSuffix(name, ".log"):
			wantHarmless(b.t, name, string(data))
		case filepath.Dir(path) == b.path("out"):
			zips++
			if run.ReDevice.MatchString(strings.TrimSuffix(name, ".zip")) || strings.ContainsFunc(name, unicode.IsControl) {
				b.t.Errorf("%q is no name for a file", name)
			}
		case strings.HasSuffix(name, ".zip"):
			b.t.Errorf("%s stands outside of its folder", path)
		}
		return err
	})
	if err != nil || books != 2 || pages != 2 || zips < 10 {
		b.t.Errorf("%d workbooks, %d pages, %d zips, %v", books, pages, zips, err)
	}
}

// wantBook: every part is whole XML, another program opens it, and no cell is a
// formula.
func wantBook(t *testing.T, data []byte, ours bool) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		d := xml.NewDecoder(r)
		for {
			token, err := d.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Errorf("%s: %v", f.Name, err)
				break
			}
			if e, ok := token.(xml.StartElement); ok && strings.HasPrefix(f.Name, "xl/worksheets/") && e.Name.Local == "f" {
				t.Errorf("%s holds a formula", f.Name)
			}
		}
	}
	book, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	for _, sheet := range book.GetSheetList() {
		rows, err := book.GetRows(sheet)
		// _x005F_ is one character to a spreadsheet program, seven to this library.
		if ours && err != nil && !strings.Contains(sheet, "_x005F_") {
			t.Errorf("%.50q: %d rows, %v", sheet, len(rows), err)
		}
	}
}

var reHandler = regexp.MustCompile(`(?i)^(on|formaction|srcdoc)|^(href|src)$`)

// wantPage: nothing but our own elements, nothing that runs or loads.
func wantPage(t *testing.T, data []byte) {
	t.Helper()
	if i := bytes.IndexFunc(data, host.Obeyed); i >= 0 {
		t.Errorf("a command in a page: %q", data[max(0, i-40):min(len(data), i+40)])
	}
	root, err := html.Parse(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch n.Data {
		case "script", "img", "iframe", "object", "embed", "link", "form", "input", "base", "x":
			t.Errorf("<%s> in a page", n.Data)
		}
		for _, a := range n.Attr {
			if reHandler.MatchString(a.Key) {
				t.Errorf("%s=%q in a page", a.Key, a.Val)
			}
		}
	}
}

// TestHostileDictionary: names that the platform gives its entries are words too,
// on the screen, in the standard workbook with its lists to choose from, and in
// what is to be looked up by hand.
func TestHostileDictionary(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	doubt := false // set while nothing runs
	b.serve(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch {
			case doubt && r.URL.Path == sandbox.PathUpload:
				_, _ = io.Copy(io.Discard, r.Body)
				_, _ = io.WriteString(w, "<html>\x1b[31m")
			case !doubt && r.URL.Path == sandbox.PathDownload:
				rows := []map[string]string{}
				for i, word := range evil() {
					if word = string([]rune(word)[:min(len([]rune(word)), 100)]); strings.TrimSpace(host.SafeText(word, 99)) != "" {
						rows = append(rows, map[string]string{"Code": fmt.Sprint(1000 + i), "Name": word, "ClassName": word, "MonitorType": word, "Industry": word})
					}
				}
				_ = json.NewEncoder(w).Encode(map[string]any{"success": true, "rows": rows})
			default:
				next.ServeHTTP(w, r)
			}
		})
	})
	for _, line := range [][]string{{"dict", "pull"}, {"dict", "list"}, {"dict", "show", "hazard"}, {"dict", "show", "item"}, {"dict", "search", "cmd"}, {"template", "-o", b.path("t.xlsx")}, {"dict", "diff"}} {
		b.want(0, line...)
		wantHarmless(t, strings.Join(line, " "), b.out.String()+b.err.String())
		_ = os.Remove(b.path("t.xlsx"))
		b.want(0, append(line, "--json")...)
		if !json.Valid(b.out.Bytes()) {
			t.Errorf("%v: not one JSON document", line)
		}
		wantHarmless(t, strings.Join(line, " ")+" --json", b.out.String()+b.err.String())
	}
	written := func(name string) {
		t.Helper()
		data, err := os.ReadFile(b.path(name))
		if err != nil {
			t.Fatal(err)
		}
		wantBook(t, data, true)
	}
	b.want(0, "template", "-o", b.path("t.xlsx"))
	written("t.xlsx")
	doubt = true
	b.want(0, "dict", "pull")
	if err := os.WriteFile(b.path("book.xlsx"), evilBook(t, evil()), 0o600); err != nil {
		t.Fatal(err)
	}
	b.want(4, "push", b.path("book.xlsx"), "--no-report")
	b.run("resolve", "--worksheet", b.path("w.xlsx"), "--in", b.path("book.xlsx"))
	wantHarmless(t, "worksheet", b.out.String()+b.err.String())
	written("w.xlsx")
	sheet, err := excelize.OpenFile(b.path("w.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := sheet.GetRows(sheet.GetSheetName(0))
	if err != nil || !strings.Contains(fmt.Sprint(rows), "calc") {
		t.Errorf("no hostile key is to be looked up: %q %v", rows, err)
	}
}
