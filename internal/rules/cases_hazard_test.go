package rules

import "hbupload/internal/spec"

// noHazards leaves a record of somebody who was examined for nothing.
func noHazards(r *spec.Record) {
	r.Hazards = nil
	put(r.At(spec.HazardNames), "")
}

func hazardCases() []oneCase {
	return []oneCase{
		{"no hazard", do(noHazards), "hazard-required ohEmpHazard"},
		{"one hazard", do(func(r *spec.Record) { r.Hazards = r.Hazards[:1] }), ""},
		{"row twice", do(moreHazard("2008")), "hazard-duplicate ohEmpHazard[2].hazardCode"},
		{"row thrice", do(moreHazard("2008"), moreHazard("2008")), "hazard-duplicate ohEmpHazard[2].hazardCode\nhazard-duplicate ohEmpHazard[3].hazardCode"},
		{"two conclusions", do(moreHazard("2008"), hazard(2, spec.ResultOptionCode, "5")), "hazard-two-conclusions ohEmpHazard[2].resultOptionCode warning"},
		{"two spells of one exposure", do(moreHazard("2008"), hazard(2, spec.HazardYear, "1")), ""},
		{"care types", do(hazard(1, spec.CareTypeCode, "3")), "care-type-consistent ohEmpHazard[1].careTypeCode"},
		{"care types, first blank", do(hazard(0, spec.CareTypeCode, "")), "required ohEmpHazard[0].careTypeCode"},
		{"care types alike", do(everyHazard(spec.CareTypeCode, "3")), ""},
		{"monitor types alike", do(everyHazard(spec.MonitorTypeCode, "02"), person(spec.TypeOfWorkCode, "20-002"), person(spec.EmployerIndustry, "36"), person(spec.ProtectiveEquipmentCode, "2")), ""},
	}
}

func dustCases() []oneCase {
	two := moreHazard("1002")
	return []oneCase{
		{"two dusts, none main", do(two), "main-dust ohEmpHazard[0].isMain"},
		{"two dusts, both not main", do(two, hazard(0, spec.IsMain, "0"), hazard(2, spec.IsMain, "0")), "main-dust ohEmpHazard[0].isMain"},
		{"two dusts, one main", do(two, hazard(2, spec.IsMain, "1")), ""},
		{"two dusts, one main, other 0", do(two, hazard(0, spec.IsMain, "1"), hazard(2, spec.IsMain, "0")), ""},
		{"two main", do(two, hazard(0, spec.IsMain, "1"), hazard(2, spec.IsMain, "1")), "main-dust ohEmpHazard[2].isMain"},
		{"white carbon black is a dust", do(moreHazard("1013")), "main-dust ohEmpHazard[0].isMain"},
		{"one dust alone", do(hazard(0, spec.IsMain, "1")), ""},
		{"main and no dust", do(hazard(1, spec.IsMain, "1")), "main-not-dust ohEmpHazard[1].isMain warning"},
		{"no dust is main among two dusts", do(two, hazard(1, spec.IsMain, "1")), "main-dust ohEmpHazard[0].isMain\nmain-not-dust ohEmpHazard[1].isMain warning"},
		{"two main, one no dust", do(hazard(0, spec.IsMain, "1"), hazard(1, spec.IsMain, "1")), "main-dust ohEmpHazard[1].isMain"},
		{"no dust, marked 0", do(hazard(1, spec.IsMain, "0")), ""},
		{"unreadable mark", do(two, faulty(ofHazard(0, spec.IsMain), spec.Enum, "“主”不是允许的值")), "enum ohEmpHazard[0].isMain"},
		{"the same dust twice is one", do(moreHazard("1001"), hazard(2, spec.HazardYear, "2")), ""},
	}
}

