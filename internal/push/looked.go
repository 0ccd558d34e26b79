package push

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"strconv"
	"strings"

	"hbupload/internal/spec"
)

// looks says what of a record a rule looks at: fields of the person, fields of every
// hazard and of every item, or all of the hazard or item that a finding is about.
type looks struct {
	person, hazards, items []spec.FieldID
	hazard, item           bool
	value                  bool // the finding's own field
}

// looksAt is what a rule looks at, false for one that may look at anything: what a
// person verifies holds as long as these values stay. A rule that comes to look at
// more must say so here.
func looksAt(rule spec.RuleID) (looks, bool) {
	switch rule {
	case spec.PhoneFormat, spec.USCCChecksum, spec.Fraction:
		return looks{value: true}, true
	case spec.DateOrder:
		return looks{person: []spec.FieldID{spec.Birthday, spec.PeDate, spec.PreparerDate}, hazards: []spec.FieldID{spec.HazardStartDate}}, true
	case spec.SexMatchesIDCard:
		return looks{person: []spec.FieldID{spec.IDType, spec.IDCard, spec.SexCode}}, true
	case spec.BirthdayMatchesIDCard:
		return looks{person: []spec.FieldID{spec.IDType, spec.IDCard, spec.Birthday}}, true
	case spec.AgeMatchesDates:
		return looks{person: []spec.FieldID{spec.Birthday, spec.PeDate, spec.Age}}, true
	case spec.WorkTypeOtherSuspect:
		return looks{person: []spec.FieldID{spec.TypeOfWorkCode, spec.TypeOfWorkOther}}, true
	case spec.IndustryMissing, spec.IndustryUncomparable:
		return looks{person: []spec.FieldID{spec.TypeOfWorkCode, spec.EmployerIndustry, spec.EmpOrgIndustry}, hazards: []spec.FieldID{spec.MonitorTypeCode}}, true
	case spec.LabourDispatchSuspect:
		return looks{person: []spec.FieldID{spec.EmpOrgName, spec.EmpOrgBizCode, spec.EmpOrgIndustry, spec.EmployerEnterpriseName, spec.EmployerCreditCode, spec.EmployerIndustry}}, true
	case spec.SmokingConsistent:
		return looks{person: []spec.FieldID{spec.SmokingStatus, spec.PersonalHistoryYear, spec.PersonalHistoryMonth, spec.DailySmokingVolum}}, true
	}
	for _, more := range []func(spec.RuleID) (looks, bool){looksAtHazards, looksAtItems} {
		if l, ok := more(rule); ok {
			return l, true
		}
	}
	return looksAtOthers(rule)
}

// comparing are the rules that hold a record against others, which is when the record
// is gone; what is said of the others stands in their messages.
func comparing() []spec.RuleID {
	return []spec.RuleID{spec.IDCardTwoNames, spec.IdentitySameDay, spec.IDCardPrecisionLost, spec.SensePhone, spec.SenseSame, spec.SenseTwice, spec.SenseSmoking, spec.SenseMedian}
}

// looksAtOthers is looksAt of those rules: what they look at of the record itself.
func looksAtOthers(rule spec.RuleID) (looks, bool) {
	switch rule {
	case spec.IDCardTwoNames:
		return looks{person: []spec.FieldID{spec.IDType, spec.IDCard, spec.PatientName}}, true
	case spec.IdentitySameDay:
		return looks{person: []spec.FieldID{spec.OhOrgCode, spec.IDType, spec.IDCard, spec.PatientName, spec.PeDate, spec.PeFlag}, hazards: []spec.FieldID{spec.CareTypeCode}}, true
	case spec.IDCardPrecisionLost:
		return looks{person: []spec.FieldID{spec.IDType, spec.IDCard}}, true
	case spec.SensePhone:
		return looks{person: []spec.FieldID{spec.IDCard, spec.EmpPhone}}, true
	case spec.SenseSame:
		return looks{person: []spec.FieldID{spec.IDCard}, items: []spec.FieldID{spec.ItemClassName, spec.ItemCode, spec.Result}}, true
	case spec.SenseTwice:
		return looks{person: []spec.FieldID{spec.IDCard, spec.PeDate, spec.PeFlag}, hazards: []spec.FieldID{spec.CareTypeCode}}, true
	case spec.SenseSmoking:
		return looks{person: []spec.FieldID{spec.IDCard, spec.PeDate, spec.SmokingStatus}}, true
	case spec.SenseMedian:
		return looks{items: []spec.FieldID{spec.ItemCode, spec.Result, spec.Unit, spec.LowerLimit, spec.UpperLimit, spec.ResultFlag, spec.DataVersion}}, true
	}
	return looks{}, false
}

