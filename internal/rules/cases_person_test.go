package rules

import (
	"strings"
	"testing"

	"hbupload/internal/ident"
	"hbupload/internal/spec"
)

// quotesNobody holds that a finding never speaks of the person.
func quotesNobody(t *testing.T, r *spec.Record, f spec.Finding) {
	t.Helper()
	text := f.Message + f.Cause + strings.Join(f.Nearest, "")
	for _, id := range []spec.FieldID{spec.IDCard, spec.PatientName, spec.EmpPhone, spec.PreparerName, spec.PreparerPhone, spec.Birthday} {
		if v := r.At(id).Text; len(v) > 1 && strings.Contains(text, v) {
			t.Errorf("%s quotes %s", f.Rule, id.Key())
		}
	}
}

// requiredCases blank every field that may never be blank, one by one.
func requiredCases() []oneCase {
	var out []oneCase
	for _, f := range spec.Fields() {
		if !f.Required {
			continue
		}
		path := f.ID.Path(0, 0)
		k := oneCase{name: "blank " + path, want: "required " + path}
		switch f.Section {
		case spec.SectionHazard:
			k.changes = do(hazard(0, f.ID, ""))
		case spec.SectionItem:
			k.changes = do(item(0, f.ID, ""))
		default:
			k.changes = do(person(f.ID, ""))
		}
		switch f.ID {
		case spec.HazardCode:
			k.changes = append(k.changes, person(spec.HazardNames, "")) // as mapping would leave it
		case spec.ItemClassName, spec.ItemCode:
			k.changes = do(item(1, f.ID, ""))
			k.want = "required " + f.ID.Path(1, 0)
			if f.ID == spec.ItemClassName {
				k.want = "required ohItemClassResult[1].itemClassName"
			}
		}
		out = append(out, k)
	}
	return append(out,
		oneCase{"what a blank number would have told", do(person(spec.IDCard, ""), person(spec.IDType, ""), person(spec.SexCode, ""), person(spec.Birthday, ""), person(spec.Age, "")), "required idcard"},
		oneCase{"a passport tells nothing", do(person(spec.IDType, "03"), person(spec.IDCard, "E12345678"), person(spec.SexCode, ""), person(spec.Birthday, ""), person(spec.Age, "")), "required sexCode\nrequired birthday\nrequired age"},
		oneCase{"an age waits for the date", do(person(spec.PeDate, ""), person(spec.Age, "")), "required peDate"},
		oneCase{"names wait for the codes", do(hazard(1, spec.HazardCode, ""), person(spec.HazardNames, "")), "required ohEmpHazard[1].hazardCode"},
		oneCase{"optional scalars", do(person(spec.EmpOrgBizCode, ""), person(spec.Propose, ""), person(spec.EmergencyContact, "")), ""},
	)
}

