package sandbox

import (
	"strings"
	"testing"

	"hbupload/internal/sandbox/sample"
)

// refusalCase is a change of the base that the document forbids, and a word of
// the refusal; "" is allowed.
type refusalCase struct {
	name, want string
	edits      []edit
}

func TestTheBaseIsAccepted(t *testing.T) {
	t.Parallel()
	a := put(t, loggedIn(t), "", document(t, b64))
	if a.Success || !strings.Contains(a.Msg, "未登录") {
		t.Errorf("without a token: %+v", a)
	}
	s := New(Options{})
	a = put(t, s, login(t, s), document(t, b64))
	if !a.Success || !strings.Contains(string(a.Data), `"patientName":"测试甲"`) {
		t.Errorf("%+v", a)
	}
}

func loggedIn(t *testing.T) *Server {
	s := New(Options{})
	login(t, s)
	return s
}

func runCases(t *testing.T, opt Options, cases []refusalCase) {
	t.Helper()
	opt.Again = AgainAccept
	s := New(opt)
	token := login(t, s)
	for _, c := range cases {
		a := put(t, s, token, document(t, b64, c.edits...))
		switch {
		case c.want == "" && !a.Success:
			t.Errorf("%s: refused: %s", c.name, a.Msg)
		case c.want != "" && (a.Success || a.Status != 200 || !strings.Contains(a.Msg, c.want)):
			t.Errorf("%s: %d %v %q, want %q", c.name, a.Status, a.Success, a.Msg, c.want)
		}
	}
}

func one(name, want, path, text string) refusalCase {
	return refusalCase{name, want, []edit{{path, text}}}
}

func TestRequired(t *testing.T) {
	t.Parallel()
	var cases []refusalCase
	for _, key := range []string{"ohOrgCode", "empOrgName", "peFlag", "peDate", "patientName", "idType", "idcard", "sexCode", "birthday",
		"age", "empPhone", "hazardNames", "contactHazardCode", "typeOfWorkCode", "employerEnterpriseName", "employerCreditCode",
		"preparerName", "preparerPhone", "preparerDate", "reportOrgName", "personalHistory.smokingStatus",
		"personalHistory.personalHistoryYear", "personalHistory.personalHistoryMonth", "personalHistory.dailySmokingVolum",
		"ohEmpHazard.0.careTypeCode", "ohEmpHazard.0.hazardCode", "ohEmpHazard.0.monitorTypeCode", "ohEmpHazard.0.resultOptionCode",
		"ohEmpHazard.0.hazardStartDate", "ohEmpHazard.0.hazardYear", "ohEmpHazard.0.hazardMonth", "ohEmpHazard.0.hazardDay",
		"ohItemClassResult.0.itemClassName", "ohItemClassResult.0.ohItemResult.0.itemCode", "ohItemClassResult.0.ohItemResult.0.result",
		"ohItemClassResult.0.ohItemResult.0.resultFlag", "ohItemClassResult.1.ohItemResult.0.radiographResult",
		"ohItemClassResult.2.ohItemResult.0.dataVersion", "ohItemClassResult.2.ohItemResult.0.lowerLimit",
		"ohItemClassResult.0.ohItemResult.0.upperLimit"} {
		field := key[strings.LastIndex(key, ".")+1:]
		cases = append(cases, one(key+" blank", field, key, ""), one(key+" absent", field, key, del))
	}
	for _, key := range []string{"empOrgBizCode", "hazardOther", "contactHazardOther", "typeOfWorkOther", "propose",
		"protectiveEquipmentCode", "emergencyContact", "ohEmpHazard.0.isMain", "ohEmpHazard.0.enterpriseName",
		"ohItemClassResult.0.ohItemResult.0.unit", "ohItemClassResult.1.ohItemResult.0.resultFlag"} {
		cases = append(cases, one(key+" absent", "", key, del))
	}
	runCases(t, Options{}, cases)
}

