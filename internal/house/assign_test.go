package house

import (
	"go/ast"
	"go/types"
	"slices"
)

// parallel lists the statements that assign several values at once, in product code.
// Two statements say the same and are read one after the other. Allowed are a call's
// results, statements whose right sides read what they assign (swaps, where the order
// matters), and the heads of for, if and switch, which hold one statement only.
func parallel(f *file) []string {
	if f.test {
		return nil
	}
	var out []string
	ast.Inspect(f.ast, func(n ast.Node) bool {
		for _, stmt := range statements(n) {
			a, ok := stmt.(*ast.AssignStmt)
			if ok && len(a.Rhs) > 1 && !readsOwn(a) {
				out = append(out, f.at(a.Pos())+": several assignments in one statement")
			}
		}
		return true
	})
	return out
}

// statements are those that stand in a block of their own right.
func statements(n ast.Node) []ast.Stmt {
	switch b := n.(type) {
	case *ast.BlockStmt:
		return b.List
	case *ast.CaseClause:
		return b.Body
	case *ast.CommClause:
		return b.Body
	}
	return nil
}

// readsOwn reports whether a right side reads what another side of the statement assigns.
func readsOwn(a *ast.AssignStmt) bool {
	assigned := make([]string, len(a.Lhs))
	for i, e := range a.Lhs {
		assigned[i] = types.ExprString(e)
	}
	for i, e := range a.Rhs {
		reads := false
		ast.Inspect(e, func(n ast.Node) bool {
			x, ok := n.(ast.Expr)
			at := -1
			if ok {
				at = slices.Index(assigned, types.ExprString(x))
			}
			reads = reads || at >= 0 && at != i
			return true
		})
		if reads {
			return true
		}
	}
	return false
}
