package draft

import (
	"cmp"
	"strings"
	"unicode"

	"hbupload/internal/mapping/layout"
	"hbupload/internal/spec"
)

// localWords are headers under which exports carry a field, beside those that
// the standard workbook knows. The first fits best.
func localWords() map[spec.FieldID][]string {
	return map[spec.FieldID][]string{
		spec.ExamKey:                 {"流水号", "体检流水号", "登记号", "登记流水号", "体检条码", "条码号", "档案编号", "健康档案编号", "预约号", "编号", "exam_no", "exam_id", "patient_no", "reg_no", "检查号", "体检卡号", "TJBH", "TJH", "LSH", "patient_id", "pid", "person_id", "档案号", "体检档案号", "健康档案号", "体检号码"},
		spec.OhOrgCode:               {"机构编码", "医院编码", "jgbm", "org_code"},
		spec.EmpOrgName:              {"单位名称", "工作单位", "所在单位", "企业名称", "所属单位", "受检单位", "单位", "dwmc", "yrdw", "yrdwmc", "employer", "company", "company_name", "employer_name", "所属公司", "公司名称", "厂名", "派遣单位", "劳务派遣单位", "unit_name"},
		spec.EmpOrgBizCode:           {"单位信用代码", "信用代码", "统一信用代码", "统一社会信用代码", "社会信用代码", "单位统一社会信用代码", "tyshxydm", "xydm", "uscc", "credit_code", "社会统一信用代码", "单位代码", "company_code", "单位社会信用代码", "单位统一代码", "工作单位信用代码", "工作单位统一代码", "派遣单位信用代码", "派遣单位税号", "单位税号", "unit_code"},
		spec.EmpOrgIndustry:          {"行业编码", "行业", "所属行业"},
		spec.PeDate:                  {"登记日期", "体检登记日期", "到检日期", "tjrq", "exam_date", "check_date", "体检登记时间", "检查时间", "体检时间"},
		spec.PatientName:             {"人员姓名", "员工姓名", "名字", "patient_name", "xm", "name", "职工姓名", "患者姓名", "受检者姓名", "受检者"},
		spec.IDCard:                  {"身份证号码", "身份证编号", "证件编号", "sfzh", "sfzhm", "id_card", "id_no", "id_number", "card_no", "identity_no"},
		spec.EmpPhone:                {"手机号码", "移动电话", "本人电话", "电话号码", "lxdh", "sjh", "sjhm", "phone", "mobile", "telephone", "tel", "phone_no"},
		spec.ContactHazardCode:       {"接触危害因素编码", "接害因素", "接触有害因素", "接触职业病危害因素", "jcwhys", "jhys", "exposure", "接触毒物", "接触职业性有害因素", "所接触的危害因素", "contact_hazards", "contact_hazard", "接触职业病危害因素名称", "接触危害因素名称", "接触有害因素名称"},
		spec.TypeOfWorkCode:          {"作业工种", "岗位工种", "gz", "job", "job_type", "work_type", "岗位", "从事工种", "工种名称", "现工种", "job_name"},
		spec.PreparerDate:            {"报告出具时间", "报告时间", "出报告日期", "bgrq", "report_date", "报告打印日期", "报告打印时间", "总检日期", "主检日期"},
		spec.ReportOrgName:           {"体检机构", "检查机构", "体检单位", "检查机构名称", "tjjg", "jgmc", "report_org"},
		spec.SmokingStatus:           {"吸烟", "是否吸烟", "吸烟状况", "吸烟史", "xyqk", "xys", "smoking", "smoke", "smoking_status"},
		spec.Propose:                 {"主检建议", "建议", "处理意见", "zjjy", "jy", "bz", "advice", "remark", "备注说明"},
		spec.HazardCode:              {"有害因素", "体检危害因素", "体检危害因素编码", "体检危害因素名称", "职业病危害因素", "危害因素", "职业危害因素", "毒害种类", "whys", "zybwhys", "hazard", "hazards", "检查危害因素", "体检毒害因素", "hazard_factors", "hazard_factor", "exam_hazards", "接害名称", "危害因素名称", "职业病危害因素名称"},
		spec.CareTypeCode:            {"体检类型编码", "体检类别", "检查类别", "岗位状态", "岗位类别", "职业体检类别", "jhzl", "tjlx", "exam_type", "检查种类", "职业健康检查类型", "体检性质", "监护类别", "岗检类别", "职业监护类别"},
		spec.MonitorTypeCode:         {"监测类别", "监测种类名称", "jclx", "monitor_type"},
		spec.ResultOptionCode:        {"主检结论", "结论编码", "职业检结论", "检查结论", "体检结果", "tjjl", "zjjl", "conclusion", "结论分类", "总检结论", "职业健康检查结论", "jl", "zjl", "因素结论", "危害因素结论"},
		spec.OccDiseaseCode:          {"疑似职业健康编码", "疑似职业病编码"},
		spec.OtherContent:            {"其他疾病名称", "职业禁忌证名称", "职业禁忌证", "职业禁忌症", "职业禁忌", "qtyc", "其他异常", "conclusion_detail", "结论详情", "异常描述"},
		spec.HazardStartDate:         {"接害日期", "接害开始日期", "开始接触日期", "从业日期", "接害起始日期", "起止日期", "接害起止日期", "jhksrq", "exposure_start", "开始接触有害因素日期", "接触开始日期", "hazard_start", "hazard_start_date", "jhrq", "接害时间", "开始接触时间", "开始接害时间", "接害开始时间"},
		spec.HazardYear:              {"接触所监测危害因素工龄年", "接触工龄年", "接害工龄", "接触工龄", "专业工龄", "工龄", "工龄年", "jhgl", "exposure_years", "接害年限", "接触年限", "接害工龄年月", "hazard_years", "hazard_year", "接害年", "接触年"},
		spec.HazardMonth:             {"接触所监测危害因素工龄月", "接触工龄月", "工龄月", "hazard_months", "exposure_months", "接害月", "接触月", "接害时间月", "接触时间月", "接害月数", "接触月数"},
		spec.HazardDay:               {"接触所监测危害因素工龄日", "接触所监测危害因素工龄天", "接触工龄日", "工龄日", "工龄天", "hazard_days", "exposure_days", "接害日", "接害天", "接触天"},
		spec.ItemCode:                {"其他项目名称", "检查项目", "检查项目名称", "项目", "指标名称", "小项名称", "体检项目编号", "item_name", "item", "item_code", "xmmc", "xm_mc", "检验项目", "检验项目名称", "子项名称", "项目组分", "exam_item", "test_name", "test_item", "exam_name", "project_name", "item_code"},
		spec.Result:                  {"检查项目结果", "项目结果", "结果值", "检查值", "jg", "jcjg", "result_value", "value", "检验结果", "测定值", "数值", "finding", "findings", "检查所见", "所见", "描述", "result_text", "report_result"},
		spec.Unit:                    {"结果单位", "项目单位", "dw_unit", "unit_name", "jldw", "检验单位"},
		spec.LowerLimit:              {"参考范围最小值", "下限", "参考值下限", "low", "lower", "ref_low", "最小值", "参考低值", "低限"},
		spec.UpperLimit:              {"参考范围最大值", "上限", "参考值上限", "high", "upper", "ref_high", "最大值", "参考高值", "高限"},
		spec.ResultFlag:              {"合格标记", "提示", "标记", "异常提示", "高低", "结果标记", "flag", "abnormal_flag", "abnormal", "ycbz", "异常情况", "高低标志", "标志", "异常标识", "flag_name", "result_flag", "ab_flag", "positive", "提示符", "提示符号"},
		spec.PreparerName:            {"录入人", "tbr", "制表人"},
		spec.SexCode:                 {"xb", "sex", "gender"},
		spec.IDType:                  {"id_type", "zjlx"},
		spec.Birthday:                {"csrq", "birth_date", "birth", "date_of_birth", "dob"},
		spec.Age:                     {"nl"},
		spec.PersonalHistoryYear:     {"烟龄", "烟龄年", "吸烟年限", "吸烟年数", "吸烟时间", "吸烟史长", "吸烟年", "smoking_years", "yl", "smoke_years", "smoke_year"},
		spec.PersonalHistoryMonth:    {"烟龄月", "吸烟月数", "smoke_months", "smoke_month", "smoking_months", "xyy", "吸烟月"},
		spec.DailySmokingVolum:       {"日吸烟支数", "每日吸烟量", "每日吸烟支数", "每天吸烟支数", "日均吸烟量", "吸烟量", "每日支数", "支/日", "支/天", "吸烟支数", "cigarettes_per_day", "rxyl", "smoke_per_day", "cigs_per_day", "daily_smoking", "smoke_num", "smoking_num"},
		spec.ProtectiveEquipmentCode: {"防护情况", "个人防护", "防护用品使用情况"},
		spec.EmergencyContact:        {"紧急联系人姓名"},
		spec.PeFlag:                  {"first_or_recheck", "recheck_flag", "recheck", "初检复检", "复检标志", "检查性质", "cfjbs", "fcbz"},
		spec.EmployerCreditCode:      {"ygxydm", "用工信用代码", "用工单位代码", "用工单位税号", "用工单位信用代码", "实际用工单位信用代码", "实际用工单位代码"},
		spec.EmployerEnterpriseName:  {"实际用工单位", "yongdw", "劳务用工单位", "ygdw"},
	}
}

