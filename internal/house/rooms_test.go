package house

import (
	"bytes"
	"fmt"
	"go/ast"
	"slices"
	"testing"
)

// The bounds of a room that only wires, and of what one type may do. A type with more
// methods is several things under one name; cli had one with 156, mapping/draft one with 111.
const (
	maxReceiver = 25
	maxCLIFiles = 35
	maxCLILines = 4000
)

func TestRoomsKeepTheirSize(t *testing.T) {
	t.Parallel()
	methods := map[string]int{}
	files := 0
	lines := 0
	for _, f := range load(t) {
		if !f.product() {
			continue
		}
		if f.room() == "cli" {
			files++
			lines += bytes.Count(f.src, []byte("\n"))
		}
		for _, d := range f.ast.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv != nil && divided(f.room()) {
				methods[f.room()+"."+receiver(fn)]++
			}
		}
	}
	var found []string
	for name, n := range methods {
		if n > maxReceiver {
			found = append(found, fmt.Sprintf("%s has %d methods, at most %d are allowed", name, n, maxReceiver))
		}
	}
	if files > maxCLIFiles || lines > maxCLILines {
		found = append(found, fmt.Sprintf("internal/cli has %d files and %d lines, at most %d and %d are allowed: logic belongs into a room of its own", files, lines, maxCLIFiles, maxCLILines))
	}
	report(t, found)
}

// divided reports whether a room's types are bounded: rooms that bring others together,
// and those that decide many small things about one input. There everything has a
// reason to become one more method of the type that holds everything.
func divided(room string) bool {
	return slices.Contains([]string{"cli", "run", "night", "doctor", "host", "mapping/draft", "workbook"}, room)
}

// receiver is the type whose method a function is.
func receiver(fn *ast.FuncDecl) string {
	name := fn.Recv.List[0].Type
	if pointer, ok := name.(*ast.StarExpr); ok {
		name = pointer.X
	}
	if generic, ok := name.(*ast.IndexExpr); ok {
		name = generic.X
	}
	if id, ok := name.(*ast.Ident); ok {
		return id.Name
	}
	return "?"
}
