package sample_test

import (
	"bytes"
	"context"
	"path/filepath"
	"testing"
	"time"

	"hbupload/internal/mapping"
	"hbupload/internal/meaning"
	"hbupload/internal/rules"
	"hbupload/internal/sandbox"
	"hbupload/internal/sandbox/sample"
	"hbupload/internal/spec"
	"hbupload/internal/table"
	"hbupload/internal/wire"
)

// chain reads a file the way the product does and keeps what would be sent.
type chain struct {
	checker  *rules.Checker
	encoder  *wire.Encoder
	sent     map[string][]byte
	findings []spec.Finding
}

func (c *chain) Record(rec *spec.Record) error {
	c.findings = c.checker.Check(rec, c.findings)
	c.sent[rec.Key] = c.encoder.Encode(nil, rec)
	return nil
}

func (c *chain) Restart() { c.sent, c.findings = map[string][]byte{}, nil }

func run(t *testing.T, path string) *chain {
	t.Helper()
	ctx := context.Background()
	in, err := table.Open(ctx, path, table.Options{})
	check(t, err)
	defer in.Close()
	today := func() time.Time { return sample.Day(2026, 11, 23) }
	checker, err := rules.New(rules.Config{Config: meaning.Config{Dicts: sandbox.SampleSet()}, Now: today})
	check(t, err)
	src, err := mapping.Open(ctx, in, mapping.Options{Dicts: checker.Dicts(), Meanings: checker.Classifier, TempDir: t.TempDir()})
	check(t, err)
	suspected := func(code string) bool { return code == "3" }
	c := &chain{checker: checker, encoder: wire.NewEncoder(wire.Options{Base64: wire.Base64None, Suspected: suspected}), sent: map[string][]byte{}}
	check(t, src.Each(ctx, c))
	return c
}

// TestFromCellToUpload holds readers, mapping, derivations and encoder against
// what each cell of the samples was made to become.
func TestFromCellToUpload(t *testing.T) {
	t.Parallel()
	generated := sample.People(200, 3)
	generated.Shuffled = true
	many := filepath.Join(t.TempDir(), "many.xlsx")
	check(t, sample.WriteXLSX(context.Background(), many, generated))
	for path, src := range map[string]sample.Source{
		filepath.Join(testdata, "standard.xlsx"):     sample.All(sample.Standard()),
		filepath.Join(testdata, "standard-gb18030"):  sample.All(sample.Standard()),
		filepath.Join(testdata, "standard-utf8.zip"): sample.All(sample.Standard()),
		many: generated,
	} {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			c := run(t, path)
			for i := range src.N {
				p := src.At(i)
				if got, want := c.sent[p.Key], p.DataJSON(sample.Plain); !bytes.Equal(got, want) {
					t.Errorf("%s\n got %s\nwant %s", p.Key, got, want)
				}
			}
			if len(c.sent) != src.N {
				t.Errorf("%d records of %d people", len(c.sent), src.N)
			}
			for _, f := range c.findings {
				t.Errorf("%s %s %s %s: %s", f.Key, f.Place.Cell(), f.Rule, f.Severity, f.Message)
			}
		})
	}
}
