package house

import (
	"strings"
	"testing"
)

// offence is a source that one rule must catch, and how often.
type offence struct {
	rule, path, src string
	want            int
}

// offences has for each rule what it forbids and, as zero, its legal neighbour.
func offences() []offence {
	const lib, test, cmd = "internal/push/x.go", "internal/push/x_test.go", "cmd/hbupload/main.go"
	return []offence{
		{"imports", lib, `import _ "hbupload/internal/platform"`, 1},
		{"imports", lib, `import _ "hbupload/internal/wire"`, 0},
		{"imports", lib, `import _ "hbupload/internal/pattern"`, 0},
		{"imports", "internal/sandbox/x.go", `import _ "hbupload/internal/wire"`, 1},
		{"imports", "internal/spec/x.go", `import _ "hbupload/internal/dict"`, 1},
		{"imports", "internal/nowhere/x.go", `import _ "hbupload/internal/spec"`, 1},
		{"imports", "internal/cli/x.go", `import _ "hbupload/internal/platform"`, 0},
		{"imports", test, `import _ "hbupload/internal/platform"`, 0},
		{"imports", test, `import _ "hbupload/internal/cli"`, 1},
		{"imports", cmd, `import _ "hbupload/internal/push"`, 1},
		{"imports", lib, `import _ "github.com/spf13/viper"`, 1},
		{"files have", lib, strings.Repeat("\n", maxFile), 1},
		{"files have", lib, strings.Repeat("\n", maxFile-10), 0},
		{"files have", test, "func f() {" + strings.Repeat("\n", maxFunction) + "}", 1},
		{"files have", test, "func f() {" + strings.Repeat("\n", maxFunction-1) + "}", 0},
		{"no init", lib, `func init() {}`, 1},
		{"no init", lib, `type t int; func (t) init() {}`, 0},
		{"no package variables", lib, `var table = map[string]int{}`, 1},
		{"no package variables", test, `var a, b int`, 2},
		{"no package variables", lib, `var count = errors.New("x")`, 1},
		{"no package variables", lib, `var ErrX, errY = errors.New("x"), fmt.Errorf("y")`, 0},
		{"no package variables", lib, `var reX = pattern.New("x"); var _ I = T{}`, 0},
		{"no package variables", lib, `var reX = regexp.MustCompile("x")`, 1},
		{"no package variables", test, `var reX = regexp.MustCompile("x")`, 0},
		{"no package variables", lib, "//go:embed x\nvar files embed.FS", 0},
		{"process", lib, `var a = os.Getenv("X"); var b = os.Stdout; var c = time.Now; var d = time.Since(e)`, 4},
		{"process", "internal/push/deliver.go", `func f() { a = time.Now; time.Now() }`, 1},
		{"process", cmd, `func main() { os.Exit(f(os.Stdout)) }`, 0},
		{"nobody exits", test, `func f() { os.Exit(1) }`, 1},
		{"nobody exits", cmd, `func f() { os.Exit(1) }`, 0},
		{"nobody sleeps", test, `func f() { time.Sleep(1) }`, 1},
		{"one assignment", lib, `func f() { a, b := 1, 2; c.x, c.y = g(), 3; d, m[k] = 1, 2 }`, 3},
		{"one assignment", lib, `func f() { a, b = b, a; x, y = y, x+y; head, rest = s[:i], s[i:]; v, err := g(); for i, j := 0, 9; i < j; i, j = i+1, j-1 { } }`, 1},
		{"one assignment", lib, `func f() { if a, b := 1, 2; a < b { } }`, 0},
		{"one assignment", test, `func f() { a, b := 1, 2 }`, 0},
		{"files get", lib, `func f() { os.Rename(a, b) }`, 1},
		{"files get", test, `func f() { os.Rename(a, b) }`, 0},
		{"no panic", lib, `func f() { panic("x") }`, 1},
		{"no panic", test, `func f() { panic("x") }`, 0},
		{"goroutines", lib, `func f() { go func() { g() }(); go r.x() }`, 2},
		{"goroutines", lib, `func f() { go func() { c <- crash.Run(g) }(); go r.run() }`, 1},
		{"goroutines", "internal/push/relay.go", `func f() { go r.run() }`, 0},
		{"goroutines", test, `func f() { go g() }`, 0},
		{"no shared HTTP", lib, `func f() { http.Get(u); c := http.DefaultClient }`, 2},
		{"no shared HTTP", lib, `func f() { http.NewRequestWithContext(c, http.MethodGet, u, nil) }`, 0},
		{"no private-network", lib, `const a = "http://10.` + `1.2.3/"; /* 192.` + `168.0.1 */`, 1},
		{"no private-network", lib, `const a = "127.0.0.1, v1.10.1.2"`, 0},
		{"no marks", lib, "// TO" + "DO later", 1},
		{"gofmt", lib, "func  f(){}\n", 1},
		{"gofmt", lib, "func f() {}\n", 0},
		{"packages have names", "internal/util/x.go", ``, 1},
		{"exported", lib, `func F() {}; type T int; const C = 1; func (T) M() {}; func (T) Error() string { return "" }`, 4},
		{"exported", lib, "// F is\nfunc F() {}\n// Group.\nconst (\nA = 1\nB = 2\n)\ntype t int\nfunc (t) M() {}", 0},
		{"exported", test, `func F() {}`, 0},
	}
}

// TestRulesCatch breaks every rule, so that none of them holds of nothing.
func TestRulesCatch(t *testing.T) {
	t.Parallel()
	broken := map[string]bool{}
	for _, o := range offences() {
		f, err := parse(o.path, []byte("package p\n\n"+o.src))
		if err != nil {
			t.Fatalf("%s: %v", o.src, err)
		}
		for _, r := range rules() {
			if !strings.HasPrefix(r.name, o.rule) {
				continue
			}
			got := r.check(f)
			broken[r.name] = broken[r.name] || len(got) > 0
			if len(got) != o.want {
				t.Errorf("%s: %s: %d offenders %q, want %d", r.name, o.src, len(got), got, o.want)
			}
		}
	}
	for _, r := range rules() {
		if !broken[r.name] {
			t.Errorf("no offence tries the rule %q", r.name)
		}
	}
}

func TestTopLevelNames(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{"go.mod": true, ".ci": true, "bin": true, "scripts": false, "docs": false, "pkg": false} {
		if topLevel(name) != want {
			t.Errorf("topLevel(%q) = %v", name, !want)
		}
	}
}
