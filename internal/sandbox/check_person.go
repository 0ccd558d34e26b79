package sandbox

import (
	"strings"

	"hbupload/internal/spec"
)

// person is 体检基本信息, fields that stand alone.
func (c *checker) person() {
	p := c.rec.person
	c.require("", p, "ohOrgCode", "empOrgName", "peFlag", "peDate", "patientName", "idType", "idcard", "sexCode", "birthday", "age",
		"empPhone", "hazardNames", "contactHazardCode", "typeOfWorkCode", "employerEnterpriseName", "employerCreditCode",
		"preparerName", "preparerPhone", "preparerDate", "reportOrgName")
	for _, key := range []string{"peDate", "birthday", "preparerDate"} {
		c.date("", p, key)
	}
	c.number("", p, "age")
	c.enum("", p, "peFlag", spec.EnumPeFlag)
	c.enum("", p, "sexCode", spec.EnumSex)
	c.enum("", p, "idType", spec.EnumIDType)
	c.enum("", p, "protectiveEquipmentCode", spec.EnumProtective)
	if p["idType"] == "01" || p["idType"] == "02" {
		if fault := idcardFault(p["idcard"]); fault != "" {
			c.personal("idcard", p["idcard"]+"："+fault)
		}
	}
	for _, h := range c.rec.hazards {
		if c.d.activeMonitoring(h["monitorTypeCode"]) && p["protectiveEquipmentCode"] == "" {
			c.field("", "protectiveEquipmentCode", "在主动监测时不能为空")
		}
	}
}

// contact holds the lists of hazards against the examined ones (help: 接口读法 S6).
func (c *checker) contact() {
	p := c.rec.person
	var names, listed []string // without and with the repetitions of a hazard that has two conclusions
	other := false
	for _, h := range c.rec.hazards {
		e, _ := c.d.entry("hazard", h["hazardCode"])
		listed = append(listed, e.Name)
		if index(names, e.Name) < 0 {
			names = append(names, e.Name)
		}
		other = other || c.d.other(h["hazardCode"])
	}
	if got := p["hazardNames"]; got != strings.Join(names, c.separator) && got != strings.Join(listed, c.separator) {
		c.field("", "hazardNames", "应为体检危害因素的名称："+strings.Join(names, c.separator))
	}
	if other && p["hazardOther"] == "" {
		c.field("", "hazardOther", "在体检的危害因素包含其他时不能为空")
	}
	codes := strings.Split(p["contactHazardCode"], c.separator)
	other = false
	for i, code := range codes {
		c.code("", map[string]string{"contactHazardCode": or(code, "（空）")}, "contactHazardCode", "hazard")
		if index(codes, code) < i {
			c.field("", "contactHazardCode", "有重复的代码 "+code)
		}
		other = other || c.d.other(code)
	}
	for _, h := range c.rec.hazards {
		if index(codes, h["hazardCode"]) < 0 {
			c.field("", "contactHazardCode", "应包含体检的危害因素 "+h["hazardCode"])
		}
	}
	if other && p["contactHazardOther"] == "" {
		c.field("", "contactHazardOther", "在接触的危害因素包含其他时不能为空")
	}
}

// work is the work type: in the dictionary, of a fitting monitoring type.
func (c *checker) work() {
	p := c.rec.person
	c.code("", p, "typeOfWorkCode", "typeOfWork")
	work, _ := c.d.entry("typeOfWork", p["typeOfWorkCode"])
	fits := false
	for _, h := range c.rec.hazards {
		fits = fits || c.d.fits(work, h["monitorTypeCode"])
	}
	if !fits {
		c.field("", "typeOfWorkCode", "的工种 "+p["typeOfWorkCode"]+" 与监测种类不符")
	}
	if index(spec.OtherWorkTypes(), p["typeOfWorkCode"]) >= 0 && p["typeOfWorkOther"] == "" {
		c.field("", "typeOfWorkOther", "在工种为其他时不能为空")
	}
}

// industry holds the work type of active monitoring against the industry of the
// works, when the register knows it: two codes fit when one begins the other.
func (c *checker) industry() {
	p := c.rec.person
	work, _ := c.d.entry("typeOfWork", p["typeOfWorkCode"])
	want := industryCode(work.Industry)
	have := industryCode(c.industries[p["employerCreditCode"]])
	if want == "" || have == "" || strings.HasPrefix(want, have) || strings.HasPrefix(have, want) {
		return
	}
	for _, h := range c.rec.hazards {
		if c.d.activeMonitoring(h["monitorTypeCode"]) {
			c.field("", "typeOfWorkCode", "的工种 "+p["typeOfWorkCode"]+" 与用工单位行业不符")
		}
	}
}

// industryCode is the digits of an industry's code (GB/T 4754: C3011, 3011),
// "" for a name.
func industryCode(text string) string {
	digits := strings.TrimLeft(strings.TrimSpace(text), "ABCDEFGHIJKLMNOPQRST")
	if !reNumber.MatchString(digits) {
		return ""
	}
	return digits
}

// employer is the rule of labour agencies, for employers whose industry the
// register knows: 人力资源服务 (726) and below.
func (c *checker) employer() {
	p := c.rec.person
	if p["empOrgBizCode"] == "" || !strings.HasPrefix(industryCode(c.industries[p["empOrgBizCode"]]), "726") {
		return
	}
	if p["employerCreditCode"] == p["empOrgBizCode"] {
		c.field("", "employerCreditCode", "不能与用人单位统一社会信用代码相同（人力资源服务）")
	}
	if p["employerEnterpriseName"] == p["empOrgName"] {
		c.field("", "employerEnterpriseName", "不能与用人单位名称相同（人力资源服务）")
	}
}

// history is 个人生活史 (V3.8).
func (c *checker) history() {
	h := c.rec.history
	c.require("", h, "smokingStatus", "personalHistoryYear", "personalHistoryMonth", "dailySmokingVolum")
	c.enum("", h, "smokingStatus", spec.EnumSmoking)
	c.number("", h, "personalHistoryYear")
	c.number("", h, "dailySmokingVolum")
	switch month := h["personalHistoryMonth"]; {
	case strings.Contains(month, "."), !reNumber.MatchString(month), len(month) > 2, len(month) == 2 && month > "11":
		c.field("", "personalHistoryMonth", "应为小于等于 11 的整数")
	}
}
