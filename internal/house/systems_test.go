package house

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// listed is what go list says of a package.
type listed struct {
	ImportPath string
	Dir        string
	GoFiles    []string
	ImportMap  map[string]string
	Module     *struct{ Main bool }
	Error      *struct{ Err string }
}

// ours reports whether the package is part of this module.
func (p *listed) ours() bool { return p.Module != nil && p.Module.Main }

// TestOtherSystems: the program and its tests are correct Go for the systems we
// ship for, one of them with 32 bits. Types are checked, nothing is compiled:
// that finds what a compiler would refuse and takes a tenth of its time. It is
// part of make check (make cross); make dist builds the archives.
func TestOtherSystems(t *testing.T) {
	t.Parallel()
	if os.Getenv("HBUPLOAD_SYSTEMS") == "" {
		t.Skip("only in make check: it reads every library three times over")
	}
	for _, system := range []string{"windows/amd64", "windows/386", "darwin/arm64"} {
		t.Run(system, func(t *testing.T) {
			t.Parallel()
			goos, goarch, _ := strings.Cut(system, "/")
			packages, err := list(t, goos, goarch)
			if err != nil {
				t.Skip("go list does not answer here: " + err.Error())
			}
			own := 0
			c := checker{arch: goarch, done: map[string]*types.Package{"unsafe": types.Unsafe}}
			for _, p := range packages {
				if p.ours() {
					own++
				}
				c.check(p)
			}
			for _, e := range c.errs {
				t.Error(e)
			}
			if own < 40 {
				t.Errorf("only %d packages of ours were checked", own)
			}
		})
	}
}

// list names the packages of a system, tests too, each after what it imports.
func list(t *testing.T, goos, goarch string) ([]*listed, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-deps", "-test", "-json=ImportPath,Dir,GoFiles,ImportMap,Module,Error", "./...")
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+goos, "GOARCH="+goarch)
	out, err := cmd.Output()
	if err != nil {
		return nil, err
	}
	var packages []*listed
	dec := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p listed
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			return packages, nil
		}
		if err != nil {
			return nil, err
		}
		if !strings.HasSuffix(p.ImportPath, ".test") { // a main function that go test writes
			packages = append(packages, &p)
		}
	}
}

// checker checks the types of one system's packages.
type checker struct {
	arch string
	done map[string]*types.Package
	errs []string
}

// check adds a package; of foreign ones only what others see of them is looked at.
func (c *checker) check(p *listed) {
	if p.ImportPath == "unsafe" {
		return
	}
	if p.Error != nil && p.ours() {
		c.errs = append(c.errs, p.Error.Err)
	}
	fset := token.NewFileSet()
	files := make([]*ast.File, 0, len(p.GoFiles))
	for _, name := range p.GoFiles {
		f, err := parser.ParseFile(fset, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			c.errs = append(c.errs, err.Error())
			continue
		}
		files = append(files, f)
	}
	conf := types.Config{
		Importer:         importer{c, p.ImportMap},
		Sizes:            types.SizesFor("gc", c.arch),
		IgnoreFuncBodies: !p.ours(),
		Error: func(err error) {
			if p.ours() {
				c.errs = append(c.errs, err.Error())
			}
		},
	}
	pkg, _ := conf.Check(strings.Fields(p.ImportPath)[0], fset, files, nil) // errors went to conf.Error
	c.done[p.ImportPath] = pkg
}

// importer finds what a package imports, under the name that go list gives it.
type importer struct {
	c     *checker
	named map[string]string
}

// Import implements types.Importer.
func (i importer) Import(path string) (*types.Package, error) {
	if name, ok := i.named[path]; ok {
		path = name
	}
	if pkg, ok := i.c.done[path]; ok {
		return pkg, nil
	}
	return nil, fmt.Errorf("%s is not among the packages", path)
}
