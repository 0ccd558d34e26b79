package spec

import (
	"slices"
	"strings"
	"testing"
)

// The document's keys in the order of its sample (3.2), with the two that only
// its table has at the end of the scalars (help: 接口读法 S1).
func TestKeysAreTheDocuments(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		sections []Section
		want     string
	}{
		"scalars": {[]Section{SectionPerson}, "ohOrgCode empOrgName empOrgBizCode peFlag peDate patientName idType idcard sexCode birthday age empPhone hazardNames hazardOther " +
			"contactHazardCode contactHazardOther typeOfWorkCode typeOfWorkOther employerEnterpriseName employerCreditCode preparerName preparerPhone preparerDate " +
			"reportOrgName propose protectiveEquipmentCode emergencyContact emergencyContactNumber"},
		"history": {[]Section{SectionHistory}, "smokingStatus personalHistoryYear personalHistoryMonth dailySmokingVolum"},
		"hazard": {[]Section{SectionHazard}, "careTypeCode hazardCode monitorTypeCode resultOptionCode occDiseaseCode otherContent isMain hazardStartDate hazardYear hazardMonth " +
			"hazardDay enterpriseName enterpriseBizCode"},
		"item": {[]Section{SectionItem}, "itemClassName itemCode dataVersion result upperLimit lowerLimit unit resultFlag radiographResult"},
	} {
		var got []string
		for _, f := range Fields(c.sections...) {
			got = append(got, f.Key)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s:\n got %s\nwant %s", name, strings.Join(got, " "), c.want)
		}
	}
}

// The standard workbook of help: 约定 6, column by column.
func TestColumnsAreTheContracts(t *testing.T) {
	t.Parallel()
	for s, want := range map[SheetID]string{
		SheetPerson: "体检编号 职业健康检查机构编码 用人单位名称 用人单位统一社会信用代码 用人单位行业代码 体检日期 初复检标识 姓名 性别 证件类型 身份证号 联系电话 出生日期 年龄 紧急联系人 紧急联系电话 " +
			"体检危害因素 体检其他危害因素 接触危害因素 接触其他危害因素 工种 其他工种 用工单位名称 用工单位统一社会信用代码 用工单位行业代码 填表人姓名 填表人电话 报告出具日期 检查单位名称 备注 防护用品佩戴情况 " +
			"吸烟情况 吸烟史年 吸烟史月 平均每天吸烟量",
		SheetHazard: "体检编号 危害因素 是否主要粉尘 监护种类 体检结论 监测种类 疑似职业病 其他疾病或异常 单位名称 单位统一社会信用代码 开始接害日期 接害工龄年 接害工龄月 接害工龄日",
		SheetItem:   "体检编号 项目分类 项目 检查结果 符号 是否异常 参考下限 参考上限 计量单位 胸片结果",
	} {
		var got []string
		for _, f := range SheetFields(s) {
			got = append(got, f.Label)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s:\n got %s\nwant %s", s, strings.Join(got, " "), want)
		}
	}
}

func TestEveryFieldIsWhole(t *testing.T) {
	t.Parallel()
	all := Fields()
	if len(all) != int(endItem) {
		t.Fatalf("%d fields, want %d", len(all), endItem)
	}
	dicts := map[string]bool{"": true}
	for _, d := range Dictionaries() {
		dicts[d.Code] = true
	}
	for i, f := range all {
		coded := f.Kind == KindCode || f.Kind == KindCodeList || f.Kind == KindNameList
		switch {
		case int(f.ID) != i || f.Key == "" || f.Label == "":
			t.Errorf("field %d is not described: %+v", i, f)
		case f.Sent() && f.Clause == "":
			t.Errorf("%s has no clause", f.Key)
		case !dicts[f.Dict] || coded != (f.Dict != ""):
			t.Errorf("%s takes dictionary %q", f.Key, f.Dict)
		case (f.Kind == KindEnum) != (f.Enum != EnumNone):
			t.Errorf("%s takes enumeration %d", f.Key, f.Enum)
		case !slices.ContainsFunc(SheetFields(f.Sheet()), func(c Field) bool { return c.ID == f.ID }):
			t.Errorf("%s stands on no sheet", f.Key)
		}
	}
}

// A header may name one field only, by whichever of its names.
func TestHeadersNameOneFieldEach(t *testing.T) {
	t.Parallel()
	for s := range NumSheets {
		owner := map[string]FieldID{}
		for _, f := range SheetFields(s) {
			for _, name := range append([]string{f.Label, f.Key}, f.Aliases...) {
				if other, taken := owner[HeaderKey(name)]; taken && other != f.ID {
					t.Errorf("%s: %q names %s and %s", s, name, other.Key(), f.Key)
				}
				owner[HeaderKey(name)] = f.ID
				if got := Headers(s)[HeaderKey(name)]; got != f.ID {
					t.Errorf("%s: %q is read as %s, want %s", s, name, got.Key(), f.Key)
				}
			}
		}
	}
}

