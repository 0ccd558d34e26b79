package rules

import "hbupload/internal/spec"

// ClassSense marks what medicine, not the document, makes unlikely (help: 接口读法 4.7).
const ClassSense = "常理"

// senseRules are checked by package sense; they stand here so that every rule id
// has one list.
func senseRules() []Rule {
	const clause = "规范之外的常理检查"
	sense := func(id spec.RuleID, summary, fix string) Rule {
		return Rule{ID: id, Severity: spec.Warning, Class: ClassSense, Clause: clause, Summary: summary, Fix: fix}
	}
	return []Rule{
		sense(spec.SenseRange, "结果超出可能的范围", "对照报告核对结果和小数点"),
		sense(spec.SenseUnit, "结果更像另一种单位", "对照报告核对结果和计量单位"),
		sense(spec.SensePair, "几项结果互相矛盾", "对照报告核对这几项，是否填反或串行"),
		sense(spec.SenseAge, "年龄与接害、吸烟的年数不合", "核对出生日期、开始接害日期和年数"),
		sense(spec.SenseSex, "内容与性别不合", "核对性别和这一项"),
		sense(spec.SenseConclusion, "体检结论与检查结果不合", "请主检医师核对结论和这一项"),
		sense(spec.SenseDisease, "疑似职业病与危害因素不合", "核对疾病和危害因素"),
		sense(spec.SenseExpected, "缺少这种危害因素应有的检查项目", "核对是否漏了项目"),
		sense(spec.SenseLate, "报告出具晚于规定的天数", "核对体检日期和报告出具日期"),
		sense(spec.SensePhone, "很多人用同一个联系电话", "填写本人的联系电话"),
		sense(spec.SenseSame, "几个人的结果一模一样", "对照报告核对，是否复制了别人的结果"),
		sense(spec.SenseTwice, "同一人几天之内有两次初检", "核对初复检标识和体检日期"),
		sense(spec.SenseSmoking, "同一人的吸烟情况前后矛盾", "核对吸烟情况"),
		sense(spec.SenseMedian, "整批结果更像另一种单位", "核对这一项的计量单位"),
	}
}