func TestPersonRules(t *testing.T) {
	t.Parallel()
	runCases(t, Options{Industries: map[string]string{"91130200MA0AAAA11C": "L7263"}}, []refusalCase{
		one("agency", "employerCreditCode", "propose", "x"),
		{"agency, same name", "employerEnterpriseName", []edit{{"employerCreditCode", "91130100MA0AAAA36W"}}},
		{"agency, another works", "", []edit{{"employerCreditCode", "91130100MA0AAAA36W"}, {"employerEnterpriseName", "乙厂"}}},
	})
	runCases(t, Options{}, []refusalCase{
		one("date form", "YYYY-MM-DD", "peDate", "2024/05/10"),
		one("date that is none", "YYYY-MM-DD", "peDate", "2024-02-30"),
		one("report date", "preparerDate", "preparerDate", "20240520"),
		one("birthday", "birthday", "birthday", "1949-12-31 00:00:00"),
		one("age", "age", "age", "74岁"),
		one("peFlag", "peFlag", "peFlag", "2"),
		one("sexCode", "sexCode", "sexCode", "男"),
		one("idType", "idType", "idType", "1"),
		one("check digit, with the name", "测试甲的身份证号", "idcard", "110105194912310021"),
		one("15 digits", "18 位", "idcard", "110105491231002"),
		one("lower case", "校验码", "idcard", "11010519491231002x"),
		one("letters", "前 17 位", "idcard", "1101051949123100AX"),
		one("birth date", "出生日期", "idcard", sample.IDCard("110105", sample.Day(1749, 12, 31), 2)),
		one("region", "地区", "idcard", "010105194912310022"),
		{"household", "idcard", []edit{{"idType", "02"}, {"idcard", "110105194912310021"}}},
		{"passport", "", []edit{{"idType", "03"}, {"idcard", "E1234567"}}},
		one("outer blanks", "空白", "patientName", "测试甲 "),
		one("protection", "protectiveEquipmentCode", "protectiveEquipmentCode", "5"),
		one("smoking", "smokingStatus", "personalHistory.smokingStatus", "0"),
		one("month 12", "小于等于 11", "personalHistory.personalHistoryMonth", "12"),
		one("month 11", "", "personalHistory.personalHistoryMonth", "11"),
		one("month 2", "", "personalHistory.personalHistoryMonth", "2"),
		one("half a month", "整数", "personalHistory.personalHistoryMonth", "1.5"),
		one("negative", "dailySmokingVolum", "personalHistory.dailySmokingVolum", "-1"),
		one("year", "", "personalHistory.personalHistoryYear", "1.5"),
	})
}

func TestListsAndWork(t *testing.T) {
	t.Parallel()
	otherHazard := []edit{{"ohEmpHazard.0.hazardCode", "2099"}, {"hazardNames", "其它物理因素"}, {"contactHazardCode", "2099"}}
	active := []edit{{"ohEmpHazard.0.monitorTypeCode", "02"}, {"typeOfWorkCode", "00-20"}}
	with := func(more []edit, e ...edit) []edit { return append(more[:len(more):len(more)], e...) }
	runCases(t, Options{}, []refusalCase{
		one("names differ", "hazardNames", "hazardNames", "噪音"),
		one("names with a blank", "hazardNames", "hazardNames", "噪声, 汽油"),
		one("contact does not cover", "应包含", "contactHazardCode", "1081"),
		one("contact unknown", "9999", "contactHazardCode", "2008,9999"),
		one("contact with a blank", "contactHazardCode", "contactHazardCode", "2008, 1081"),
		one("contact twice", "重复", "contactHazardCode", "2008,2008"),
		one("contact empty entry", "contactHazardCode", "contactHazardCode", "2008,"),
		one("contact other", "contactHazardOther", "contactHazardCode", "2008,1099"),
		{"contact other named", "", []edit{{"contactHazardCode", "2008,1099"}, {"contactHazardOther", "某某"}}},
		{"examined other", "hazardOther", otherHazard},
		{"examined other, contact not named", "contactHazardOther", with(otherHazard, edit{"hazardOther", "某"})},
		{"examined other named", "", with(otherHazard, edit{"hazardOther", "某"}, edit{"contactHazardOther", "某"})},
		one("work unknown", "typeOfWorkCode", "typeOfWorkCode", "99-000"),
		one("work for active only", "监测种类", "typeOfWorkCode", "00-20"),
		one("work for both", "", "typeOfWorkCode", "99-005"),
		one("work for both, by name", "", "typeOfWorkCode", "99-007"),
		one("work for any", "", "typeOfWorkCode", "99-006"),
		one("other work", "typeOfWorkOther", "typeOfWorkCode", "99-9999"),
		{"other work named", "", []edit{{"typeOfWorkCode", "99-990"}, {"typeOfWorkOther", "某工"}}},
		one("other work, another code", "", "typeOfWorkCode", "99-011"),
		{"active without protection", "protectiveEquipmentCode", active},
		{"active", "", with(active, edit{"protectiveEquipmentCode", "1"})},
		{"active with a routine type", "监测种类", with(active, edit{"protectiveEquipmentCode", "1"}, edit{"typeOfWorkCode", "99-001"})},
	})
}