func TestHeaderKey(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"平均每天吸烟量（支）": "平均每天吸烟量支", "接害工龄(年)": "接害工龄年", " 姓\n名 ": "姓名", "ＩＤcard": "idcard", "【项目】　[分类]": "项目分类", "检查\u200b日期\u00a0": "检查日期", "": "",
	} {
		if got := HeaderKey(in); got != want {
			t.Errorf("HeaderKey(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestPlacesAndPaths(t *testing.T) {
	t.Parallel()
	for col, want := range map[int]string{1: "A", 26: "Z", 27: "AA", 52: "AZ", 702: "ZZ", 703: "AAA", 16384: "XFD", 0: ""} {
		if got := ColumnName(col); got != want {
			t.Errorf("ColumnName(%d) = %q, want %q", col, got, want)
		}
	}
	if got := (Place{Row: 7, Col: 6}).Cell(); got != "F7" {
		t.Errorf("cell %q", got)
	}
	if got := (Place{Row: 7, Header: "姓名"}).Cell(); got != "" {
		t.Errorf("a missing column has the cell %q", got)
	}
	for got, want := range map[string]string{
		IDCard.Path(0, 0):        "idcard",
		SmokingStatus.Path(0, 0): "personalHistory.smokingStatus",
		OtherContent.Path(2, 0):  "ohEmpHazard[2].otherContent",
		ItemClassName.Path(1, 4): "ohItemClassResult[1].itemClassName",
		Result.Path(1, 2):        "ohItemClassResult[1].ohItemResult[2].result",
		NoField.Path(0, 0):       "",
	} {
		if got != want {
			t.Errorf("path %q, want %q", got, want)
		}
	}
}

// Classes come in the order of their first appearance, items in theirs.
func TestGroup(t *testing.T) {
	t.Parallel()
	var rec Record
	for _, class := range []string{"血", "尿", "血", "", "尿", "血"} {
		rec.AddItem().At(ItemClassName).Text = class
	}
	if n := rec.Group(); n != 3 {
		t.Fatalf("%d classes, want 3", n)
	}
	var got [][2]int
	for i := range rec.Items {
		got = append(got, [2]int{rec.Items[i].Class, rec.Items[i].Index})
	}
	if want := [][2]int{{0, 0}, {1, 0}, {0, 1}, {2, 0}, {1, 1}, {0, 2}}; !slices.Equal(got, want) {
		t.Errorf("grouped as %v, want %v", got, want)
	}
}

// A record that is used again remembers nothing of the person before.
func TestReset(t *testing.T) {
	t.Parallel()
	var rec Record
	rec.Key = "K"
	rec.At(PatientName).Text = "甲"
	rec.AddHazard().At(HazardCode).Text = "1"
	rec.AddItem().At(Result).Text = "2"
	rec.Reset()
	if rec.Key != "" || !rec.At(PatientName).Blank() || len(rec.Hazards)+len(rec.Items) != 0 {
		t.Errorf("after Reset: %q %d hazards %d items", rec.Key, len(rec.Hazards), len(rec.Items))
	}
	if !rec.AddHazard().At(HazardCode).Blank() || !rec.AddItem().At(Result).Blank() {
		t.Error("a new row begins with the values of an old one")
	}
}

// Two values that share a chain do not write into each other.
func TestDeriveDoesNotShare(t *testing.T) {
	t.Parallel()
	shared := make([]Step, 1, 8)
	a, b := Value{Steps: shared}, Value{Steps: shared}
	a.Derive(StepDerived, "1", "甲")
	b.Derive(StepConstant, "2", "乙")
	if a.Steps[1].To != "1" || !a.Has(StepDerived) || a.Has(StepConstant) || b.Text != "2" {
		t.Errorf("%+v %+v", a, b)
	}
}

func TestEnumerationsAreTheDocuments(t *testing.T) {
	t.Parallel()
	for e, want := range map[EnumID]string{
		EnumPeFlag: "0 1", EnumSex: "1 2", EnumIDType: "01 02 03 04 05 06 07 99", EnumSmoking: "1 2 3 4", EnumProtective: "1 2 3 4",
		EnumRadiograph: "0 1 2 3", EnumIsMain: "1 0", EnumSymbol: "0 1", EnumResultFlag: "0 1 3", EnumNone: "",
	} {
		var got []string
		for _, x := range e.Entries() {
			got = append(got, x.Code)
			if e.Name(x.Code) != x.Name || x.Name == "" {
				t.Errorf("enumeration %d: %q is called %q", e, x.Code, e.Name(x.Code))
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("enumeration %d has %v, want %s", e, got, want)
		}
	}
	sure, doubtful := SymbolCodes()
	if len(sure) != 27 || len(doubtful) != 2 || slices.Contains(sure, "4080900") {
		t.Errorf("symbol codes: %d sure, %v doubtful", len(sure), doubtful)
	}
}