func formCases() []oneCase {
	id := ofPerson
	return []oneCase{
		{"date", do(person(spec.PreparerDate, "2026-02-30")), "date-format preparerDate"},
		{"date short", do(person(spec.PreparerDate, "2026-6-1")), "date-format preparerDate"},
		{"leap day", do(person(spec.PreparerDate, "2028-02-29")), ""},
		{"start date", do(hazard(1, spec.HazardStartDate, "20200115")), "date-format ohEmpHazard[1].hazardStartDate"},
		{"number", do(person(spec.DailySmokingVolum, "半包")), "number-format personalHistory.dailySmokingVolum"},
		{"negative", do(person(spec.DailySmokingVolum, "-1")), "number-format personalHistory.dailySmokingVolum"},
		{"minus zero", do(person(spec.DailySmokingVolum, "-0")), "number-format personalHistory.dailySmokingVolum"},
		{"exponent", do(hazard(0, spec.HazardYear, "1e1")), "number-format ohEmpHazard[0].hazardYear"},
		{"fraction of an amount", do(person(spec.DailySmokingVolum, "0.5")), ""},
		{"enum", do(person(spec.PeFlag, "2")), "enum peFlag"},
		{"enum optional", do(person(spec.ProtectiveEquipmentCode, "5")), "enum protectiveEquipmentCode"},
		{"enum of an item", do(item(1, spec.ResultFlag, "2")), "enum ohItemClassResult[1].ohItemResult[0].resultFlag"},
		{"enum isMain", do(hazard(0, spec.IsMain, "2")), "enum ohEmpHazard[0].isMain"},
		{"code", do(person(spec.TypeOfWorkCode, "20-0011")), "unknown-code typeOfWorkCode"},
		{"code of a list", do(contact("1001", "2008", "9999")), "unknown-code contactHazardCode"},
		{"code of an item", do(item(1, spec.ItemCode, "99999")), "unknown-code ohItemClassResult[1].ohItemResult[0].itemCode"},
		{"fault unknown", do(faulty(id(spec.TypeOfWorkCode), spec.UnknownCode, "工种“电焊”不在字典", "20-001 电焊工")), "unknown-code typeOfWorkCode"},
		{"fault ambiguous", do(faulty(id(spec.TypeOfWorkCode), spec.AmbiguousName, "“电焊工”有多个代码")), "ambiguous-name typeOfWorkCode"},
		{"fault date", do(faulty(id(spec.PreparerDate), spec.DateFormat, "")), "date-format preparerDate"},
		{"error cell", do(faulty(id(spec.PatientName), spec.CellErrorRule, "单元格是错误值 #N/A")), "cell-error patientName"},
		{"error cell of a helper", do(faulty(id(spec.EmployerIndustry), spec.CellErrorRule, "单元格是错误值 #N/A")), "cell-error employerIndustry"},
		{"error cell of a disease", do(faulty(ofHazard(0, spec.OccDiseaseCode), spec.CellErrorRule, "")), "cell-error ohEmpHazard[0].occDiseaseCode"},
		{"two columns", do(faulty(id(spec.PatientName), spec.ColumnConflict, "B 列与 D 列不同")), "column-conflict patientName"},
		{"values beyond the header", do(beyondHeader), "beyond-header"},
		{"formula of a month", do(faulty(id(spec.PersonalHistoryMonth), spec.FormulaUncached, "")), "formula-uncached personalHistory.personalHistoryMonth"},
		{"formula of a film", do(faulty(ofItem(2, spec.RadiographResult), spec.FormulaUncached, "")), "formula-uncached ohItemClassResult[2].ohItemResult[0].radiographResult"},
		{"formula of a symbol", do(faulty(ofItem(4, spec.DataVersion), spec.FormulaUncached, "")), "formula-uncached ohItemClassResult[4].ohItemResult[0].dataVersion"},
		{"formula of a result", do(faulty(ofItem(4, spec.Result), spec.FormulaUncached, ""), item(4, spec.DataVersion, "")), "formula-uncached ohItemClassResult[4].ohItemResult[0].result"},
	}
}

// cell makes the number come out of a cell of another kind.
func cell(kind spec.CellKind, text string) change {
	return func(r *spec.Record) {
		put(r.At(spec.IDCard), text)
		r.At(spec.IDCard).Cell = kind
	}
}

// wrongDigit is the good number with its check digit changed.
func wrongDigit() string {
	n := idNumber()
	if n[17] == '0' {
		return n[:17] + "1"
	}
	return n[:17] + "0"
}

// validDigits is a valid number of digits only, so that its cell alone decides.
func validDigits() string {
	for _, serial := range []string{"001", "003", "005", "007", "009", "013"} {
		first := "13082719900203" + serial
		if d, _ := ident.IDCardCheckDigit(first); d != 'X' {
			return first + string(d)
		}
	}
	return ""
}

