package sense

import "hbupload/internal/spec"

// The rules of this room. Each may be switched with rules: {sense-…: error|off}.
const (
	RuleRange      spec.RuleID = "sense-range"
	RuleUnit       spec.RuleID = "sense-unit"
	RulePair       spec.RuleID = "sense-pair"
	RuleAge        spec.RuleID = "sense-age"
	RuleSex        spec.RuleID = "sense-sex"
	RuleConclusion spec.RuleID = "sense-conclusion"
	RuleDisease    spec.RuleID = "sense-disease"
	RuleExpected   spec.RuleID = "sense-expected"
	RuleLate       spec.RuleID = "sense-late"
	RulePhone      spec.RuleID = "sense-phone"
	RuleSame       spec.RuleID = "sense-same-results"
	RuleTwice      spec.RuleID = "sense-examined-twice"
	RuleSmoking    spec.RuleID = "sense-smoking"
	RuleMedian     spec.RuleID = "sense-median"
)

// Rule is one line of the list that hbupload rules shows.
type Rule struct {
	ID      spec.RuleID
	Summary string
	Fix     string
}

// Rules lists the rules in the order of the manual.
func Rules() []Rule {
	return []Rule{
		{RuleRange, "结果超出可能的范围", "对照报告核对结果和小数点；确实如此可标为已核实"},
		{RuleUnit, "结果更像另一种单位", "对照报告核对结果和计量单位"},
		{RulePair, "几项结果互相矛盾", "对照报告核对这几项，是否填反或串行"},
		{RuleAge, "年龄与接害、吸烟的年数不合", "核对出生日期、开始接害日期和年数"},
		{RuleSex, "内容与性别不合", "核对性别和这一项"},
		{RuleConclusion, "体检结论与检查结果不合", "请主检医师核对结论和这一项"},
		{RuleDisease, "疑似职业病与危害因素不合", "核对疾病和危害因素"},
		{RuleExpected, "缺少这种危害因素应有的检查项目", "核对是否漏了项目；确实没有做可标为已核实"},
		{RuleLate, "报告出具晚于规定的天数", "核对体检日期和报告出具日期"},
		{RulePhone, "很多人用同一个联系电话", "填写本人的联系电话"},
		{RuleSame, "几个人的结果一模一样", "对照报告核对，是否复制了别人的结果"},
		{RuleTwice, "同一人几天之内有两次初检", "核对初复检标识和体检日期"},
		{RuleSmoking, "同一人的吸烟情况前后矛盾", "核对吸烟情况"},
		{RuleMedian, "整批结果更像另一种单位", "核对这一项的计量单位"},
	}
}

// ageWords are what a line of the kind 年龄 may speak of.
func ageWords() []string {
	return []string{ageStart, ageExposure, ageSmoking, ageCigarettes, ageExam}
}

const (
	ageStart      = "开始接害年龄"
	ageExposure   = "接害工龄起始年龄"
	ageSmoking    = "开始吸烟年龄"
	ageCigarettes = "日吸烟量"
	ageExam       = "体检年龄"
)

// batchWords are what a line of the kind 批内 may speak of.
func batchWords() []string {
	return []string{batchPhone, batchSame, batchTwice, batchSmoking, batchMedian}
}

const (
	batchPhone   = "电话重复"
	batchSame    = "结果雷同"
	batchTwice   = "重复初检"
	batchSmoking = "吸烟史矛盾"
	batchMedian  = "整体偏离"
)
