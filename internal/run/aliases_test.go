package run

import (
	"strings"
	"testing"
)

// A group of local words that belongs to no dictionary and to no field is a slip of
// the pen, and named with what was meant.
func TestAliasesBelongSomewhere(t *testing.T) {
	t.Parallel()
	words := map[string]string{"岗中": "在岗期间"}
	for _, domain := range []string{"careType", "CARETYPE", "item", "sexCode", "contactHazardCode"} {
		if err := checkAliases(map[string]map[string]string{domain: words}); err != nil {
			t.Errorf("%s: %v", domain, err)
		}
	}
	err := checkAliases(map[string]map[string]string{"caretypes": words})
	if err == nil || !strings.Contains(err.Error(), "aliases.caretypes") || !strings.HasSuffix(err.Error(), " careType") {
		t.Errorf("%v", err)
	}
}
