package mapping

import (
	"context"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"hbupload/internal/mapping/layout"
	"hbupload/internal/meaning"
	"hbupload/internal/spec"
	"hbupload/internal/table"
	"hbupload/internal/wire"
)

// selfMapping is the mapping that maps each sheet of a standard workbook to
// itself: every column that is there by its own header. It is "" where the input
// is read with less than that, because its headers need the built-in names.
func selfMapping(t testing.TB, src *Source) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("name: 自身\nsheets:\n")
	for i, one := range src.tables {
		if len(one.parts) == 0 || len(one.parts) > 1 {
			return ""
		}
		p := one.parts[0]
		fmt.Fprintf(&b, "  - sheet: %q\n", p.sheet.Ref.Name)
		if p.bound.key[0] == 0 || p.bound.names[p.bound.key[0]] == "" {
			return ""
		}
		fmt.Fprintf(&b, "    key: %q\n", p.bound.names[p.bound.key[0]])
		block := "person"
		rules := p.bound.person
		open, shut := "", ""
		if i != src.primary {
			open, shut = "[", "]"
		}
		for _, g := range p.bound.hazards {
			block, rules = "hazards", g.rules
		}
		for _, g := range p.bound.items {
			block, rules = "items", g.rules
		}
		var fields []string
		for _, r := range rules {
			if r.place.Col != 0 {
				names := []string{fmt.Sprintf("%q", r.place.Header)}
				for _, again := range r.cases[0].twins {
					for _, col := range again {
						names = append(names, fmt.Sprintf("%q", p.bound.headers[col]))
					}
				}
				fields = append(fields, fmt.Sprintf("%s: {column: [%s]}", r.field.Key, strings.Join(names, ", ")))
			}
		}
		fmt.Fprintf(&b, "    %s: %s{%s}%s\n", block, open, strings.Join(fields, ", "), shut)
	}
	return b.String()
}

// alsoBySelfMapping reads a standard workbook once more through a mapping that maps
// each sheet to itself: there is one engine, and it gives the same.
func alsoBySelfMapping(t testing.TB, src *Source, in *table.Input, o Options, want *collector, acc Accounts) {
	t.Helper()
	text := selfMapping(t, src)
	if o.Layout != nil || text == "" {
		return
	}
	lay, err := layout.Parse("自身.yaml", []byte(text))
	if err != nil {
		t.Logf("no self-mapping: %v", err) // a sheet of only some of the fields
		return
	}
	o.Layout = lay
	other, err := Open(context.Background(), in, o)
	if err != nil {
		t.Errorf("by a mapping to itself: %v\n%s", err, text)
		return
	}
	got := &collector{}
	if err := other.Each(context.Background(), got); err != nil {
		t.Errorf("by a mapping to itself: %v\n%s", err, text)
		return
	}
	sameRecords(t, got.records, want.records)
	mine := other.Accounts()
	mine.Missing, acc.Missing = nil, nil
	if !reflect.DeepEqual(mine, acc) {
		t.Errorf("by a mapping to itself the account is %+v, not %+v", mine, acc)
	}
}

func sameRecords(t testing.TB, got, want []spec.Record) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("by a mapping to itself there are %d records, not %d", len(got), len(want))
		return
	}
	enc := wire.NewEncoder(wire.Options{})
	for i := range want {
		a, b := enc.Encode(nil, &got[i]), enc.Encode(nil, &want[i])
		if string(a) != string(b) {
			t.Errorf("record %s: by a mapping to itself\n%s\nnot\n%s", want[i].Key, a, b)
			return
		}
		if !reflect.DeepEqual(got[i], want[i]) {
			t.Errorf("record %s: by a mapping to itself\n%+v\nnot\n%+v", want[i].Key, got[i], want[i])
			return
		}
	}
}

// TestSelfMapping reads the samples both ways.
func TestSelfMapping(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"../../testdata/standard.xlsx", "../../testdata/standard-gb18030", "../../testdata/standard-utf8.zip"} {
		if _, err := os.Stat(path); err != nil {
			t.Fatal(err)
		}
		got, _ := readFile(t, path, withMeanings(t, Options{}, meaning.Config{}))
		if len(got.records) < 30 {
			t.Errorf("%s: %d records", path, len(got.records))
		}
	}
}
