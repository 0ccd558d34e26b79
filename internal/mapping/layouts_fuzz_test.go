package mapping_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"hbupload/internal/mapping"
	"hbupload/internal/mapping/layout"
	"hbupload/internal/meaning"
	"hbupload/internal/sandbox"
	"hbupload/internal/table"
)

// FuzzLayout runs whatever parses as a mapping against a small export: it may
// be refused, but every row read is used or skipped, and nothing panics.
func FuzzLayout(f *testing.F) {
	files, _ := filepath.Glob(filepath.Join("..", "..", "testdata", "layouts", "*", "*.yaml"))
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte("sheets:\n  - rows: repeated\n    key: [体检号, 姓名]\n    person: {姓名: {join: [姓名, 单位], match: '(.)', take: year}}\n    hazards: [{危害因素: {column: '危害因素{n}', split: true}, merge: true}]\n"))
	dicts := sandbox.SampleSet()
	classes, err := meaning.NewClassifier(meaning.Config{Dicts: dicts})
	if err != nil {
		f.Fatal(err)
	}
	ctx := context.Background()
	in, err := table.Open(ctx, filepath.Join("..", "..", "testdata", "layouts", "d", "export.csv"), table.Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = in.Close() })
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text []byte) {
		lay, err := layout.Parse(filepath.Join(dir, "x.yaml"), text)
		if err != nil {
			return
		}
		src, err := mapping.Open(ctx, in, mapping.Options{Dicts: dicts, Meanings: classes, TempDir: dir, Layout: lay})
		if err != nil {
			return
		}
		_ = src.Coverage()
		if err := src.Each(ctx, &counter{}); err != nil {
			t.Fatal(err)
		}
		if acc := src.Accounts(); acc.Read != acc.Used+len(acc.Skipped) {
			t.Errorf("read %d, used %d, skipped %d", acc.Read, acc.Used, len(acc.Skipped))
		}
	})
}
