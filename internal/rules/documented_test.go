package rules

import (
	"os"
	"strings"
	"testing"
)

// TestRulesAreDocumented asks that the topic 接口读法 names every rule.
func TestRulesAreDocumented(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../help/interface.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range Catalogue() {
		if !strings.Contains(string(page), "`"+string(r.ID)+"`") {
			t.Errorf("internal/help/interface.md does not say what %s asks (%s)", r.ID, r.Summary)
		}
	}
}
