package sandbox

import (
	"strconv"
	"strings"

	"hbupload/internal/spec"
)

// items is 体检项目分类小结 and 体检项目结果.
func (c *checker) items() {
	sure, doubtful := spec.SymbolCodes()
	seen := map[string]bool{}
	classes := map[string]bool{}
	for i, cl := range c.rec.classes {
		at := "ohItemClassResult[" + strconv.Itoa(i) + "] "
		if cl.name == "" {
			c.field(at, "itemClassName", "不能为空")
		}
		if classes[cl.name] {
			c.field(at, "itemClassName", cl.name+" 重复")
		}
		classes[cl.name] = true
		for j, it := range cl.items {
			at := "ohItemClassResult[" + strconv.Itoa(i) + "].ohItemResult[" + strconv.Itoa(j) + "] "
			x := item{checker: c, at: at, m: it, urine: strings.Contains(squeeze(cl.name), "尿常规"),
				symbol: index(sure, it["itemCode"]) >= 0, maybe: index(doubtful, it["itemCode"]) >= 0}
			x.check()
			if seen[it["itemCode"]] {
				c.field(at, "itemCode", "的项目 "+it["itemCode"]+" 重复")
			}
			seen[it["itemCode"]] = true
		}
	}
}

// item is one ohItemResult under check.
type item struct {
	*checker
	at     string
	m      map[string]string
	urine  bool // its class is 尿常规, which is exempt from the numeric rules
	symbol bool // its code must carry dataVersion
	maybe  bool // its code may carry dataVersion: the page lost a digit of it
}

func (x *item) check() {
	x.require(x.at, x.m, "itemCode", "result")
	x.code(x.at, x.m, "itemCode", "item")
	x.enum(x.at, x.m, "dataVersion", spec.EnumSymbol)
	x.enum(x.at, x.m, "resultFlag", spec.EnumResultFlag)
	x.enum(x.at, x.m, "radiographResult", spec.EnumRadiograph)
	film := x.d.film(x.m["itemCode"])
	examined := x.m["resultFlag"] != spec.FlagNotExamined
	switch {
	case film && x.m["radiographResult"] == "":
		x.field(x.at, "radiographResult", "在胸片类项目中不能为空")
	case !film && x.m["resultFlag"] == "":
		x.field(x.at, "resultFlag", "不能为空")
	case x.m["dataVersion"] == "" && x.symbol && examined:
		x.field(x.at, "dataVersion", "在项目 "+x.m["itemCode"]+" 中必填")
	case x.m["dataVersion"] != "" && !x.symbol && !x.maybe:
		x.field(x.at, "dataVersion", "在项目 "+x.m["itemCode"]+" 中不可填写")
	}
	if examined {
		x.numeric()
	}
}

// numeric asks numbers of numeric items: those of the symbol list, and those
// with a limit that is a number.
func (x *item) numeric() {
	limit := reSigned.MatchString(x.m["lowerLimit"]) || reSigned.MatchString(x.m["upperLimit"])
	if !x.symbol && !x.maybe && (x.urine || !limit) {
		return
	}
	switch {
	case !reSigned.MatchString(x.m["result"]):
		x.field(x.at, "result", "应为数值")
	case x.m["lowerLimit"] == "" || x.m["upperLimit"] == "":
		x.field(x.at, "lowerLimit/upperLimit", "在数值型项目中不能为空")
	}
}
