package house

import (
	"go/ast"
)

// renamed names the files that may call os.Rename: all others ask host, which
// tries again while a virus scanner or an open spreadsheet holds the file.
func renamed() map[string]string {
	return map[string]string{
		"internal/host/replace.go": "the one place",
		"internal/inbox/disk.go":   "renameChecked, which RenameNew calls within host's Retry",
	}
}

// renames asks that every new name of a file goes through host.
func renames(f *file) []string {
	if _, may := renamed()[f.path]; may || f.test {
		return nil
	}
	var out []string
	ast.Inspect(f.ast, func(n ast.Node) bool {
		if e, ok := n.(ast.Expr); ok && selector(e) == "os.Rename" {
			out = append(out, f.at(n.Pos())+": os.Rename instead of host.Files.Replace")
		}
		return true
	})
	return out
}
