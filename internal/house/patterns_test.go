package house

import (
	"go/ast"
	"go/token"
	"regexp"
	"strconv"
	"testing"
)

// TestPatternsCompile compiles the text of every pattern.New: a pattern is compiled
// when it is first used, which must not be the day somebody's message needs it.
func TestPatternsCompile(t *testing.T) {
	t.Parallel()
	files, patterns := load(t), 0
	texts := constants(files)
	for _, f := range files {
		ast.Inspect(f.ast, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || selector(call.Fun) != "pattern.New" || f.test {
				return true
			}
			patterns++
			text, known := textOf(call.Args[0], texts[f.room()])
			if !known {
				t.Errorf("%s: the pattern is not made of texts and constants of its room", f.at(call.Pos()))
			} else if _, err := regexp.Compile(text); err != nil {
				t.Errorf("%s: %v", f.at(call.Pos()), err)
			}
			return true
		})
	}
	if patterns < 80 {
		t.Errorf("only %d patterns were found", patterns)
	}
}

// constants are the text constants at the top of each room.
func constants(files []*file) map[string]map[string]string {
	rooms := map[string]map[string]string{}
	for _, f := range files {
		if rooms[f.room()] == nil {
			rooms[f.room()] = map[string]string{}
		}
		for _, d := range f.ast.Decls {
			if decl, ok := d.(*ast.GenDecl); ok && decl.Tok == token.CONST {
				addTexts(rooms[f.room()], decl)
			}
		}
	}
	return rooms
}

func addTexts(texts map[string]string, decl *ast.GenDecl) {
	for _, s := range decl.Specs {
		spec := s.(*ast.ValueSpec)
		for i, value := range spec.Values {
			if text, known := textOf(value, texts); known {
				texts[spec.Names[i].Name] = text
			}
		}
	}
}

// textOf is the value of an expression of texts and constants; false for others.
func textOf(e ast.Expr, texts map[string]string) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, e.Kind == token.STRING && err == nil
	case *ast.Ident:
		text, known := texts[e.Name]
		return text, known
	case *ast.BinaryExpr:
		left, knownLeft := textOf(e.X, texts)
		right, knownRight := textOf(e.Y, texts)
		return left + right, e.Op == token.ADD && knownLeft && knownRight
	}
	return "", false
}
