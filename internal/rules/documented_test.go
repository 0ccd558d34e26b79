package rules

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"hbupload/internal/spec"
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

// reRuleID finds what has the form of a rule's id in a page of the manual.
var reRuleID = regexp.MustCompile("`([a-z]+(?:-[a-z]+)+)`")

// TestManualNamesRulesThatExist asks that what looks like a rule in the topics
// that speak of rules is one.
func TestManualNamesRulesThatExist(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"interface", "corrections", "exports", "in-doubt", "states"} {
		page, err := os.ReadFile("../help/" + name + ".md")
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range reRuleID.FindAllStringSubmatch(string(page), -1) {
			if _, ok := Find(spec.RuleID(m[1])); !ok {
				t.Errorf("%s.md: there is no rule %s", name, m[1])
			}
		}
	}
}