// lookedByComparing are digests of what each of those rules looks at of a record.
func lookedByComparing(rec *spec.Record) []uint64 {
	var out []uint64
	for _, rule := range comparing() {
		l, _ := looksAtOthers(rule)
		sum := sha256.Sum256([]byte(strings.Join(l.fields(rec), "\x00")))
		out = append(out, binary.LittleEndian.Uint64(sum[:]))
	}
	return out
}

// looksAtHazards is looksAt of the rules about hazards.
func looksAtHazards(rule spec.RuleID) (looks, bool) {
	switch rule {
	case spec.MainNotDust, spec.OtherContentMatches:
		return looks{hazard: true}, true
	case spec.ExposureRange:
		return looks{hazard: true, person: []spec.FieldID{spec.Birthday, spec.PeDate, spec.Age}}, true
	case spec.HazardNamesMatch:
		return looks{person: []spec.FieldID{spec.HazardNames, spec.HazardOther}, hazards: []spec.FieldID{spec.HazardCode}}, true
	case spec.HazardOtherSuspect:
		return looks{person: []spec.FieldID{spec.HazardOther, spec.ContactHazardCode, spec.ContactHazardOther}, hazards: []spec.FieldID{spec.HazardCode}}, true
	case spec.HazardTwoConclusions:
		return looks{hazards: []spec.FieldID{spec.HazardCode, spec.ResultOptionCode, spec.OccDiseaseCode, spec.OtherContent}}, true
	case spec.MonitorTypeMixed:
		return looks{hazards: []spec.FieldID{spec.HazardCode, spec.MonitorTypeCode}}, true
	case spec.SenseLate:
		return looks{person: []spec.FieldID{spec.PeDate, spec.PreparerDate}}, true
	case spec.SenseAge:
		return looks{person: []spec.FieldID{spec.Birthday, spec.PeDate, spec.Age, spec.SmokingStatus, spec.PersonalHistoryYear, spec.DailySmokingVolum},
			hazards: []spec.FieldID{spec.HazardCode, spec.CareTypeCode, spec.HazardStartDate, spec.HazardYear}}, true
	case spec.SenseDisease:
		return looks{person: []spec.FieldID{spec.ContactHazardCode, spec.ContactHazardOther, spec.HazardOther}, hazards: []spec.FieldID{spec.HazardCode, spec.ResultOptionCode, spec.OccDiseaseCode}}, true
	}
	return looks{}, false
}

// looksAtItems is looksAt of the rules about examined items.
func looksAtItems(rule spec.RuleID) (looks, bool) {
	items := []spec.FieldID{spec.ItemCode, spec.Result, spec.Unit, spec.ResultFlag, spec.RadiographResult, spec.LowerLimit, spec.UpperLimit, spec.DataVersion}
	switch rule {
	case spec.FlagMatchesLimits, spec.LimitsOrder, spec.UnitRequired, spec.NumericSuspected, spec.ItemClassMatches, spec.FlagMatchesRadiogr,
		spec.NotExaminedMismatch, spec.RadiographNotAllowed, spec.RadiographSuspected:
		return looks{item: true}, true
	case spec.SenseRange, spec.SenseUnit:
		return looks{item: true, person: []spec.FieldID{spec.SexCode, spec.Birthday, spec.PeDate, spec.Age}}, true
	case spec.ItemRepeated:
		return looks{items: items}, true
	case spec.SensePair:
		return looks{items: []spec.FieldID{spec.ItemCode, spec.Result, spec.Unit}}, true
	case spec.SenseSex:
		return looks{person: []spec.FieldID{spec.IDType, spec.IDCard, spec.SexCode, spec.Propose}, hazards: []spec.FieldID{spec.OtherContent, spec.OccDiseaseCode},
			items: []spec.FieldID{spec.ItemCode, spec.Result}}, true
	case spec.SenseConclusion:
		return looks{hazards: []spec.FieldID{spec.HazardCode, spec.CareTypeCode, spec.ResultOptionCode, spec.OccDiseaseCode, spec.OtherContent}, items: items}, true
	case spec.SenseExpected:
		return looks{person: []spec.FieldID{spec.PeFlag}, hazards: []spec.FieldID{spec.HazardCode, spec.CareTypeCode}, items: []spec.FieldID{spec.ItemCode, spec.Result, spec.ResultFlag}}, true
	}
	return looks{}, false
}

