package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
)

// module is the import path of ours; root is where it stands from here.
const (
	module = "hbupload"
	root   = "../.."
)

// file is one Go source of the module.
type file struct {
	path string // from the top of the repository, with slashes
	test bool
	src  []byte
	fset *token.FileSet
	ast  *ast.File
}

// room is the folder a file stands in, as the import table names it:
// "internal/table/xlsx" is "table/xlsx", "cmd/hbupload" stays.
func (f *file) room() string {
	return strings.TrimPrefix(path.Dir(f.path), "internal/")
}

// at is where an offender is found.
func (f *file) at(p token.Pos) string {
	where := f.fset.Position(p)
	return f.path + ":" + itoa(where.Line)
}

// product tells the code users run from its tests.
func (f *file) product() bool { return !f.test }

// parse makes a file out of source, for the tree and for the tests of the rules.
func parse(name string, src []byte) (*file, error) {
	fset := token.NewFileSet()
	tree, err := parser.ParseFile(fset, name, src, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	return &file{path: name, test: strings.HasSuffix(name, "_test.go"), src: src, fset: fset, ast: tree}, nil
}

// load parses every Go file of the module. Folders the go command ignores
// (testdata, dot-folders) and what make writes are left out.
func load(t *testing.T) []*file {
	t.Helper()
	var files []*file
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(root, name)
		rel = filepath.ToSlash(rel)
		if d.IsDir() {
			hidden := strings.HasPrefix(d.Name(), ".") && rel != "."
			if hidden || d.Name() == "testdata" || made(rel) {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(rel, ".go") {
			return nil
		}
		src, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		f, err := parse(rel, src)
		if err != nil {
			return err
		}
		files = append(files, f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 100 {
		t.Fatalf("only %d Go files found from %s: the rules would hold of nothing", len(files), root)
	}
	return files
}

// made is what the Makefile writes at the top; .gitignore has the same names.
func made(rel string) bool {
	switch rel {
	case "bin", "dist", "demo":
		return true
	}
	return strings.HasSuffix(rel, ".test") || strings.HasSuffix(rel, ".out") || strings.HasSuffix(rel, ".prof")
}
