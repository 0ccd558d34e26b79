//go:build extra

package report_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"hbupload/internal/workbook/booktest"
)

// A real browser lays the page out, on screen and on paper.
func TestExtraPageInChromium(t *testing.T) {
	t.Parallel()
	browser, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("chromium is not installed")
	}
	s := check(t, booktest.Broken(t))
	dir := t.TempDir()
	file := filepath.Join(dir, "page.html")
	if err := os.WriteFile(file, []byte(s.page(t)), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) []byte {
		args = append([]string{"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
			"--disable-component-update", "--disable-sync", "--user-data-dir=" + filepath.Join(dir, "profile")}, append(args, "file://"+file)...)
		out, err := exec.CommandContext(t.Context(), browser, args...).Output()
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	if dom := string(run("--dump-dom")); !strings.Contains(dom, "有记录需要处理") || strings.Count(dom, "<section") < 6 {
		t.Errorf("the browser sees %s", dom)
	}
	shot, paper := filepath.Join(dir, "page.png"), filepath.Join(dir, "page.pdf")
	run("--window-size=1100,1600", "--screenshot="+shot)
	run("--print-to-pdf=" + paper)
	for path, magic := range map[string]string{shot: "\x89PNG", paper: "%PDF"} {
		if data, err := os.ReadFile(path); err != nil || !strings.HasPrefix(string(data), magic) || len(data) < 10000 {
			t.Errorf("%s: %d bytes, %v", path, len(data), err)
		}
	}
}