func identityCases() []oneCase {
	const lost, sum = "idcard-precision-lost idcard", "idcard-checksum idcard"
	blank := do(person(spec.IDType, ""), person(spec.SexCode, ""), person(spec.Birthday, ""), person(spec.Age, ""))
	with := func(more ...change) []change { return append(more, blank...) }
	return []oneCase{
		{"type unreadable, what follows from the number blank", do(faulty(ofPerson(spec.IDType), spec.Enum, "“身份证件”不是允许的值"), person(spec.SexCode, ""), person(spec.Birthday, ""), person(spec.Age, "")), "enum idType"},
		{"wrong check digit", do(person(spec.IDCard, wrongDigit())), sum},
		{"household register", do(person(spec.IDType, "02"), person(spec.IDCard, wrongDigit())), sum},
		{"passport", do(person(spec.IDType, "03"), person(spec.IDCard, wrongDigit())), ""},
		{"fifteen digits", do(person(spec.IDCard, "130827900203001")), sum},
		{"no real day", do(person(spec.IDCard, "130827199002310011")), sum},
		{"a wrong number explains the blanks", with(person(spec.IDCard, wrongDigit())), sum},
		{"a lost number explains the blanks", with(cell(spec.CellText, "1.30827E+17")), lost},
		{"a digit too few explains the blanks", with(person(spec.IDCard, idNumber()[:17])), sum},
		{"no number at all and no type", do(person(spec.IDType, ""), person(spec.IDCard, "E12345678")), "required idType"},
		{"lost in text", do(cell(spec.CellText, "1.30827E+17")), lost},
		{"lost in csv", do(cell(spec.CellCSV, "1.30827199002030E17")), lost},
		{"lost of a passport", do(person(spec.IDType, "03"), cell(spec.CellCSV, "1.30827E+17")), lost},
		{"a valid number in a number cell", do(cell(spec.CellNumber, validDigits())), lost},
		{"a date cell", do(cell(spec.CellDate, validDigits())), lost},
		{"16 digits in a number cell", do(person(spec.IDType, "99"), cell(spec.CellNumber, "1234567890123456")), lost},
		{"15 digits in a number cell", do(person(spec.IDType, "99"), cell(spec.CellNumber, "123456789012345")), ""},
		{"a valid number in a text cell", do(cell(spec.CellText, validDigits())), ""},
		{"sex", do(person(spec.SexCode, "2")), "sex-matches-idcard sexCode warning"},
		{"sex of a passport", do(person(spec.IDType, "03"), person(spec.IDCard, "E12345678"), person(spec.SexCode, "2")), ""},
		{"sex beside a wrong number", do(person(spec.IDCard, wrongDigit()), person(spec.SexCode, "2")), sum},
		{"birthday", do(person(spec.Birthday, "1990-02-04")), "birthday-matches-idcard birthday warning"},
		{"fault as lost", do(faulty(ofPerson(spec.IDCard), spec.IDCardPrecisionLost, "")), lost},
	}
}

func personCases() []oneCase {
	mixedNames := func(raw string) change {
		return func(r *spec.Record) { r.At(spec.HazardNames).Raw = raw }
	}
	return []oneCase{
		{"age", do(person(spec.Age, "35")), "age-matches-dates age warning"},
		{"age on the birthday", do(person(spec.PeDate, "2026-02-03")), "exposure-range ohEmpHazard[0].hazardYear warning\nexposure-range ohEmpHazard[1].hazardYear warning"},
		{"age on the eve", do(person(spec.PeDate, "2026-02-02"), everyHazard(spec.HazardYear, "1")), "age-matches-dates age warning"},
		{"exam tomorrow", do(person(spec.PeDate, "2026-06-02"), person(spec.PreparerDate, "2026-06-02")), "date-order peDate warning"},
		{"exam today", do(person(spec.PeDate, "2026-06-01"), person(spec.PreparerDate, "2026-06-01")), ""},
		{"exam before birth", do(person(spec.PeDate, "1980-01-01"), everyHazard(spec.HazardStartDate, "1979-01-01"), everyHazard(spec.HazardYear, "0")), "date-order peDate warning"},
		{"report before exam", do(person(spec.PreparerDate, "2026-05-19")), "date-order preparerDate warning"},
		{"report on the day", do(person(spec.PreparerDate, "2026-05-20")), ""},
		{"start after exam", do(hazard(0, spec.HazardStartDate, "2026-05-21")), "date-order ohEmpHazard[0].hazardStartDate warning"},
		{"credit code", do(person(spec.EmpOrgBizCode, "91130827MA085BKG00")), "uscc-checksum empOrgBizCode warning"},
		{"employer's credit code", do(person(spec.EmployerCreditCode, "911308")), "uscc-checksum employerCreditCode warning"},
		{"credit code of a hazard", do(hazard(0, spec.EnterpriseBizCode, "91130827MA085BKG1S")), "uscc-checksum ohEmpHazard[0].enterpriseBizCode warning"},
		{"phone", do(person(spec.EmpPhone, "1380013800")), "phone-format empPhone warning"},
		{"phone 12", do(person(spec.EmpPhone, "12800138000")), "phone-format empPhone warning"},
		{"landline", do(person(spec.EmpPhone, "0314-6865432")), ""},
		{"landline plain", do(person(spec.EmpPhone, "03146865432")), ""},
		{"names in another order", do(mixedNames("噪声、矽尘")), ""},
		{"names by code", do(mixedNames("1001,2008")), ""},
		{"one name less", do(mixedNames("噪声")), "hazard-names-match hazardNames warning"},
		{"one name more", do(mixedNames("噪声、矽尘、苯")), "hazard-names-match hazardNames warning"},
		{"unknown name", do(mixedNames("噪声、矽尘、甲")), "hazard-names-match hazardNames warning"},
		{"a name with a comma", do(hazard(1, spec.HazardCode, "3001"), contact("1001", "3001"), mixedNames("1,2-二氯乙烷,矽尘")), ""},
	}
}

