package rules

import "hbupload/internal/spec"

func hazardRules() []Rule {
	const c = clauseHazard
	return []Rule{
		form(spec.HazardRequired, c+" · ohEmpHazard", "没有任何危害因素", "在危害因素表里为此人至少填写一行"),
		form(spec.HazardDuplicate, beyond, "危害因素的同一行出现了两次", "删去重复的一行"),
		warning(spec.HazardTwoConclusions, beyond, "同一危害因素有两个不同的结论", "核对体检结论"),
		stated(spec.MainDust, c+" · isMain", "多种粉尘须标出且只标一个主要粉尘", "在是否主要粉尘里只给一种粉尘填“是”"),
		warning(spec.MainNotDust, beyond+" · isMain", "标为主要粉尘的危害因素不是粉尘", "核对是否主要粉尘"),
		stated(spec.CareTypeConsistent, "3.2 · careTypeCode", "同一人各危害因素的监护种类须一致", "把监护种类改成一致；不同监护种类须分成两次体检"),
		warning(spec.MonitorTypeMixed, beyond+" · monitorTypeCode", "同一人的危害因素有不同的监测种类", "核对监测种类"),
		stated(spec.SuspectedDiseaseRequired, c+" · occDiseaseCode", "结论为疑似职业病，须填疑似职业病代码", "填写疑似职业病"),
		stated(spec.DiseaseNotAllowed, c+" · occDiseaseCode", "结论不是疑似职业病，不可填疑似职业病代码", "清空疑似职业病，或更正体检结论"),
		stated(spec.OtherContentRequired, c+" · otherContent", "结论为职业禁忌证或其他疾病或异常，须写明内容", "填写其他疾病或异常"),
		warning(spec.OtherContentMatches, c+" · otherContent", "其他疾病或异常与疑似职业病的名称不同", "改成该职业病的名称，或留空由程序填写"),
		stated(spec.PrejobSuspectedEmployer, c+" · enterpriseName、enterpriseBizCode", "上岗前且结论为疑似职业病，须填原接触单位", "填写单位名称和单位统一社会信用代码"),
		stated(spec.ExposureRequired, c+" · hazardStartDate、hazardYear/Month/Day", "非上岗前体检须填接害日期和工龄", "填写开始接害日期和接害工龄的年、月、日（0 也要填）"),
		warning(spec.ExposureRange, beyond, "接害工龄不合理", "核对接害工龄：月 0–11，日 0–30，总长不超过开始接害日期至体检日期"),
	}
}

func itemRules() []Rule {
	const c = clauseItem
	return []Rule{
		form(spec.ItemRequired, c+" · ohItemResult", "没有任何体检项目结果", "在体检项目表里为此人至少填写一行"),
		warning(spec.ItemRepeated, beyond, "同一项目的同一结果出现了两次，只上传一次", "删去多余的一行"),
		identity(spec.ItemDuplicate, beyond, "同一项目有两行不同的结果", "核对报告，留下其中一行，或更正项目代码（确要都上传时可设为 warning）"),
		warning(spec.ItemClassMatches, beyond+" · itemClassName", "项目分类与字典不同", "改成字典里的分类，或留空由程序填写"),
		stated(spec.NumericResult, "V3.5；"+c+" · result", "数值型项目的结果须为数字，也不能带接口不能上传的符号", "核对报告；接口不能上传该符号时，请向平台确认填法"),
		warning(spec.NumericSuspected, beyond, "可能是数值型项目：有计量单位却没有参考范围，或结果带符号", "核对报告，补上参考范围，或在 spec.numeric_items 里登记（add 是数值型，remove 不是）"),
		stated(spec.UnitMatches, "V3.5；"+c+" · unit", "计量单位与本机构项目表不一致", "改成项目表里的计量单位"),
		warning(spec.UnitRequired, beyond+" · unit", "数值型项目没有计量单位", "填写计量单位"),
		stated(spec.LimitsRequired, c+" · upperLimit、lowerLimit", "数值型项目的参考上下限不可为空", "填写参考上限和参考下限，或在 spec.items_file 的项目表里登记"),
		warning(spec.LimitsOrder, beyond, "参考下限大于参考上限", "核对参考范围"),
	}
}

func resultRules() []Rule {
	const c = clauseItem
	return []Rule{
		stated(spec.SymbolRequired, c+" · dataVersion", "此项目须填符号代码（0 为 =，1 为 <）", "填写符号，或把结果写成数字或 <数字"),
		form(spec.SymbolConflict, beyond+" · dataVersion", "符号一栏与结果里的符号矛盾", "改成一致"),
		stated(spec.SymbolNotAllowed, "3.2 · dataVersion", "此项目不可填写符号代码", "清空符号"),
		warning(spec.FlagMatchesLimits, beyond+" · resultFlag", "是否异常与参考范围不符", "核对结果、参考范围和是否异常"),
		warning(spec.FlagMatchesRadiogr, beyond+" · resultFlag", "是否异常与胸片结果不符", "核对胸片结果和是否异常"),
		warning(spec.NotExaminedMismatch, beyond+" · resultFlag", "结果与“未检查”矛盾", "核对结果；未检查的项目填 3"),
		stated(spec.RadiographRequired, "V3.5；"+c+" · radiographResult；4.1", "胸片类项目须填胸片结果", "填写胸片结果（0–3）"),
		warning(spec.RadiographNotAllowed, beyond+" · radiographResult", "不是胸片的项目填了胸片结果", "清空胸片结果；确为胸片时在 spec.radiograph_items.add 里登记"),
		warning(spec.RadiographSuspected, beyond+" · radiographResult", "放射摄片类项目，名称看不出是否胸片", "在 spec.radiograph_items 里登记（add 是胸片，remove 不是）"),
	}
}