// doubtful reports whether a header may mean a field and may as well mean something
// else: it is offered in the field's question and never taken unasked.
func doubtful(word string) bool {
	switch word {
	case "登记日期", "总检日期", "主检日期":
		return true
	}
	return false
}

// wordKey is how headers are compared here: in letters without the signs that part
// words.
func wordKey(header string) string {
	key := spec.HeaderKey(header)
	for _, r := range key {
		if r > unicode.MaxASCII {
			return key
		}
	}
	return cmp.Or(strings.NewReplacer("_", "", "-", "", ".", "").Replace(key), key)
}

// rangeWords are headers of both limits in one cell.
func rangeWords() []string {
	return []string{"参考范围", "参考值", "参考区间", "正常范围", "正常值", "正常参考值", "参考值范围", "reference", "ref_range", "reference_range", "ckfw", "ckz"}
}

// againWords are headers of a column that only re-examinations fill.
func againWords() []string {
	return []string{"复检对应上次的职业健康档案编号", "对应初检编号", "初检编号", "上次体检编号"}
}

// otherHazardWords are headers of what a hazard called 其他 stands for.
func otherHazardWords() []string {
	return []string{"其他危害因素名称", "其他危害因素具体名称", "其他危害因素"}
}

// groupEnd is an end of the headers of wide item groups.
type groupEnd struct {
	id  spec.FieldID // LowerLimit: both limits
	end string
}

