package run

import (
	"os"
	"path/filepath"
	"testing"
)

// TestFolderOfManyInputsIsListedOnce: what is opened together sees the folder as it
// was when the first was opened; a command of its own looks anew.
func TestFolderOfManyInputsIsListedOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("一.mapping.yaml")
	write("导出.xlsx")
	env := &Env{Machine: &Machine{WorkDir: dir}}
	many := *env
	many.listed = map[string][]string{}
	input := filepath.Join(dir, "导出.xlsx")
	if n := len(mappingFiles(&many, input)); n != 1 {
		t.Fatalf("%d mappings, want 1", n)
	}
	write("二.mapping.yaml")
	if n := len(mappingFiles(&many, input)); n != 1 {
		t.Errorf("the folder was looked through again: %d mappings", n)
	}
	if n := len(mappingFiles(env, input)); n != 2 {
		t.Errorf("%d mappings for an input of its own, want 2", n)
	}
}