func conclusionCases() []oneCase {
	suspected := func(code, content string) []change {
		return do(hazard(0, spec.ResultOptionCode, "2"), hazard(0, spec.OccDiseaseCode, code), hazard(0, spec.OtherContent, content))
	}
	prejob := do(everyHazard(spec.CareTypeCode, "1"))
	return []oneCase{
		{"suspected without disease", suspected("", ""), "suspected-disease-required ohEmpHazard[0].occDiseaseCode"},
		{"suspected", suspected("0101", "矽肺"), ""},
		{"suspected of the unknown", suspected("0109", ""), "unknown-code ohEmpHazard[0].occDiseaseCode"},
		{"suspected, fault", append(suspected("0101", ""), faulty(ofHazard(0, spec.OccDiseaseCode), spec.UnknownCode, "疑似职业病“肺”不在字典")), "unknown-code ohEmpHazard[0].occDiseaseCode"},
		{"other text", suspected("0101", "职业性噪声聋"), "other-content-matches ohEmpHazard[0].otherContent warning"},
		{"disease of the healthy", do(hazard(0, spec.OccDiseaseCode, "0101")), "disease-not-allowed ohEmpHazard[0].occDiseaseCode"},
		{"unreadable disease of the healthy", do(faulty(ofHazard(0, spec.OccDiseaseCode), spec.UnknownCode, "“无”不在字典")), "disease-not-allowed ohEmpHazard[0].occDiseaseCode"},
		{"disease without conclusion", do(hazard(0, spec.ResultOptionCode, ""), hazard(0, spec.OccDiseaseCode, "0101")), "required ohEmpHazard[0].resultOptionCode"},
		{"contraindication", do(hazard(0, spec.ResultOptionCode, "3")), "other-content-required ohEmpHazard[0].otherContent"},
		{"contraindication named", do(hazard(0, spec.ResultOptionCode, "3"), hazard(0, spec.OtherContent, "高血压")), ""},
		{"other abnormality", do(hazard(1, spec.ResultOptionCode, "4")), "other-content-required ohEmpHazard[1].otherContent"},
		{"recheck needs no content", do(hazard(1, spec.ResultOptionCode, "5")), ""},
		{"prejob suspected", append(suspected("0101", "矽肺"), prejob...), "prejob-suspected-employer ohEmpHazard[0].enterpriseName\nprejob-suspected-employer ohEmpHazard[0].enterpriseBizCode"},
		{"prejob suspected, named", append(append(suspected("0101", "矽肺"), prejob...), hazard(0, spec.EnterpriseName, "旧单位"), hazard(0, spec.EnterpriseBizCode, uscc("91130827MA085BKG1"))), ""},
		{"prejob healthy", prejob, ""},
	}
}

func exposureCases() []oneCase {
	const field = "exposure-required ohEmpHazard[0]."
	bare := func(r *spec.Record) {
		for _, f := range []spec.FieldID{spec.HazardStartDate, spec.HazardYear, spec.HazardMonth, spec.HazardDay} {
			put(r.Hazards[0].At(f), "")
		}
	}
	span := func(start, y, m, d string) []change {
		return do(hazard(0, spec.HazardStartDate, start), hazard(0, spec.HazardYear, y), hazard(0, spec.HazardMonth, m), hazard(0, spec.HazardDay, d))
	}
	all := field + "hazardStartDate\n" + field + "hazardYear\n" + field + "hazardMonth\n" + field + "hazardDay"
	const long = "exposure-range ohEmpHazard[0].hazardYear warning"
	return []oneCase{
		{"no exposure", do(bare), all},
		{"no exposure before the job", do(bare, everyHazard(spec.CareTypeCode, "1")), ""},
		{"no exposure in an emergency", do(bare, everyHazard(spec.CareTypeCode, "5")), all},
		{"no day", do(hazard(0, spec.HazardDay, "")), field + "hazardDay"},
		{"zero day", do(hazard(0, spec.HazardDay, "0")), ""},
		{"care type unknown yet", do(bare, hazard(0, spec.CareTypeCode, "")), "required ohEmpHazard[0].careTypeCode"},
		{"month 12", span("2020-01-15", "5", "12", "0"), "exposure-range ohEmpHazard[0].hazardMonth warning"},
		{"month 11", span("2020-01-15", "5", "11", "0"), ""},
		{"day 31", span("2020-01-15", "5", "0", "31"), "exposure-range ohEmpHazard[0].hazardDay warning"},
		{"day 30", span("2020-01-15", "5", "0", "30"), ""},
		{"to the day", span("2020-01-15", "6", "4", "5"), ""},
		{"a day too long", span("2020-01-15", "6", "4", "6"), long},
		{"from the 31st", span("2026-01-31", "0", "3", "20"), ""},
		{"counted back from the 30th", do(person(spec.PeDate, "2026-03-30"), everyHazard(spec.HazardStartDate, "2026-03-02"), everyHazard(spec.HazardYear, "0"), everyHazard(spec.HazardMonth, "1")), ""},
		{"months too long", span("2026-01-31", "0", "4", "0"), "exposure-range ohEmpHazard[0].hazardMonth warning"},
		{"absurd years", span("2020-01-15", "99999999999999999999", "0", "0"), long},
		{"year and a half", span("2020-01-15", "5.5", "0", "0"), "fraction ohEmpHazard[0].hazardYear warning"},
	}
}