const secondHazard = `{"careTypeCode":"2","hazardCode":"1001","monitorTypeCode":"01","resultOptionCode":"1","occDiseaseCode":"",
"otherContent":"","isMain":"","hazardStartDate":"2020-01-01","hazardYear":"4","hazardMonth":"4","hazardDay":"0"}`

func TestHazardRules(t *testing.T) {
	t.Parallel()
	two := []edit{{"ohEmpHazard.1", secondHazard}, {"hazardNames", "噪声,矽尘"}, {"contactHazardCode", "2008,1001"}}
	dusts := []edit{{"ohEmpHazard.0.hazardCode", "1013"}, {"ohEmpHazard.1", secondHazard}, {"hazardNames", "白炭黑,矽尘"}, {"contactHazardCode", "1013,1001"}}
	with := func(more []edit, e ...edit) []edit { return append(more[:len(more):len(more)], e...) }
	suspect := []edit{{"ohEmpHazard.0.resultOptionCode", "3"}, {"ohEmpHazard.0.occDiseaseCode", "0401"}, {"ohEmpHazard.0.otherContent", "职业性噪声聋"}}
	const h = "ohEmpHazard.0."
	runCases(t, Options{}, []refusalCase{
		{"two", "", two},
		{"care types differ", "监护种类需要一致", with(two, edit{"ohEmpHazard.1.careTypeCode", "3"})},
		{"one hazard twice", "重复", []edit{{"ohEmpHazard.1", strings.ReplaceAll(secondHazard, "1001", "2008")},
			{h + "enterpriseName", del}, {h + "enterpriseBizCode", del}}},
		{"two conclusions", "", []edit{{"ohEmpHazard.1", strings.Replace(strings.ReplaceAll(secondHazard, "1001", "2008"), `"resultOptionCode":"1"`, `"resultOptionCode":"2"`, 1)}}},
		{"dusts without a main one", "主要粉尘", dusts},
		{"dusts with one", "", with(dusts, edit{h + "isMain", "1"}, edit{"ohEmpHazard.1.isMain", "0"})},
		{"dusts with two", "只能标一个", with(dusts, edit{h + "isMain", "1"}, edit{"ohEmpHazard.1.isMain", "1"})},
		{"main that is no dust beside", "只能标一个", with(two, edit{h + "isMain", "1"}, edit{"ohEmpHazard.1.isMain", "1"})},
		one("isMain", "isMain", h+"isMain", "是"),
		one("hazard unknown", "8888", h+"hazardCode", "8888"),
		one("care unknown", "careTypeCode", h+"careTypeCode", "9"),
		one("result unknown", "resultOptionCode", h+"resultOptionCode", "9"),
		one("monitor unknown", "monitorTypeCode", h+"monitorTypeCode", "1"),
		one("disease unknown", "occDiseaseCode", h+"occDiseaseCode", "9999"),
		one("disease without suspicion", "不可填", h+"occDiseaseCode", "0401"),
		one("suspicion without disease", "occDiseaseCode", h+"resultOptionCode", "3"),
		{"suspicion without its name", "otherContent", suspect[:2]},
		{"suspicion", "", suspect},
		{"suspicion before employment", "enterpriseName", with(suspect, edit{h + "careTypeCode", "1"})},
		{"suspicion before employment, no code", "enterpriseBizCode", with(suspect, edit{h + "careTypeCode", "1"}, edit{h + "enterpriseName", "x"})},
		{"suspicion before employment, full", "", with(suspect, edit{h + "careTypeCode", "1"}, edit{h + "enterpriseName", "x"}, edit{h + "enterpriseBizCode", "y"})},
		one("contraindication", "otherContent", h+"resultOptionCode", "4"),
		one("other finding", "otherContent", h+"resultOptionCode", "5"),
		one("start date", "hazardStartDate", h+"hazardStartDate", "2020"),
		one("exposure in words", "hazardYear", h+"hazardYear", "四年"),
		{"no exposure before employment", "", []edit{{h + "careTypeCode", "1"}, {h + "hazardStartDate", ""}, {h + "hazardYear", ""}, {h + "hazardMonth", ""}, {h + "hazardDay", ""}}},
		{"exposure after an incident", "hazardDay", []edit{{h + "careTypeCode", "5"}, {h + "hazardDay", ""}}},
		{"diseases listed", "", with(suspect, edit{"ohOccuDisease", `[{"hazardCode":"2008","diseaseCode":"0401"}]`})},
		{"another disease listed", "ohOccuDisease", with(suspect, edit{"ohOccuDisease", `[{"hazardCode":"2008","diseaseCode":"0101"}]`})},
		{"disease listed twice", "ohOccuDisease", with(suspect, edit{"ohOccuDisease", `[{"hazardCode":"2008","diseaseCode":"0401"},{"hazardCode":"2008","diseaseCode":"0401"}]`})},
		{"disease listed without suspicion", "ohOccuDisease", []edit{{"ohOccuDisease", `[{"hazardCode":"2008","diseaseCode":"0401"}]`}}},
		{"no disease listed", "ohOccuDisease", []edit{{"ohOccuDisease", `[]`}}},
	})
}

