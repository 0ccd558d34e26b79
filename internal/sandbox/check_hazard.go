package sandbox

import (
	"maps"
	"strconv"

	"hbupload/internal/spec"
)

// hazards is 接触相关危害因素信息.
func (c *checker) hazards() {
	for i, h := range c.rec.hazards {
		at := "ohEmpHazard[" + strconv.Itoa(i) + "] "
		c.require(at, h, "careTypeCode", "hazardCode", "monitorTypeCode", "resultOptionCode")
		c.code(at, h, "careTypeCode", "careType")
		c.code(at, h, "hazardCode", "hazard")
		c.code(at, h, "monitorTypeCode", "hazardMonitorType")
		c.code(at, h, "resultOptionCode", "resultOption")
		c.code(at, h, "occDiseaseCode", "occuDisease")
		c.enum(at, h, "isMain", spec.EnumIsMain)
		c.date(at, h, "hazardStartDate")
		for _, key := range []string{"hazardYear", "hazardMonth", "hazardDay"} {
			c.number(at, h, key)
		}
		c.conclusion(at, h)
		c.exposure(at, h)
		if h["careTypeCode"] != c.rec.hazards[0]["careTypeCode"] {
			c.field(at, "careTypeCode", "：不同的危害因素，监护种类需要一致")
		}
		for _, before := range c.rec.hazards[:i] {
			if maps.Equal(before, h) {
				c.refuse(at + "与前面的危害因素重复")
			}
		}
	}
}

// conclusion is what a suspected disease, a contraindication or another
// finding asks for.
func (c *checker) conclusion(at string, h map[string]string) {
	result := h["resultOptionCode"]
	suspected := c.d.suspected(result)
	switch {
	case suspected && h["occDiseaseCode"] == "":
		c.field(at, "occDiseaseCode", "在体检结论为疑似职业病时不能为空")
	case !suspected && h["occDiseaseCode"] != "":
		c.field(at, "occDiseaseCode", "在体检结论不是疑似职业病时不可填")
	case suspected && h["otherContent"] == "":
		c.field(at, "otherContent", "在体检结论为疑似职业病时应为职业病名称")
	case c.d.statesOther(result) && h["otherContent"] == "":
		c.field(at, "otherContent", "在体检结论为职业禁忌证或其他疾病或异常时不能为空")
	}
	if suspected && c.d.prejob(h["careTypeCode"]) {
		for _, key := range []string{"enterpriseName", "enterpriseBizCode"} {
			if h[key] == "" {
				c.field(at, key, "在上岗前发现疑似职业病时不能为空")
			}
		}
	}
}

// exposure is required unless the examination is one before employment.
func (c *checker) exposure(at string, h map[string]string) {
	if !c.d.prejob(h["careTypeCode"]) {
		c.require(at, h, "hazardStartDate", "hazardYear", "hazardMonth", "hazardDay")
	}
}

// mainDust: with several dusts exactly one is the main one; never two.
func (c *checker) mainDust() {
	dusts := map[string]bool{}
	var mains, mainDusts int
	for _, h := range c.rec.hazards {
		dust := c.d.dust(h["hazardCode"])
		if dust {
			dusts[h["hazardCode"]] = true
		}
		if h["isMain"] == "1" {
			mains++
			if dust {
				mainDusts++
			}
		}
	}
	switch {
	case mains > 1:
		c.field("", "isMain", "：所有的危害因素只能标一个主要粉尘")
	case len(dusts) > 1 && mainDusts != 1:
		c.field("", "isMain", "：多种粉尘须标记一个主要粉尘")
	}
}

// diseases is ohOccuDisease: when sent, exactly the suspected diseases of the
// hazards, in their order (help: 接口读法 S5).
func (c *checker) diseases() {
	if c.rec.diseases == nil {
		return
	}
	var want []map[string]string
	for _, h := range c.rec.hazards {
		if c.d.suspected(h["resultOptionCode"]) {
			want = append(want, map[string]string{"hazardCode": h["hazardCode"], "diseaseCode": h["occDiseaseCode"]})
		}
	}
	same := len(want) == len(c.rec.diseases)
	for i := 0; same && i < len(want); i++ {
		same = maps.Equal(want[i], c.rec.diseases[i])
	}
	if !same {
		c.refuse("ohOccuDisease 与危害因素的疑似职业病不一致")
	}
}
