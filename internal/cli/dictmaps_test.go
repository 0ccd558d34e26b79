package cli

import (
	"os"
	"strings"
	"testing"
)

// TestDictDiffNamesMappings: after a pull, dict diff names each word of a mapping that
// the dictionaries no longer know, and no other.
func TestDictDiffNamesMappings(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.serve(nil)
	b.want(0, "dict", "pull")
	for _, name := range []string{"a", "b", "c", "d"} {
		text, err := os.ReadFile("../../testdata/layouts/" + name + "/" + name + ".mapping.yaml")
		if err != nil {
			t.Fatal(err)
		}
		b.write(name+".mapping.yaml", string(text))
	}
	b.want(0, "dict", "diff", "--json")
	says(t, b.out.String(), `"broken": []`)
	text, err := os.ReadFile("../../testdata/layouts/b/b.mapping.yaml")
	if err != nil {
		t.Fatal(err)
	}
	b.write("b.mapping.yaml", strings.ReplaceAll(string(text), "在岗期间", "在港期间"))
	b.want(0, "dict", "diff")
	says(t, b.out.String(), "受影响：映射", "b.mapping.yaml", "监护种类", "在港期间")
}