func groupEnds() []groupEnd {
	return []groupEnd{{spec.Result, "检查结果"}, {spec.Result, "结果值"}, {spec.Result, "结果"}, {spec.Unit, "计量单位"}, {spec.Unit, "单位"},
		{spec.LowerLimit, "参考范围"}, {spec.LowerLimit, "参考值"}, {spec.LowerLimit, "参考区间"}, {spec.LowerLimit, "正常值"},
		{spec.ResultFlag, "异常标记"}, {spec.ResultFlag, "标记"}, {spec.ResultFlag, "提示"}, {spec.ResultFlag, "标志"}}
}

// localTargets are the usual words of exports for entries of the document's
// tables and the dictionaries. They are proposed only where the dictionary has
// the target.
func localTargets(f spec.FieldID) map[string]string {
	switch f {
	case spec.CareTypeCode:
		return map[string]string{"岗前": "上岗前", "上岗": "上岗前", "入职": "上岗前", "岗中": "在岗期间", "在岗": "在岗期间", "在职": "在岗期间", "定期": "在岗期间",
			"离岗": "离岗时", "岗后": "离岗时", "应急检查": "应急"}
	case spec.ResultOptionCode:
		return map[string]string{"未见异常": "目前未见异常", "正常": "目前未见异常", "合格": "目前未见异常", "未见明显异常": "目前未见异常", "目前未见明显异常": "目前未见异常",
			"需复查": "复查", "禁忌证": "职业禁忌证", "禁忌症": "职业禁忌证", "疑似": "疑似职业病", "其他异常": "其他疾病或异常", "其他疾病": "其他疾病或异常"}
	case spec.MonitorTypeCode:
		return map[string]string{"常规": "常规监测", "主动": "主动监测"}
	case spec.SmokingStatus:
		return map[string]string{"不吸": "从不吸", "从不": "从不吸", "不吸烟": "从不吸", "无": "从不吸", "已戒": "过去吸，现在不吸", "戒烟": "过去吸，现在不吸", "已戒烟": "过去吸，现在不吸",
			"每天吸": "现在每天吸", "每天": "现在每天吸", "偶尔吸": "现在吸，但不是每天吸", "偶吸": "现在吸，但不是每天吸", "偶尔": "现在吸，但不是每天吸"}
	case spec.ResultFlag:
		return map[string]string{"合格": "正常", "不合格": "异常", "↑": "异常", "↓": "异常", "H": "异常", "L": "异常", "*": "异常", "▲": "异常", "▼": "异常", "偏高": "异常", "偏低": "异常",
			"阳性": "异常", "未见异常": "正常", "未检": "未检查", "偏高↑": "异常", "偏低↓": "异常", "↑↑": "异常", "↓↓": "异常"}
	case spec.RadiographResult:
		return map[string]string{"合格": "未见异常", "正常": "未见异常", "未检": "未检查"}
	case spec.SexCode:
		return map[string]string{"M": "男", "F": "女", "male": "男", "female": "女"}
	case spec.HazardCode, spec.ContactHazardCode:
		return map[string]string{"电焊烟": "电焊烟尘", "焊烟": "电焊烟尘", "电焊尘": "电焊烟尘", "噪音": "噪声", "硅尘": "矽尘", "二氧化硅粉尘": "矽尘", "紫外线": "紫外辐射（紫外线）",
			"手传震动": "手传振动", "粉尘（其他）": "其他粉尘"}
	}
	return nil
}

