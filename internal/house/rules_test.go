package house

import (
	"bytes"
	"go/ast"
	"go/format"
	"go/token"
	"path"
	"regexp"
	"strconv"
	"strings"
)

// Ceilings of the design card; its aims are 150 and 15.
const (
	maxFile     = 500
	maxFunction = 80
)

func itoa(n int) string { return strconv.Itoa(n) }

// sizes are the ceilings of files and functions, tests too.
func sizes(f *file) []string {
	var out []string
	if n := bytes.Count(f.src, []byte("\n")); n > maxFile {
		out = append(out, f.path+": "+itoa(n)+" lines")
	}
	for _, d := range f.ast.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		lines := f.fset.Position(fn.End()).Line - f.fset.Position(fn.Pos()).Line + 1
		if lines > maxFunction {
			out = append(out, f.at(fn.Pos())+": "+fn.Name.Name+" has "+itoa(lines)+" lines")
		}
	}
	return out
}

// noInit keeps start-up visible in main.
func noInit(f *file) []string {
	var out []string
	for _, d := range f.ast.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
			out = append(out, f.at(fn.Pos())+": init")
		}
	}
	return out
}

// noState forbids package-level variables but errors, patterns (pattern.New), tables
// that are computed once from constants (sync.OnceValue: the table of fields was
// built anew for each look at it, which took 18 ms of a record's redaction),
// interface assertions and embedded files.
func noState(f *file) []string {
	tool := f.test || f.room() == "cmd/winres"
	var out []string
	for _, d := range f.ast.Decls {
		decl, ok := d.(*ast.GenDecl)
		if !ok || decl.Tok != token.VAR {
			continue
		}
		for _, s := range decl.Specs {
			spec := s.(*ast.ValueSpec)
			if embedded(decl.Doc) || embedded(spec.Doc) {
				continue
			}
			for i, name := range spec.Names {
				if !constant(name.Name, spec.Values, i, tool) {
					out = append(out, f.at(name.Pos())+": var "+name.Name)
				}
			}
		}
	}
	return out
}

func embedded(doc *ast.CommentGroup) bool {
	if doc == nil {
		return false
	}
	for _, c := range doc.List {
		if strings.HasPrefix(c.Text, "//go:embed ") {
			return true
		}
	}
	return false
}

// constant reports whether a package-level variable is one of those allowed in the
// program, or in its tests and tools.
func constant(name string, values []ast.Expr, i int, tool bool) bool {
	if name == "_" {
		return true
	}
	if i >= len(values) {
		return false
	}
	call, ok := values[i].(*ast.CallExpr)
	if !ok {
		return false
	}
	switch selector(call.Fun) {
	case "errors.New", "fmt.Errorf":
		return strings.HasPrefix(strings.ToLower(name), "err")
	case "pattern.New", "sync.OnceValue":
		return true
	case "regexp.MustCompile": // in the program pattern.New: compiling 120 of them took every start 3 ms
		return tool
	}
	return false
}

// selector is "pkg.Name" of such an expression, "" of others.
func selector(e ast.Expr) string {
	s, ok := e.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	x, ok := s.X.(*ast.Ident)
	if !ok {
		return ""
	}
	return x.Name + "." + s.Sel.Name
}

// clocks names the files that may hold time.Now as the default of an injected
// clock. Nobody may call it: a clock is a value, so that tests need no waiting.
func clocks() map[string]string {
	return map[string]string{
		"internal/platform/config.go": "Config.Now of a caller who gave none",
		"internal/push/deliver.go":    "Engine.Now of a caller who gave none",
		"internal/sandbox/server.go":  "Options.Now of a caller who gave none",
	}
}

// process keeps the operating system's process at the door: cmd/ reads it and
// hands values in.
func process(f *file) []string {
	if f.test || strings.HasPrefix(f.path, "cmd/") {
		return nil
	}
	return f.selectors(func(name string, called bool) bool {
		switch name {
		case "os.Exit", "os.Stdout", "os.Stderr", "os.Stdin", "os.Getenv", "os.LookupEnv", "os.Environ", "os.Args", "time.Since", "time.Until":
			return true
		case "time.Now":
			_, listed := clocks()[f.path]
			return called || !listed
		}
		return false
	})
}

// deaths names the tests that play a process which ends without tidying up, as
// a child of their own.
func deaths() map[string]string {
	return map[string]string{
		"internal/ledger/linux_test.go": "the child that met the file-size limit: the next process must cope",
	}
}

// exits: a test that ends the process hides the others; TestMain returns.
func exits(f *file) []string {
	if _, listed := deaths()[f.path]; listed || strings.HasPrefix(f.path, "cmd/") {
		return nil
	}
	return f.selectors(func(name string, _ bool) bool {
		return name == "os.Exit" || name == "log.Fatal" || name == "log.Fatalf" || name == "log.Fatalln"
	})
}

// sleeps forbids sleeping, in tests too: clocks are injected, waits select on a
// context, tests use testing/synctest.
func sleeps(f *file) []string {
	return f.selectors(func(name string, _ bool) bool { return name == "time.Sleep" })
}

