package bundle

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"hbupload/internal/config"
	"hbupload/internal/fault"
	"hbupload/internal/ledger"
	"hbupload/internal/spec"
)

// TestFactsHaveNoRoomForText walks the type: a bundle can hold no text but Words.
func TestFactsHaveNoRoomForText(t *testing.T) {
	t.Parallel()
	seen := map[reflect.Type]bool{}
	var walk func(where string, v reflect.Type)
	walk = func(where string, v reflect.Type) {
		if v == reflect.TypeFor[Word]() || v == reflect.TypeFor[time.Time]() || seen[v] {
			return
		}
		seen[v] = true
		switch v.Kind() {
		case reflect.Bool, reflect.Int, reflect.Int64, reflect.Float64:
		case reflect.Pointer, reflect.Slice:
			walk(where+"[]", v.Elem())
		case reflect.Map:
			walk(where+" key", v.Key())
			walk(where+"[]", v.Elem())
		case reflect.Struct:
			for i := range v.NumField() {
				walk(where+"."+v.Field(i).Name, v.Field(i).Type)
			}
		default:
			t.Errorf("%s is a %s", where, v)
		}
	}
	walk("Facts", reflect.TypeFor[Facts]())
	if len(seen) < 15 {
		t.Errorf("only %d types seen", len(seen))
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		got  Word
		want string
	}{
		{one("a", "a", "b"), "a"}, {one("张三", "a"), other}, {one(""), other},
		{version("v1.2.3"), "v1.2.3"}, {version("go1.26.1"), "go1.26.1"}, {version("dev"), "dev"}, {version("1.2.3-rc1"), "1.2.3-rc1"},
		{version("130104197103108212"), other}, {version("13912345678"), other}, {version("张三"), other}, {version(""), other},
		{hash("0123456789abcdef"), "0123456789ab"}, {hash("130104197103"), other}, {hash("zhangsan"), other},
		{ruleWord(spec.IdentitySameDay), "identity-same-day"}, {ruleWord("张三"), other},
		{fieldWord("idcard"), "idcard"}, {fieldWord("张三"), other}, {fieldWord(""), ""},
		{outcomeWord(ledger.ClassRejected), "rejected"}, {outcomeWord("张三"), other}, {outcomeWord(""), ""},
		{stateWord("in_doubt"), "in_doubt"}, {stateWord("张三"), other},
	} {
		if tc.got.text != tc.want {
			t.Errorf("%q, want %q", tc.got.text, tc.want)
		}
	}
}

// TestForeignNamesBecomeOther: nothing that is handed in passes by its form.
func TestForeignNamesBecomeOther(t *testing.T) {
	t.Parallel()
	const canary = "zhangsan"
	f := New(Origin{Version: canary, Commit: canary, Interface: canary, Go: canary, System: canary, Machine: canary})
	f.AddCheck(canary, canary)
	f.AddProblem(canary, fault.Config)
	f.AddConfig(&config.Config{Rules: map[string]string{canary: canary, "phone-format." + canary: "off"}, Aliases: map[string]map[string]string{canary: {canary: canary}}})
	f.AddExport(Read{Path: "x." + canary, Shape: &Shape{}, Findings: []spec.Finding{{Rule: canary, Severity: canary, Field: spec.NoField}}})
	text, err := f.Text()
	if err != nil {
		t.Fatal(err)
	}
	var doc any
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case string:
			if v == canary {
				t.Errorf("%q in %s", v, text)
			}
		case []any:
			for _, e := range v {
				walk(e)
			}
		case map[string]any:
			for k, e := range v {
				walk(k)
				walk(e)
			}
		}
	}
	walk(doc)
}

func TestTook(t *testing.T) {
	t.Parallel()
	var all []time.Duration
	for i := range 100 {
		all = append(all, time.Duration(100-i)*time.Millisecond)
	}
	if got, want := newTook(all), (Took{N: 100, Median: 50, P95: 95, Max: 100}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := newTook(nil); got != (Took{}) {
		t.Errorf("nothing took %+v", got)
	}
}