func contactCases() []oneCase {
	const cover = "contact-covers-examined contactHazardCode"
	return []oneCase{
		{"not covered", do(contact("1001")), cover},
		{"no part covers", do(contact("1002", "1037")), cover},
		{"more than examined", do(contact("1037", "1001", "2008")), ""},
		{"covered without parts", do(contact("1001", "2008"), func(r *spec.Record) { r.At(spec.ContactHazardCode).Parts = nil }), ""},
		{"not covered without parts", do(contact("10011", "2008"), func(r *spec.Record) { r.At(spec.ContactHazardCode).Parts = nil }), "unknown-code contactHazardCode"},
		{"examined other", do(hazard(1, spec.HazardCode, "2099"), contact("1001", "2099"), person(spec.ContactHazardOther, "低温")), "hazard-other-required hazardOther"},
		{"examined other named", do(hazard(1, spec.HazardCode, "2099"), contact("1001", "2099"), person(spec.ContactHazardOther, "低温"), person(spec.HazardOther, "低温")), ""},
		{"contact other", do(contact("1001", "2008", "1029")), "contact-other-required contactHazardOther"},
		{"contact other named", do(contact("1001", "2008", "1029"), person(spec.ContactHazardOther, "某尘")), ""},
		{"protection", do(everyHazard(spec.MonitorTypeCode, "02"), person(spec.TypeOfWorkCode, "30-001")), "protective-required protectiveEquipmentCode"},
		{"protection given", do(everyHazard(spec.MonitorTypeCode, "02"), person(spec.TypeOfWorkCode, "30-001"), person(spec.ProtectiveEquipmentCode, "4")), ""},
		{"one hazard is active", do(hazard(1, spec.MonitorTypeCode, "02")), "protective-required protectiveEquipmentCode\nmonitor-type-mixed ohEmpHazard[1].monitorTypeCode warning"},
	}
}

// active makes the record one of 主动监测 with protection stated.
func active(work, industry string) []change {
	return do(everyHazard(spec.MonitorTypeCode, "02"), person(spec.ProtectiveEquipmentCode, "1"), person(spec.TypeOfWorkCode, work), person(spec.EmployerIndustry, industry))
}

