package house

import (
	"go/ast"
	"go/token"
)

// documented asks a comment of every exported identifier of the product:
// shapes, units, errors, the document's clause.
func documented(f *file) []string {
	if f.test {
		return nil
	}
	var out []string
	for _, d := range f.ast.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Doc == nil && d.Name.IsExported() && exportedReceiver(d) && !speaking(d) {
				out = append(out, f.at(d.Pos())+": "+d.Name.Name)
			}
		case *ast.GenDecl:
			out = append(out, f.undocumented(d)...)
		}
	}
	return out
}

// undocumented lists exported types, constants and variables without a comment
// of their own, beside them, or over their group.
func (f *file) undocumented(d *ast.GenDecl) []string {
	if d.Tok == token.IMPORT || d.Doc != nil {
		return nil
	}
	var out []string
	for _, s := range d.Specs {
		switch s := s.(type) {
		case *ast.TypeSpec:
			if s.Name.IsExported() && s.Doc == nil && s.Comment == nil {
				out = append(out, f.at(s.Pos())+": "+s.Name.Name)
			}
		case *ast.ValueSpec:
			for _, name := range s.Names {
				if name.IsExported() && s.Doc == nil && s.Comment == nil {
					out = append(out, f.at(s.Pos())+": "+name.Name)
				}
			}
		}
	}
	return out
}

func exportedReceiver(d *ast.FuncDecl) bool {
	if d.Recv == nil || len(d.Recv.List) == 0 {
		return true
	}
	for t := d.Recv.List[0].Type; ; {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
		case *ast.IndexExpr:
			t = x.X
		case *ast.IndexListExpr:
			t = x.X
		case *ast.Ident:
			return x.IsExported()
		default:
			return true
		}
	}
}

// speaking are methods whose meaning an interface fixes: the errors' own of
// this house and those of the standard library.
func speaking(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return false
	}
	switch d.Name.Name {
	case "Error", "Unwrap", "Is", "As", "Kind", "Hint", "String", "GoString", "Format",
		"Len", "Less", "Swap", "LogValue", "MarshalText", "MarshalJSON", "MarshalYAML":
		return true
	}
	return false
}