// itemWords are common names and abbreviations of examined items.
func itemWords() map[string]string {
	out := map[string]string{}
	for name, words := range map[string][]string{
		"丙氨酸氨基转移酶":   {"ALT", "GPT", "谷丙转氨酶", "谷丙", "丙氨酸转氨酶", "血清丙氨酸氨基转移酶", "SGPT"},
		"天门冬氨酸氨基转移酶": {"AST", "GOT", "谷草转氨酶", "谷草", "天冬氨酸氨基转移酶", "SGOT"},
		"白细胞计数":      {"WBC", "白细胞", "白细胞总数"},
		"红细胞计数":      {"RBC", "红细胞", "红细胞总数"},
		"血红蛋白":       {"HGB", "Hb", "血色素", "血红蛋白浓度"},
		"血小板计数":      {"PLT", "血小板", "血小板总数"},
		"中性粒细胞百分比":   {"NEUT%", "NE%", "中性粒细胞比率", "中性粒细胞比例", "中性粒细胞%"},
		"淋巴细胞百分比":    {"LYM%", "LY%", "LYMPH%", "淋巴细胞比率", "淋巴细胞比例", "淋巴细胞%"},
		"尿蛋白":        {"PRO", "U-PRO", "蛋白质（尿）"},
		"尿潜血":        {"BLD", "隐血", "尿隐血", "潜血"},
		"尿比重":        {"SG", "比重"},
		"尿白细胞":       {"LEU"},
		"酸碱度":        {"pH", "尿酸碱度"},
		"肌酐":         {"CREA", "Cr", "血肌酐", "SCr"},
		"总胆红素":       {"TBIL", "T-BIL", "血清总胆红素"},
		"葡萄糖":        {"GLU", "血糖", "空腹血糖", "血葡萄糖"},
		"收缩压":        {"SBP", "高压", "收缩压（高压）"},
		"舒张压":        {"DBP", "低压", "舒张压（低压）"},
		"乙肝表面抗原":     {"HBsAg", "乙型肝炎表面抗原"},
		"心电图":        {"ECG", "EKG", "常规心电图", "十二导联心电图", "心电", "心电图检查"},
		"腹部 B 超":     {"B超", "腹部B超", "腹部彩超", "腹部超声"},
		"身高":         {"身高（cm）"}, "体重": {"体重（kg）"},
		"内科常规检查": {"内科", "内科检查"}, "耳鼻喉科常规检查": {"耳鼻喉科", "耳鼻喉"}, "神经系统常规检查": {"神经系统", "神经科检查"},
		"左眼裸视力": {"裸眼视力左", "左眼视力"}, "右眼裸视力": {"裸眼视力右", "右眼视力"},
		"用力肺活量占预计值百分比（FVC%）": {"FVC%", "FVC"}, "一秒率（FEV1/FVC）": {"FEV1/FVC", "一秒率", "FEV1%FVC"}, "第一秒用力呼气容积占预计值百分比（FEV1%）": {"FEV1%", "FEV1"},
		"双耳高频平均听阈": {"双耳高频", "双高频平均听阈"}, "胸部正位片（DR）": {"胸片", "DR", "胸部DR", "胸部正位片", "DR胸片"}, "后前位摄片": {"后前位胸片", "后前位X线胸片"},
		"血铅": {"Pb-B", "全血铅"}, "尿铅": {"Pb-U"},
	} {
		for _, w := range words {
			out[layout.WordKey(w)] = name
		}
	}
	return out
}
