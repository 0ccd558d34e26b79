package help

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const root = "../.."

var (
	// reCited finds "help: 接口读法 4.1, T6": a topic and perhaps sections.
	reCited = regexp.MustCompile(`help: ([\p{Han}A-Za-z]*\p{Han}[\p{Han}A-Za-z]*)((?:,? [TS]?\d[\d.]*)*)`)
	reID    = regexp.MustCompile(`[TS]?\d[\d.]*`)
	rePath  = regexp.MustCompile("`((?:internal|cmd)/[^`*… ]+)`")
)

// sources calls visit with every Go file of the module.
func sources(t *testing.T, visit func(path, text string)) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && strings.HasPrefix(d.Name(), ".") && d.Name() != ".." {
			return filepath.SkipDir
		}
		if d.IsDir() || filepath.Ext(path) != ".go" {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		visit(filepath.ToSlash(path), string(text))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// uncited returns what a text cites that the manual does not have.
func uncited(text string) []string {
	var missing []string
	for _, m := range reCited.FindAllStringSubmatch(text, -1) {
		topic, ok := Find(m[1])
		if !ok {
			missing = append(missing, m[0])
			continue
		}
		for _, id := range reID.FindAllString(m[2], -1) {
			if _, ok := topic.Section(strings.TrimRight(id, ".")); !ok {
				missing = append(missing, m[1]+" "+id)
			}
		}
	}
	return missing
}

// TestCitedSectionsExist looks up every section of the manual that the code and
// the developers' page cite.
func TestCitedSectionsExist(t *testing.T) {
	t.Parallel()
	sources(t, func(path, text string) {
		for _, what := range uncited(text) {
			t.Errorf("%s cites %q, which the manual does not have", path, what)
		}
	})
	page, err := os.ReadFile(filepath.Join(root, "internal", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, what := range uncited(string(page)) {
		t.Errorf("internal/README.md cites %q", what)
	}
	if got := uncited("// as help" + ": 接口读法 4.1, T99 says, and help" + ": 没有的主题."); len(got) != 2 {
		t.Errorf("the test finds %v", got)
	}
}

// TestDevelopersPage asks that the developers' page names every room and no
// file that is not there.
func TestDevelopersPage(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(filepath.Join(root, "internal", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	page := string(data)
	for _, m := range rePath.FindAllStringSubmatch(page, -1) {
		if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(m[1]))); err != nil {
			t.Errorf("internal/README.md names %s: %v", m[1], err)
		}
	}
	rooms, err := os.ReadDir(filepath.Join(root, "internal"))
	if err != nil {
		t.Fatal(err)
	}
	for _, room := range rooms {
		if room.IsDir() && !strings.Contains(page, "`internal/"+room.Name()+"`") {
			t.Errorf("internal/README.md does not say what internal/%s is for", room.Name())
		}
	}
}