func workCases() []oneCase {
	const monitor, industry = "work-type-monitor typeOfWorkCode", "work-type-industry typeOfWorkCode"
	return []oneCase{
		{"routine type", active("20-001", ""), monitor},
		{"active type for routine", do(person(spec.TypeOfWorkCode, "10-001")), monitor},
		{"active type by name for routine", do(person(spec.TypeOfWorkCode, "10-002")), monitor},
		{"type for both", do(person(spec.TypeOfWorkCode, "20-002")), ""},
		{"type for any", active("30-001", ""), ""},
		{"mixed, fits one", do(hazard(1, spec.MonitorTypeCode, "02"), person(spec.ProtectiveEquipmentCode, "1")), "monitor-type-mixed ohEmpHazard[1].monitorTypeCode warning"},
		{"industry equal", active("10-001", "0610"), ""},
		{"industry below", active("10-001", "B06"), ""},
		{"industry above", active("20-002", "C3610"), ""},
		{"industry other", active("10-001", "B0620"), industry},
		{"industry full width", active("10-001", "Ｂ０６１０"), ""},
		{"industry of a routine record", do(person(spec.TypeOfWorkCode, "20-002"), person(spec.EmployerIndustry, "0620")), ""},
		{"industry by name", active("10-002", "煤炭开采"), ""},
		{"industry by another name", active("10-002", "铁矿采选"), "industry-uncomparable employerIndustry warning"},
		{"industry by the same name", active("10-002", "煤炭 开采"), ""},
		{"industry uncomparable", active("10-002", "0610"), "industry-uncomparable employerIndustry warning"},
		{"industry missing", active("10-001", ""), "industry-missing employerIndustry warning"},
		{"other work", do(person(spec.TypeOfWorkCode, "00-14")), "work-type-other-required typeOfWorkOther"},
		{"other work named", do(person(spec.TypeOfWorkCode, "00-14"), person(spec.TypeOfWorkOther, "放炮工")), ""},
		{"other by name", do(person(spec.TypeOfWorkCode, "20-009")), "work-type-other-suspected typeOfWorkOther warning"},
	}
}

func labourCases() []oneCase {
	const byName, byCode = "labour-dispatch-name employerEnterpriseName", "labour-dispatch-code employerCreditCode"
	dispatch := func(industry string) change { return person(spec.EmpOrgIndustry, industry) }
	elsewhere := person(spec.EmployerEnterpriseName, "另一家公司")
	otherCode := person(spec.EmployerCreditCode, uscc("91130827MA085BKG2"))
	suspect := do(person(spec.EmpOrgName, "某某人力资源公司"), person(spec.EmployerEnterpriseName, "某某人力资源公司"))
	return []oneCase{
		{"726", do(dispatch("726")), byName + "\n" + byCode},
		{"L7263", do(dispatch("L7263"), otherCode), byName},
		{"by name", do(dispatch("人力资源服务"), elsewhere), byCode},
		{"7263 elsewhere", do(dispatch("7263"), elsewhere, otherCode), ""},
		{"727", do(dispatch("727")), ""},
		{"0726 is mining", do(dispatch("0726")), ""},
		{"blanks do not make another name", do(dispatch("726"), otherCode, person(spec.EmployerEnterpriseName, "某某 矿业有限公司")), byName},
		{"sounds so", suspect, "labour-dispatch-suspected employerEnterpriseName warning"},
		{"sounds so, another industry", append(suspect, dispatch("C36")), ""},
		{"sounds so, elsewhere", append(suspect, elsewhere), ""},
	}
}

func smokingCases() []oneCase {
	const month, consistent = "smoking-month-range personalHistory.personalHistoryMonth", "smoking-consistent personalHistory.smokingStatus warning"
	smokes := func(status, year, month, daily string) []change {
		return do(person(spec.SmokingStatus, status), person(spec.PersonalHistoryYear, year), person(spec.PersonalHistoryMonth, month), person(spec.DailySmokingVolum, daily))
	}
	return []oneCase{
		{"month 12", do(person(spec.PersonalHistoryMonth, "12")), month},
		{"month 0", do(person(spec.PersonalHistoryMonth, "0")), ""},
		{"half a month", do(person(spec.PersonalHistoryMonth, "0.5")), month},
		{"month in words", do(faulty(ofPerson(spec.PersonalHistoryMonth), spec.NumberFormat, "应为数字")), month},
		{"negative month", do(person(spec.PersonalHistoryMonth, "-1")), month},
		{"year and a half", do(person(spec.PersonalHistoryYear, "1.5")), "fraction personalHistory.personalHistoryYear warning"},
		{"never, with years", smokes("4", "1", "0", "0"), consistent},
		{"never", smokes("4", "0", "0", "0"), ""},
		{"daily, without", smokes("1", "0", "0", "10"), consistent},
		{"daily, a month", smokes("1", "0", "1", "10"), ""},
		{"former, without", smokes("3", "0", "0", "0"), ""},
	}
}
