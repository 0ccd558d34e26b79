package rules

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"hbupload/internal/fault"
	"hbupload/internal/spec"
)

func TestPolicy(t *testing.T) {
	t.Parallel()
	for _, k := range []struct {
		name   string
		config map[string]string
		strict bool
		rule   spec.RuleID
		field  spec.FieldID
		want   spec.Severity
	}{
		{"default error", nil, false, spec.Required, spec.IDCard, spec.Error},
		{"default warning", nil, false, spec.PhoneFormat, spec.EmpPhone, spec.Warning},
		{"strict", nil, true, spec.PhoneFormat, spec.EmpPhone, spec.Error},
		{"strict leaves off", map[string]string{"phone-format": "off"}, true, spec.PhoneFormat, spec.EmpPhone, spec.Off},
		{"for all", map[string]string{"required": "warning"}, false, spec.Required, spec.EmpPhone, spec.Warning},
		{"for one field", map[string]string{"required.empphone": "warning"}, false, spec.Required, spec.EmpPhone, spec.Warning},
		{"other fields keep", map[string]string{"required.empPhone": "off"}, false, spec.Required, spec.IDCard, spec.Error},
		{"longest wins", map[string]string{"required": "off", "Required.EmpPhone": "error"}, false, spec.Required, spec.EmpPhone, spec.Error},
		{"longest path wins", map[string]string{"required.smokingStatus": "error", "required.personalHistory.smokingStatus": "warning"}, false, spec.Required, spec.SmokingStatus, spec.Warning},
		{"path of a hazard", map[string]string{"exposure-required.ohemphazard.hazardday": "off"}, false, spec.ExposureRequired, spec.HazardDay, spec.Off},
		{"path of an item", map[string]string{"unit-required.ohItemClassResult.ohItemResult.unit": "error"}, false, spec.UnitRequired, spec.Unit, spec.Error},
		{"a doubt of the work type is found at its helper", map[string]string{"industry-missing.typeOfWorkCode": "off"}, false, spec.IndustryMissing, spec.EmployerIndustry, spec.Off},
		{"capitals", map[string]string{"PHONE-FORMAT": " Error "}, false, spec.PhoneFormat, spec.EmpPhone, spec.Error},
		{"class c may be named an error", map[string]string{"cell-error": "error"}, false, spec.CellErrorRule, spec.NoField, spec.Error},
	} {
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			p, err := NewPolicy(k.config, k.strict)
			if err != nil {
				t.Fatal(err)
			}
			if got := p.Severity(k.rule, k.field); got != k.want {
				t.Errorf("severity %s, want %s", got, k.want)
			}
		})
	}
}

func TestPolicyRefuses(t *testing.T) {
	t.Parallel()
	for _, k := range []struct{ key, value, says string }{
		{"requird", "off", "required"},
		{"required.empFone", "off", "empPhone"},
		{"required", "warn", "warning"},
		{"required.", "off", "没有字段"},
		{"idcard-precision-lost", "warning", "不能对所有人降级"},
		{"cell-error.propose", "off", "不能对所有人降级"},
		{"Row-Orphan", "off", "不能对所有人降级"},
	} {
		t.Run(k.key, func(t *testing.T) {
			t.Parallel()
			_, err := NewPolicy(map[string]string{k.key: k.value}, false)
			if operator := fault.Of(err); operator == nil || operator.Kind() != fault.Config || operator.Hint() == "" || !strings.Contains(err.Error(), k.says) {
				t.Errorf("error %v, want one of the configuration that says %q", err, k.says)
			}
		})
	}
}