// lookedAt are the values that bind a verification: those that the rule looked at,
// or the whole record where that cannot be said. What the message says counts too.
func lookedAt(rec *spec.Record, x *spec.Finding, sum [32]byte) []string {
	l, ok := looksAt(x.Rule)
	if !ok {
		return wholeRecord(x, sum)
	}
	if l.value {
		text, ok := ownValue(rec, x)
		if !ok {
			return wholeRecord(x, sum)
		}
		return []string{x.Path, text}
	}
	out := []string{x.Message}
	if l.hazard {
		h := hazardAt(rec, x.Path)
		if h == nil {
			return wholeRecord(x, sum)
		}
		out = append(out, leaves(spec.SectionHazard, h.At)...)
	}
	if l.item {
		it := itemAt(rec, x.Path)
		if it == nil {
			return wholeRecord(x, sum)
		}
		out = append(out, leaves(spec.SectionItem, it.At)...)
	}
	return append(out, l.fields(rec)...)
}

// fields are the values of the fields that a rule looks at, each with its key.
func (l *looks) fields(rec *spec.Record) []string {
	var out []string
	for _, id := range l.person {
		out = append(out, id.Key(), rec.At(id).Text)
	}
	for i := range rec.Hazards {
		for _, id := range l.hazards {
			out = append(out, strconv.Itoa(i), id.Key(), rec.Hazards[i].At(id).Text)
		}
	}
	for i := range rec.Items {
		for _, id := range l.items {
			out = append(out, strconv.Itoa(i), id.Key(), rec.Items[i].At(id).Text)
		}
	}
	return out
}

// ownValue is the text of a finding's own field, false where it has none or stands in
// an item.
func ownValue(rec *spec.Record, x *spec.Finding) (string, bool) {
	if x.Field == spec.NoField {
		return "", false
	}
	switch x.Field.Field().Section {
	case spec.SectionItem:
		return "", false
	case spec.SectionHazard:
		h := hazardAt(rec, x.Path)
		if h == nil {
			return "", false
		}
		return h.At(x.Field).Text, true
	}
	return rec.At(x.Field).Text, true
}

// wholeRecord binds a verification to all of data.json.
func wholeRecord(x *spec.Finding, sum [32]byte) []string {
	return []string{hex.EncodeToString(sum[:]), x.Path, x.Message}
}

// leaves are all values of a hazard or an item, each with its key.
func leaves(section spec.Section, at func(spec.FieldID) *spec.Value) []string {
	var out []string
	for _, f := range spec.Fields(section) {
		out = append(out, f.Key, at(f.ID).Text)
	}
	return out
}

// hazardAt is the hazard that a path lies in.
func hazardAt(rec *spec.Record, path string) *spec.Hazard {
	rest, ok := strings.CutPrefix(path, "ohEmpHazard[")
	number, _, closed := strings.Cut(rest, "]")
	n, err := strconv.Atoi(number)
	if !ok || !closed || err != nil || n >= len(rec.Hazards) {
		return nil
	}
	return &rec.Hazards[n]
}

// itemAt is the item that a path lies in.
func itemAt(rec *spec.Record, path string) *spec.Item {
	for i := range rec.Items {
		it := &rec.Items[i]
		prefix := strings.TrimSuffix(spec.Result.Path(it.Class, it.Index), spec.Result.Key())
		if strings.HasPrefix(path, prefix) {
			return it
		}
	}
	return nil
}