func TestItemRules(t *testing.T) {
	t.Parallel()
	const i, film, lead = "ohItemClassResult.0.ohItemResult.0.", "ohItemClassResult.1.ohItemResult.0.", "ohItemClassResult.2.ohItemResult.0."
	runCases(t, Options{}, []refusalCase{
		one("item unknown", "itemCode", i+"itemCode", "1"),
		{"item twice", "重复", []edit{{i + "itemCode", "4070100"}, {i + "dataVersion", "0"}}},
		one("class twice", "itemClassName", "ohItemClassResult.0.itemClassName", "生物监测"),
		one("symbol not allowed", "不可填写", i+"dataVersion", "0"),
		one("symbol not allowed on films", "不可填写", film+"dataVersion", "0"),
		one("symbol code", "dataVersion", lead+"dataVersion", "<"),
		{"doubtful symbol code without", "", []edit{{lead + "itemCode", "4080900"}, {lead + "dataVersion", ""}}},
		{"doubtful symbol code with", "", []edit{{lead + "itemCode", "4081100"}}},
		one("flag", "resultFlag", i+"resultFlag", "2"),
		one("film result", "radiographResult", film+"radiographResult", "4"),
		one("number in words", "数值", i+"result", "正常"),
		one("sign kept", "数值", lead+"result", "<0.01"),
		{"words without limits", "", []edit{{i + "result", "正常"}, {i + "lowerLimit", ""}, {i + "upperLimit", ""}}},
		{"words as limits", "", []edit{{i + "result", "正常"}, {i + "lowerLimit", "阴性"}, {i + "upperLimit", "阴性"}}},
		{"one limit", "数值型项目", []edit{{i + "lowerLimit", ""}}},
		{"urine", "", []edit{{"ohItemClassResult.0.itemClassName", "尿常规"}, {i + "itemCode", "4020300"}, {i + "result", "1.020 左右"}}},
		{"not examined", "", []edit{{lead + "resultFlag", "3"}, {lead + "result", "未检"}, {lead + "dataVersion", ""}, {lead + "lowerLimit", ""}}},
		{"spine is no chest", "", []edit{{film + "itemCode", "20012"}, {film + "radiographResult", ""}, {film + "resultFlag", "0"}}},
		{"CT is no film", "", []edit{{film + "itemCode", "20014"}, {film + "radiographResult", ""}, {film + "resultFlag", "0"}}},
		{"DR is one", "radiographResult", []edit{{film + "itemCode", "20010"}, {film + "radiographResult", ""}, {film + "resultFlag", "0"}}},
		{"高千伏 is one", "radiographResult", []edit{{film + "itemCode", "20011"}, {film + "radiographResult", ""}, {film + "resultFlag", "0"}}},
	})
}

func TestTheFirmsOfTheSampleAreKnown(t *testing.T) {
	t.Parallel()
	for _, f := range sample.Firms() {
		if sampleIndustries()[f.Code] != f.Industry {
			t.Errorf("the sandbox does not know %s", f.Name)
		}
	}
}

func TestIndustryOfActiveMonitoring(t *testing.T) {
	t.Parallel()
	active := func(work string) []edit {
		return []edit{{"ohEmpHazard.0.monitorTypeCode", "02"}, {"protectiveEquipmentCode", "1"}, {"typeOfWorkCode", work}}
	}
	for industry, cases := range map[string][]refusalCase{
		"C3311": {{"fits", "", active("00-20")}, {"another", "行业不符", active("00-21")}, {"any", "", active("99-006")},
			{"a name is not compared", "", active("00-32")}, one("routine", "", "typeOfWorkCode", "99-010")},
		"33":   {{"the class of it", "", active("00-20")}, {"another class", "行业不符", active("00-01")}},
		"其他制造": {{"a name", "", active("00-20")}},
	} {
		runCases(t, Options{Industries: map[string]string{"91130200MA0AAAA11C": industry}}, cases)
	}
}