// TestExplicitSeverityWins: what the circumstances soften, the configuration may
// harden again.
func TestExplicitSeverityWins(t *testing.T) {
	t.Parallel()
	policy, err := NewPolicy(map[string]string{"numeric-result": "error", "symbol-required.dataVersion": "error", "hazard-required": "warning"}, false)
	if err != nil {
		t.Fatal(err)
	}
	cfg := testConfig()
	cfg.Policy = policy
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	k := oneCase{changes: do(item(itemLead, spec.Result, "未检"), item(itemLead, spec.DataVersion, ""), item(itemLead, spec.ResultFlag, "3"), noHazards)}
	want := lines("numeric-result" + path("4", spec.Result) + "\nsymbol-required" + path("4", spec.DataVersion) + "\nhazard-required ohEmpHazard warning")
	if got := faults(c.Check(k.record(), nil)); !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

// TestCatalogue holds that every rule id of spec has exactly one line, and a whole one.
func TestCatalogue(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("../spec/ruleid.go")
	if err != nil {
		t.Fatal(err)
	}
	ids := regexp.MustCompile(`RuleID = "([a-z-]+)"`).FindAllStringSubmatch(string(source), -1)
	if len(ids) < 50 {
		t.Fatalf("only %d rule ids found in spec", len(ids))
	}
	lines := map[spec.RuleID]Rule{}
	for _, r := range Catalogue() {
		if _, twice := lines[r.ID]; twice {
			t.Errorf("%s stands twice", r.ID)
		}
		lines[r.ID] = r
		if strings.Contains(r.Clause, "READING") || strings.Contains(r.Clause, "CONTRACT") {
			t.Errorf("%s names a paper that no operator has: %s", r.ID, r.Clause)
		}
		if r.Clause == "" || r.Summary == "" || r.Fix == "" || strings.Contains(r.Summary+r.Fix, "\n") {
			t.Errorf("%s: incomplete line %+v", r.ID, r)
		}
		if (r.Severity == spec.Error) != (r.Class != "" && r.Class != ClassSense) || r.ID.Sense() != (r.Class == ClassSense) {
			t.Errorf("%s: severity %s, class %q", r.ID, r.Severity, r.Class)
		}
	}
	for _, id := range ids {
		if _, ok := lines[spec.RuleID(id[1])]; !ok {
			t.Errorf("%s has no line", id[1])
		}
		delete(lines, spec.RuleID(id[1]))
	}
	for id := range lines {
		t.Errorf("%s is no rule of spec", id)
	}
}

// TestDefaultSeverities writes the severities of help: 接口读法 4 out once more.
func TestDefaultSeverities(t *testing.T) {
	t.Parallel()
	warnings := strings.Fields(`identity-repeated identity-same-day answer-unclear code-book uscc-checksum date-order sex-matches-idcard idcard-two-names phone-format birthday-matches-idcard
		age-matches-dates hazard-names-match industry-uncomparable industry-missing work-type-other-suspected labour-dispatch-suspected
		smoking-consistent fraction hazard-two-conclusions main-not-dust monitor-type-mixed other-content-matches exposure-range
		item-class-matches numeric-suspected flag-matches-limits flag-matches-radiograph not-examined-mismatch limits-order unit-required
		radiograph-not-allowed radiograph-suspected hazard-other-suspected item-repeated`)
	guarded := strings.Fields(`row-orphan key-duplicate cell-error formula-uncached beyond-header column-conflict identity-duplicate identity-collision key-identity-changed idcard-precision-lost
		item-duplicate auto-converted damaged-text precision-lost`)
	for _, r := range Catalogue() {
		want := spec.Error
		if slices.Contains(warnings, string(r.ID)) || r.ID.Sense() {
			want = spec.Warning
		}
		if r.Severity != want {
			t.Errorf("%s: %s, want %s", r.ID, r.Severity, want)
		}
		if (r.Class == ClassIdentity) != slices.Contains(guarded, string(r.ID)) {
			t.Errorf("%s: class %s", r.ID, r.Class)
		}
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	if r, ok := Find(spec.MainDust); !ok || r.ID != spec.MainDust {
		t.Errorf("found %+v", r)
	}
	if _, ok := Find("main-rust"); ok {
		t.Error("found a rule that is none")
	}
}

// TestGuarded: rules of class (c) are not switched off for everybody, but where
// help: 接口读法 4 says so.
func TestGuarded(t *testing.T) {
	t.Parallel()
	for key, fine := range map[string]bool{
		"item-duplicate=warning": true, "item-duplicate=off": false, "item-duplicate.itemCode=warning": true,
		"damaged-text=warning": false, "damaged-text.patientName=off": false, "damaged-text.propose=off": true, "damaged-text.unit=error": true,
		"auto-converted=warning": false, "auto-converted.result=off": false, "precision-lost=off": false, "row-orphan=warning": false,
		"null-word=warning": true, "placeholder=warning": true, "numeric-result=off": true, "precision-lost=error": true,
	} {
		rule, severity, _ := strings.Cut(key, "=")
		if _, err := NewPolicy(map[string]string{rule: severity}, false); (err == nil) != fine {
			t.Errorf("%s: %v", key, err)
		}
	}
}

// TestTodayIsChinas: a machine may be set to any zone.
func TestTodayIsChinas(t *testing.T) {
	t.Parallel()
	for now, future := range map[string]bool{
		"2026-05-19T09:00:00-07:00": false, "2026-05-19T16:00:00Z": false, "2026-05-19T15:59:59Z": true, "2026-05-20T00:00:00+09:00": true,
	} {
		cfg := testConfig()
		cfg.Now = func() time.Time {
			at, err := time.Parse(time.RFC3339, now)
			if err != nil {
				t.Error(err)
			}
			return at
		}
		c, err := New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		got := faults(c.Check(goodRecord(), nil))
		if slices.Contains(got, "date-order peDate warning") != future {
			t.Errorf("at %s: %q", now, got)
		}
	}
}
