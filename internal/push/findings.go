package push

import (
	"fmt"
	"maps"
	"slices"

	"hbupload/internal/rules"
	"hbupload/internal/spec"
)

// unlikely adds what medicine makes unlikely in the batch as a whole, unless the
// cell has a finding already.
func (f *firstPass) unlikely() {
	if f.batch == nil {
		return
	}
	type cell struct {
		record   int
		field    spec.FieldID
		row, col int32
	}
	cellOf := func(x *spec.Finding) cell { return cell{x.Record, x.Field, x.Place.Row, x.Place.Col} }
	found := f.batch.Finish()
	if len(found) == 0 {
		return
	}
	taken := make(map[cell]bool, len(f.findings))
	for i := range f.findings {
		taken[cellOf(&f.findings[i])] = true
	}
	for i := range found {
		x := found[i]
		x.Key = f.records[x.Record].Key
		if taken[cellOf(&x)] || f.verifyWhole(&x) {
			continue
		}
		f.note(&f.records[x.Record], x.Severity)
		f.findings = append(f.findings, x)
	}
}

// repeated skips what stands twice in the input, unless --only leaves out the
// one that stands for it: then the first of those it asks for does.
func (f *firstPass) repeated(twins map[int]string) {
	stands := map[string]string{}
	for _, ordinal := range slices.Sorted(maps.Keys(twins)) {
		r := &f.records[ordinal]
		other := twins[ordinal]
		if r.State != Valid || !f.asks(r.Key) {
			continue
		}
		if !f.asks(other) {
			instead, ok := stands[other]
			if !ok {
				stands[other] = r.Key
				continue
			}
			other = instead
		}
		r.State = Skipped
		r.Message = "与 " + other + " 完全相同，只上传一次"
	}
}

// asks reports whether --only asks for a key.
func (f *firstPass) asks(key string) bool {
	return len(f.Only) == 0 || slices.ContainsFunc(f.Only, func(asked string) bool { return asked == key || f.telling.digest.Mask(asked) == key })
}

// known are the keys as the records have them now: masked where they tell who a
// person is.
func (f *firstPass) known(keys []string) []string {
	out := slices.Clone(keys)
	for i, key := range keys {
		masked := f.telling.digest.Mask(key)
		if slices.ContainsFunc(f.records, func(r Record) bool { return r.Key == masked }) {
			out[i] = masked
		}
	}
	return out
}

// nameFirstExams says, at what a re-examination lacks, in which row the first
// examination of the same person says it (help: 接口读法 4.5).
func (f *firstPass) nameFirstExams(first map[int]spec.Place) {
	if len(first) == 0 {
		return
	}
	for i := range f.findings {
		x := &f.findings[i]
		place, ok := first[x.Record]
		if ok && x.Severity == spec.Error && repeatsSeldom(x) {
			x.Message += fmt.Sprintf("；此人的初检在「%s」第 %d 行，可参照补填", place.Sheet.Name, place.Row)
		}
	}
}

// repeatsSeldom selects the findings about smoking, exposure and protection that
// an export of re-examinations leaves out.
func repeatsSeldom(x *spec.Finding) bool {
	switch x.Rule {
	case spec.ExposureRequired, spec.ProtectiveRequired:
		return true
	case spec.Required:
		return x.Field >= spec.SmokingStatus && x.Field <= spec.DailySmokingVolum
	case spec.SmokingMonthRange:
		return x.Field == spec.PersonalHistoryMonth
	}
	return false
}

// oneCause keeps one finding of an identity number that its column shows to be
// mangled: that it fails its check digit too says nothing more. A lone number
// that only looks so stays with the check digit's finding.
func (f *firstPass) oneCause(whole []spec.Finding) []spec.Finding {
	mangled := map[int]bool{} // record → the column's verdict is an error
	for i := range whole {
		if whole[i].Rule == spec.IDCardPrecisionLost {
			mangled[whole[i].Record] = whole[i].Severity != spec.Warning
		}
	}
	if len(mangled) == 0 {
		return whole
	}
	checked := map[int]bool{}
	f.findings = slices.DeleteFunc(f.findings, func(x spec.Finding) bool {
		verdict, both := mangled[x.Record]
		checked[x.Record] = checked[x.Record] || x.Rule == spec.IDCardChecksum
		return both && verdict && x.Rule == spec.IDCardChecksum
	})
	return slices.DeleteFunc(slices.Clone(whole), func(x spec.Finding) bool {
		return x.Rule == spec.IDCardPrecisionLost && checked[x.Record] && !mangled[x.Record]
	})
}

// mixedRows drops what follows from several persons under one exam key and says
// nothing more than key-duplicate does: their rows are everybody's then, and look
// doubled and contradictory. What is wrong with a row itself is said once.
func (f *firstPass) mixedRows(whole []spec.Finding) {
	mixed := map[int]bool{}
	for i := range whole {
		if whole[i].Rule == spec.KeyDuplicate {
			mixed[whole[i].Record] = true
		}
	}
	type cell struct {
		rule  spec.RuleID
		sheet *spec.SheetRef
		at    [2]int32
	}
	said := map[cell]bool{}
	f.findings = slices.DeleteFunc(f.findings, func(x spec.Finding) bool {
		if !mixed[x.Record] {
			return false
		}
		at := cell{x.Rule, x.Place.Sheet, [2]int32{x.Place.Row, x.Place.Col}}
		drop := comparesRows(x.Rule) || (said[at] && at.at[1] != 0)
		said[at] = true
		if drop && x.Severity == spec.Warning {
			f.records[x.Record].Warnings--
		}
		return drop
	})
}

// comparesRows reports whether a rule compares the rows of one person with each other.
func comparesRows(rule spec.RuleID) bool {
	switch rule {
	case spec.HazardDuplicate, spec.HazardTwoConclusions, spec.ItemDuplicate, spec.MainDust, spec.CareTypeConsistent, spec.MonitorTypeMixed,
		spec.ContactCoversExamined, spec.HazardNamesMatch:
		return true
	}
	return false
}

// weigh settles a finding's severity: a finding that is a warning by its own
// circumstances stays one, unless warnings withhold.
func weigh(policy *rules.Policy, x spec.Finding) spec.Severity {
	severity := policy.Severity(x.Rule, x.Field)
	if x.Severity == spec.Warning && severity == spec.Error && !policy.Strict() {
		return spec.Warning
	}
	return severity
}
