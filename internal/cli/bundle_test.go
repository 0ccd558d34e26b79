package cli

import (
	"archive/zip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"hbupload/internal/sandbox"
	"hbupload/internal/sandbox/sample"
)

// canaries hands out texts in the shapes that personal data has, and remembers
// them.
type canaries struct{ all []string }

func (c *canaries) next() string {
	n := len(c.all)
	var text string
	switch n % 5 {
	case 0:
		text = fmt.Sprintf("鸟%c%c", '一'+rune(n), '丁'+rune(n%89))
	case 1:
		text = fmt.Sprintf("1301041971%02d%02d%04d", n%12+1, n%28+1, n)
	case 2:
		text = fmt.Sprintf("1391234%04d", n)
	case 3:
		text = fmt.Sprintf("canary%04dx", n)
	default:
		text = fmt.Sprintf("金丝雀%04d号院", n)
	}
	c.all = append(c.all, text)
	return text
}

func (c *canaries) several(n int, sep string) string {
	var out []string
	for range n {
		out = append(out, c.next())
	}
	return strings.Join(out, sep)
}

// plant fills a workbook with canaries: names of sheets, headers and cells.
func (c *canaries) plant(t *testing.T, path string) {
	t.Helper()
	if err := sample.WriteXLSX(context.Background(), path, sample.People(40, 1)); err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	set := func(sheet string, col, row int) {
		cell, _ := excelize.CoordinatesToCellName(col, row)
		if err := book.SetCellStr(sheet, cell, c.next()); err != nil {
			t.Fatal(err)
		}
	}
	head, err := book.GetRows("体检信息")
	if err != nil {
		t.Fatal(err)
	}
	for col, title := range head[0] {
		for row := 2; row <= len(head); row++ {
			if title == "姓名" || title == "备注" || title == "用人单位名称" || title == "身份证号" && row%4 == 0 || title == "联系电话" && row%4 == 1 || title == "性别" && row%4 == 2 {
				set("体检信息", col+1, row)
			}
		}
	}
	for col := range 8 { // columns that nobody knows
		for row := 1; row <= 41; row++ {
			set("体检信息", len(head[0])+1+col, row)
		}
	}
	for range 10 {
		name := c.next()
		if _, err := book.NewSheet(name); err != nil {
			t.Fatal(err)
		}
		for row := 1; row <= 10; row++ {
			set(name, row%3+1, row)
		}
	}
	if err := book.Save(); err != nil {
		t.Fatal(err)
	}
}

// settings are canaries wherever a configuration takes words.
func (c *canaries) settings() string {
	text := "  login_extra: {a: '" + c.next() + "', " + c.next() + ": b}\n" +
		"institution: {reportOrgName: " + c.next() + ", preparerName: " + c.next() + ", preparerPhone: '" + c.next() + "'}\n" +
		"sync: {inbox: '" + c.next() + "', done: '" + c.next() + "', failed: '" + c.next() + "', pattern: '" + c.next() + "*', on_finish: '" + c.next() + "', report_group: '" + c.next() + "'}\naliases:\n"
	for _, domain := range []string{"careType", "hazard", "typeOfWork"} {
		text += "  " + domain + ":\n"
		for range 60 {
			text += "    '" + c.next() + "': '" + c.next() + "'\n"
		}
	}
	text += "profiles:\n"
	for range 10 {
		text += "  '" + c.next() + "': {platform: {username: '" + c.next() + "'}}\n"
	}
	return text
}

// TestBundleHasNoPersonalData plants personal data everywhere that the program looks,
// and finds none of it in the bundle.
func TestBundleHasNoPersonalData(t *testing.T) {
	t.Parallel()
	c := &canaries{}
	b := newBench(t)
	b.process.User = c.next()
	b.process.Host = c.next()
	b.serve(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != sandbox.PathUpload {
				next.ServeHTTP(w, r)
				return
			}
			b.mu.Lock()
			words := c.several(3, "，")
			b.mu.Unlock()
			w.Header().Set("Content-Type", "application/json")
			_ = json.NewEncoder(w).Encode(map[string]any{"success": false, "msg": words})
		})
	})
	b.want(0, "dict", "pull")
	settings := c.settings()
	b.configure(settings)
	export := b.path(c.next() + "-" + c.next() + ".xlsx")
	c.plant(t, export)
	if code := b.run("push", export, "--no-report", "--log-file", b.path(c.next()+".log")); code != 3 && code != 4 {
		t.Fatalf("exit %d: %s", code, b.err.String())
	}
	b.configure("  org_name: " + c.next() + "\n" + settings)
	b.run("doctor", "--offline", "--bundle", b.path("b.zip"), "--yes", "--json", "--in", export, "--in", b.path(c.next()))
	z, err := zip.OpenReader(b.path("b.zip"))
	if err != nil {
		t.Fatalf("%v: %s", err, b.out.String())
	}
	defer func() { _ = z.Close() }()
	if len(z.File) != 1 || len(c.all) < 1000 {
		t.Errorf("%d files, %d canaries", len(z.File), len(c.all))
	}
	r, err := z.File[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, word := range c.all {
		if strings.Contains(string(text), word) {
			found++
			t.Errorf("%q is in the bundle", word)
		}
	}
	t.Logf("%d canaries, %d found, %d bytes", len(c.all), found, len(text))
	says(t, string(text), `"rejected"`, `"patientName"`, `"idcard"`, `"careType": 60`, `"command": "push"`)
}

// TestBundleIsShownFirst: nothing is written before somebody has seen it and said
// so, nor over anything.
func TestBundleIsShownFirst(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.serve(nil)
	b.want(0, "dict", "pull")
	path := b.path("b.zip")
	b.want(2, "doctor", "--bundle", path)
	says(t, b.out.String(), "全部内容", `"format": 1`)
	b.want(2, "doctor", "--bundle", path, "--json")
	b.process.StdinTTY = true
	b.process.StderrTTY = true
	b.process.Stdin = strings.NewReader("n\n")
	b.want(2, "doctor", "--bundle", path)
	if _, err := os.Lstat(path); err == nil {
		t.Error("written without a yes")
	}
	b.process.Stdin = strings.NewReader("y\n")
	b.want(0, "doctor", "--bundle", path)
	says(t, b.out.String(), "已写出")
	b.want(2, "doctor", "--bundle", path, "--yes")
	says(t, b.err.String(), "已存在")
	b.want(2, "doctor", "--yes")
}
