package report

import (
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"hbupload/internal/push"
)

// TestJSONIsDocumented holds the example in the topic 约定 against the document
// of --json: the same keys, at every level, and every state counted.
func TestJSONIsDocumented(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../help/contract.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(page), "```json\n")
	example, _, ok := strings.Cut(rest, "\n```")
	if !ok {
		t.Fatal("contract.md has no example of --json")
	}
	var doc document
	dec := json.NewDecoder(strings.NewReader(example))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&doc); err != nil {
		t.Fatalf("the example is no document of ours: %v", err)
	}
	var seen map[string]any
	if err := json.Unmarshal([]byte(example), &seen); err != nil {
		t.Fatal(err)
	}
	// The error and the lists of sync are described in words below the example.
	undocumented(t, "", reflect.TypeOf(doc), seen, []string{"error", "files", "profiles"})
	for _, s := range push.States() {
		if _, ok := doc.Counts[string(s)]; !ok {
			t.Errorf("the example does not count %s", s)
		}
	}
}

// undocumented reports the keys of a type that an example lacks.
func undocumented(t *testing.T, path string, typ reflect.Type, value any, except []string) {
	t.Helper()
	switch typ.Kind() {
	case reflect.Slice:
		list, _ := value.([]any)
		if len(list) > 0 {
			undocumented(t, path+"[0]", typ.Elem(), list[0], except)
		}
	case reflect.Struct:
		object, _ := value.(map[string]any)
		for f := range typ.Fields() {
			key, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if slices.Contains(except, key) {
				continue
			}
			inner, ok := object[key]
			if !ok {
				t.Errorf("the example has no %s.%s", path, key)
				continue
			}
			undocumented(t, path+"."+key, f.Type, inner, except)
		}
	}
}