// panics forbids giving up on bad input.
func panics(f *file) []string {
	if f.test {
		return nil
	}
	var out []string
	ast.Inspect(f.ast, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			if id, ok := call.Fun.(*ast.Ident); ok && id.Name == "panic" {
				out = append(out, f.at(call.Pos())+": panic")
			}
		}
		return true
	})
	return out
}

// bare names the goroutines that are not begun with crash.Run, "file: call", and
// why a panic cannot end the process past everybody there.
func bare() map[string]string {
	return map[string]string{
		"cmd/hbupload/main.go: func":      "waits for two signals and calls nothing of ours",
		"internal/run/machine.go: func":   "waits for a channel and cancels",
		"internal/push/deliver.go: func":  "claim and send catch themselves: what a panic means differs (not sent, in doubt)",
		"internal/push/relay.go: run":     "a loop whose every record is judged by crash.Run",
		"internal/table/ahead.go: read":   "a loop whose every batch is filled by crash.Run",
		"internal/ledger/writer.go: loop": "a loop whose every transaction runs in crash.Run",
		"internal/platform/token.go: fly": "tells its waiters of a panic, by crash.Run",
	}
}

// goroutines asks that whatever runs beside its caller hands a panic over: in a
// goroutine nobody else can catch it.
func goroutines(f *file) []string {
	if f.test || f.room() == "pgtest" { // for tests only
		return nil
	}
	var out []string
	f.bareGo(func(at token.Pos, name string) {
		if _, listed := bare()[name]; !listed {
			out = append(out, f.at(at)+": go "+name+" without crash.Run")
		}
	})
	return out
}

// bareGo visits the go statements that do not call crash.Run.
func (f *file) bareGo(visit func(at token.Pos, name string)) {
	ast.Inspect(f.ast, func(n ast.Node) bool {
		stmt, ok := n.(*ast.GoStmt)
		if !ok {
			return true
		}
		name, safe := "func", false
		if s, ok := stmt.Call.Fun.(*ast.SelectorExpr); ok {
			name = s.Sel.Name
		}
		ast.Inspect(stmt.Call, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			safe = safe || ok && selector(call.Fun) == "crash.Run"
			return true
		})
		if !safe {
			visit(stmt.Pos(), f.path+": "+name)
		}
		return true
	})
}

// strangers forbids the shared client, which follows redirects, honours the
// environment's proxy and has no limits: only the configured host is talked to.
func strangers(f *file) []string {
	return f.selectors(func(name string, _ bool) bool {
		switch name {
		case "http.DefaultClient", "http.DefaultTransport", "http.Get", "http.Head", "http.Post", "http.PostForm":
			return true
		}
		return false
	})
}

// selectors lists the uses of package members that are bad.
func (f *file) selectors(bad func(name string, called bool) bool) []string {
	called := map[ast.Expr]bool{}
	var out []string
	ast.Inspect(f.ast, func(n ast.Node) bool {
		switch e := n.(type) {
		case *ast.CallExpr:
			called[e.Fun] = true
		case *ast.SelectorExpr:
			if name := selector(e); name != "" && bad(name, called[e]) {
				out = append(out, f.at(e.Pos())+": "+name)
			}
		}
		return true
	})
	return out
}

// privateAddress finds addresses of private networks; nothing may contact them.
var privateAddress = regexp.MustCompile(`(^|[^0-9.])(10\.[0-9]+\.[0-9]+\.[0-9]+|192\.168\.[0-9]+|172\.(1[6-9]|2[0-9]|3[01])\.[0-9]+\.[0-9]+)`)

// addresses lists private-network addresses in source, strings and comments.
func addresses(f *file) []string {
	return f.lines(privateAddress)
}

// openWork finds marks of unfinished work, in whatever comment.
var openWork = regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|X` + `XX)\b`)

// unfinished lists what was left for later.
func unfinished(f *file) []string {
	return f.lines(openWork)
}

// lines lists the lines of a source that a pattern finds.
func (f *file) lines(re *regexp.Regexp) []string {
	var out []string
	for i, line := range bytes.Split(f.src, []byte("\n")) {
		if m := re.Find(line); m != nil {
			out = append(out, f.path+":"+itoa(i+1)+": "+string(bytes.TrimSpace(m)))
		}
	}
	return out
}

// formatted is gofmt.
func formatted(f *file) []string {
	want, err := format.Source(f.src)
	if err != nil || !bytes.Equal(want, f.src) {
		return []string{f.path}
	}
	return nil
}

// names forbids packages that say nothing about what they hold.
func names(f *file) []string {
	for _, name := range []string{f.ast.Name.Name, path.Base(path.Dir(f.path))} {
		switch strings.TrimSuffix(name, "_test") {
		case "util", "utils", "common", "errors", "model", "models", "helpers", "misc":
			return []string{f.path + ": package " + name}
		}
	}
	return nil
}
