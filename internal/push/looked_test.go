package push

import (
	"slices"
	"testing"

	"hbupload/internal/rules"
	"hbupload/internal/spec"
)

// someRecord has a value in every field.
func someRecord() *spec.Record {
	rec := &spec.Record{}
	for _, f := range spec.Fields() {
		if f.Section != spec.SectionHazard && f.Section != spec.SectionItem {
			rec.At(f.ID).Text = "人" + f.Key
		}
	}
	for range 2 {
		h := rec.AddHazard()
		for _, f := range spec.Fields(spec.SectionHazard) {
			h.At(f.ID).Text = "害" + f.Key
		}
		it := rec.AddItem()
		for _, f := range spec.Fields(spec.SectionItem) {
			it.At(f.ID).Text = "项" + f.Key
		}
	}
	rec.Items[1].Index = 1
	return rec
}

// TestLookedAt: a verification is bound to what the rule looked at and to nothing else.
func TestLookedAt(t *testing.T) {
	t.Parallel()
	for _, r := range rules.Catalogue() {
		l, ok := looksAt(r.ID)
		if !ok {
			continue
		}
		x := &spec.Finding{Rule: r.ID, Field: spec.EmpPhone, Path: spec.EmpPhone.Path(0, 0), Message: "某"}
		if l.hazard {
			x.Path = spec.HazardYear.Path(0, 0)
		}
		if l.item {
			x.Path = spec.Result.Path(0, 0)
		}
		before := lookedAt(someRecord(), x, [32]byte{1})
		same := func(change func(*spec.Record)) bool {
			rec := someRecord()
			change(rec)
			return slices.Equal(before, lookedAt(rec, x, [32]byte{2}))
		}
		for _, id := range l.person {
			if same(func(rec *spec.Record) { rec.At(id).Text += "!" }) {
				t.Errorf("%s does not look at %s", r.ID, id.Key())
			}
		}
		if !l.value && !slices.Contains(l.person, spec.EmpPhone) && !same(func(rec *spec.Record) { rec.At(spec.EmpPhone).Text += "!" }) {
			t.Errorf("%s looks at the phone", r.ID)
		}
		if len(l.hazards) == 0 && !l.hazard && !same(func(rec *spec.Record) { rec.Hazards[0].At(spec.HazardDay).Text += "!" }) {
			t.Errorf("%s looks at hazards", r.ID)
		}
		if len(l.items) == 0 && !same(func(rec *spec.Record) { rec.Items[1].At(spec.Result).Text += "!" }) {
			t.Errorf("%s looks at items", r.ID)
		}
		if l.item && same(func(rec *spec.Record) { rec.Items[0].At(spec.Result).Text += "!" }) {
			t.Errorf("%s does not look at its item", r.ID)
		}
	}
}

// TestEveryWarningLooks: a warning of one record says what it looks at; the others look
// at the whole record, because they speak of other records too or of no value.
func TestEveryWarningLooks(t *testing.T) {
	t.Parallel()
	whole := []spec.RuleID{spec.IdentityRepeated, spec.AnswerUnclear, spec.CodeBook}
	for _, r := range rules.Catalogue() {
		if _, ok := looksAt(r.ID); !ok && r.Severity == spec.Warning && !slices.Contains(whole, r.ID) {
			t.Errorf("%s does not say what it looks at", r.ID)
		}
	}
}
