package rules

import (
	"fmt"
	"testing"

	"hbupload/internal/spec"
)

// legal builds a record of one legal variant; what the document asks under its
// conditions is given, all else is left blank.
func legal(care, conclusion, monitor, smoking, idType, flag string) *spec.Record {
	r := goodRecord()
	everyHazard(spec.CareTypeCode, care)(r)
	everyHazard(spec.MonitorTypeCode, monitor)(r)
	everyHazard(spec.ResultOptionCode, conclusion)(r)
	for i := range r.Hazards {
		legalConclusion(&r.Hazards[i], care, conclusion)
	}
	if monitor == "02" {
		for _, c := range active("20-002", "C3610") {
			c(r)
		}
	}
	person(spec.SmokingStatus, smoking)(r)
	if smoking == spec.SmokingNever {
		for _, f := range []spec.FieldID{spec.PersonalHistoryYear, spec.PersonalHistoryMonth, spec.DailySmokingVolum} {
			person(f, "0")(r)
		}
	}
	person(spec.IDType, idType)(r)
	if idType != spec.IDTypeResident && idType != spec.IDTypeHousehold {
		person(spec.IDCard, "E12345678")(r)
	}
	if flag == spec.FlagNotExamined {
		item(itemText, spec.ResultFlag, flag)(r)
		item(itemText, spec.Result, "未检查")(r)
		item(itemFilm, spec.ResultFlag, flag)(r)
		item(itemFilm, spec.RadiographResult, "3")(r)
	}
	return r
}

func legalConclusion(h *spec.Hazard, care, conclusion string) {
	switch conclusion {
	case "2":
		put(h.At(spec.OccDiseaseCode), "0401")
		put(h.At(spec.OtherContent), "职业性噪声聋")
		if care == "1" {
			put(h.At(spec.EnterpriseName), "旧单位")
			put(h.At(spec.EnterpriseBizCode), uscc("91130827MA085BKG1"))
		}
	case "3", "4":
		put(h.At(spec.OtherContent), "收缩压偏高")
	}
	if care == "1" {
		for _, f := range []spec.FieldID{spec.HazardStartDate, spec.HazardYear, spec.HazardMonth, spec.HazardDay} {
			put(h.At(f), "")
		}
	}
}

// TestLegalVariants: no legal variant has any finding at all, not even a warning.
func TestLegalVariants(t *testing.T) {
	t.Parallel()
	c := testChecker(t)
	for _, care := range []string{"1", "2", "3", "5"} {
		for _, conclusion := range []string{"1", "2", "3", "4", "5"} {
			for _, monitor := range []string{"01", "02"} {
				for _, smoking := range []string{"1", "2", "3", "4"} {
					for _, id := range []string{"01", "02", "03", "04", "05", "06", "07", "99"} {
						for _, flag := range []string{"0", "3"} {
							r := legal(care, conclusion, monitor, smoking, id, flag)
							if found := c.Check(r, nil); len(found) > 0 {
								t.Errorf("%s: %q", fmt.Sprint(care, conclusion, monitor, smoking, id, flag), faults(found))
							}
						}
					}
				}
			}
		}
	}
}

// TestLegalScalars: what each scalar may legally hold.
func TestLegalScalars(t *testing.T) {
	t.Parallel()
	c := testChecker(t)
	cases := []oneCase{
		{name: "recheck", changes: do(person(spec.PeFlag, "1"))},
		{name: "every protection", changes: do(person(spec.ProtectiveEquipmentCode, "3"))},
		{name: "extras", changes: do(person(spec.Propose, "备注"), person(spec.EmergencyContact, "某人"), person(spec.EmergencyContactNumber, "110"))},
		{name: "other names unasked", changes: do(person(spec.HazardOther, "汽油"), person(spec.ContactHazardOther, "汽油"), person(spec.TypeOfWorkOther, "钳工"))},
		{name: "no class, no flag of a film", changes: do(item(itemFilm, spec.ResultFlag, ""))},
		{name: "one-sided words for text", changes: do(item(itemText, spec.LowerLimit, "阴性"), item(itemText, spec.UpperLimit, "阴性"))},
		{name: "less than", changes: do(item(itemLead, spec.DataVersion, "1"), item(itemLead, spec.Result, "0.01"))},
	}
	for _, result := range []string{"0", "1", "2", "3"} {
		flag := map[string]string{"0": "0", "1": "1", "2": "1", "3": "3"}[result]
		cases = append(cases, oneCase{name: "film " + result, changes: do(item(itemFilm, spec.RadiographResult, result), item(itemFilm, spec.ResultFlag, flag))})
	}
	for _, k := range cases {
		if found := c.Check(k.record(), nil); len(found) > 0 {
			t.Errorf("%s: %q", k.name, faults(found))
		}
	}
}
