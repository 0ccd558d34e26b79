package rules

import "hbupload/internal/spec"

// doubted is a value that is sent with a warning.
func doubted(v func(*spec.Record) *spec.Value, rule spec.RuleID, text string) change {
	return func(r *spec.Record) {
		put(v(r), text)
		v(r).Doubt = &spec.Fault{Rule: rule, Note: "有疑问"}
	}
}

// cellCases are those of help: 接口读法 3: what the reader said of a cell, and how it weighs.
func cellCases() []oneCase {
	name, remark, abnormal := ofPerson(spec.PatientName), ofPerson(spec.Propose), ofHazard(0, spec.OtherContent)
	null := func(v func(*spec.Record) *spec.Value) change { return doubted(v, spec.NullWord, "") }
	result := ofItem(itemText, spec.Result)
	return []oneCase{
		{"a date under a result", do(faulty(result, spec.AutoConverted, "是日期")), "auto-converted" + path("1", spec.Result)},
		{"a date under a remark", do(doubted(remark, spec.AutoConverted, "2023-01-03")), "auto-converted propose warning"},
		{"a damaged name", do(faulty(name, spec.DamagedText, "有问号")), "damaged-text patientName"},
		{"a damaged remark", do(doubted(remark, spec.DamagedText, "甲?乙")), "damaged-text propose warning"},
		{"a damaged number is refused once", do(doubted(ofItem(itemPressure, spec.Result), spec.DamagedText, "&lt;120")), "numeric-result" + path("0", spec.Result)},
		{"null for a name", do(faulty(name, spec.NullWord, "写着 NULL")), "null-word patientName"},
		{"null for a remark", do(null(remark)), "null-word propose warning"},
		{"null where the conclusion asks", do(null(abnormal), hazard(0, spec.ResultOptionCode, "4")), "null-word ohEmpHazard[0].otherContent"},
		{"null where the exposure asks", do(null(ofHazard(1, spec.HazardYear))), "null-word ohEmpHazard[1].hazardYear"},
		{"null for a flag", do(null(ofItem(itemText, spec.ResultFlag))), "null-word" + path("1", spec.ResultFlag)},
		{"null for a film's flag", do(null(ofItem(itemFilm, spec.ResultFlag))), "null-word" + path("2", spec.ResultFlag) + " warning"},
		{"null for a unit", do(null(ofItem(itemPressure, spec.Unit))), "null-word" + path("0", spec.Unit) + " warning"},
		{"null for a needed symbol", do(null(ofItem(itemLead, spec.DataVersion))), "null-word" + path("4", spec.DataVersion)},
		{"null for a limit", do(null(ofItem(itemPressure, spec.UpperLimit))), "null-word" + path("0", spec.UpperLimit)},
		{"a placeholder", do(faulty(name, spec.Placeholder, "还是“请填写”")), "placeholder patientName"},
		{"a credit code as a number", do(faulty(ofPerson(spec.EmployerCreditCode), spec.PrecisionLost, "被存成数字")), "precision-lost employerCreditCode"},
	}
}

// otherCases are the hazards whose name must be spelled out.
func otherCases() []oneCase {
	examined := func(code string) []change { return do(moreHazard(code)) }
	contactOnly := func(code string) []change { return do(contact("1001", "2008", code)) }
	names := func(code string) []change {
		return append(examined(code), person(spec.HazardOther, "甲"), person(spec.ContactHazardOther, "甲"))
	}
	required := "hazard-other-required hazardOther\ncontact-other-required contactHazardOther"
	suspected := "hazard-other-suspected hazardOther warning\nhazard-other-suspected contactHazardOther warning"
	return []oneCase{
		{"其它 first", examined("2099"), required},
		{"未提及", append(examined("1099"), hazard(0, spec.IsMain, "1"), hazard(2, spec.IsMain, "0")), required},
		{"其他 elsewhere", examined("1101"), suspected},
		{"其他 elsewhere, exposed only", contactOnly("1101"), "hazard-other-suspected contactHazardOther warning"},
		{"其他 elsewhere, named", names("1101"), ""},
		{"lead dust is a poison", examined("1038"), ""},
		{"asbestos is a dust", examined("1014"), "main-dust ohEmpHazard[0].isMain"},
	}
}
