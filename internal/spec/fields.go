package spec

import "sync"

// allFields is the table of the specification. Reader, template, data.json,
// checks and documents are all driven by it; nothing about a field stands
// anywhere else. It is shared: whoever hands it out copies it.
var allFields = sync.OnceValue(func() *[endItem]Field {
	all := new([endItem]Field)
	for _, rows := range [][]Field{basicFields(), exposureFields(), reportFields(), historyFields(), helperFields(), hazardFields(), itemFields()} {
		for _, f := range rows {
			all[f.ID] = f
		}
	}
	return all
})

const (
	clausePerson  = "3.1 体检基本信息"
	clauseHistory = "3.1 个人生活史"
	clauseHazard  = "3.1 接触相关危害因素信息"
	clauseClass   = "3.1 体检项目分类小结"
	clauseItem    = "3.1 体检项目结果"
)

func basicFields() []Field {
	const s, c = SectionPerson, clausePerson
	return []Field{
		{ID: OhOrgCode, Key: "ohOrgCode", Label: "职业健康检查机构编码", Aliases: []string{"职业健康检查机构-编码", "检查机构编码", "体检机构编码"}, Section: s, Kind: KindDigits, Required: true, Clause: c, Note: "登录省平台系统管理查看；通常写在配置 institution.ohOrgCode 里"},
		{ID: EmpOrgName, Key: "empOrgName", Label: "用人单位名称", Aliases: []string{"用人单位"}, Section: s, Kind: KindText, Required: true, Clause: c},
		{ID: EmpOrgBizCode, Key: "empOrgBizCode", Label: "用人单位统一社会信用代码", Aliases: []string{"用人单位社会信用代码", "用人单位信用代码"}, Section: s, Kind: KindIdentity, Clause: c, Note: "18 位统一社会信用代码（GB 32100-2015）"},
		{ID: PeFlag, Key: "peFlag", Label: "初复检标识", Aliases: []string{"初复检", "初检/复检标志", "初复检标志", "检查标识"}, Section: s, Kind: KindEnum, Enum: EnumPeFlag, Required: true, Clause: c, Note: "0 初检；1 复查"},
		{ID: PeDate, Key: "peDate", Label: "体检日期", Aliases: []string{"体检时间", "检查日期"}, Section: s, Kind: KindDate, Required: true, Clause: c, Note: "YYYY-MM-DD"},
		{ID: PatientName, Key: "patientName", Label: "姓名", Aliases: []string{"体检人姓名", "受检人姓名", "劳动者姓名"}, Section: s, Kind: KindText, Required: true, Clause: c},
		{ID: IDType, Key: "idType", Label: "证件类型", Aliases: []string{"证件类型代码", "证件种类"}, Section: s, Kind: KindEnum, Enum: EnumIDType, Required: true, Clause: "3.1 体检基本信息；4.2", Note: "空白时，号码为有效的居民身份证号则视为 01"},
		{ID: IDCard, Key: "idcard", Label: "身份证号", Aliases: []string{"证件号", "证件号码", "身份证号码", "身份证"}, Section: s, Kind: KindIdentity, Required: true, Clause: c, Note: "居民身份证按 GB 11643-1999 校验；单元格须为文本格式"},
		{ID: SexCode, Key: "sexCode", Label: "性别", Aliases: []string{"性别代码"}, Section: s, Kind: KindEnum, Enum: EnumSex, Required: true, Clause: c, Note: "1 男；2 女；证件有效时可空白"},
		{ID: Birthday, Key: "birthday", Label: "出生日期", Aliases: []string{"出生年月日", "生日"}, Section: s, Kind: KindDate, Required: true, Clause: c, Note: "YYYY-MM-DD；证件有效时可空白"},
		{ID: Age, Key: "age", Label: "年龄", Section: s, Kind: KindNumber, Required: true, Clause: c, Note: "周岁；证件有效时可空白"},
		{ID: EmpPhone, Key: "empPhone", Label: "联系电话", Aliases: []string{"手机号", "电话", "手机", "联系方式"}, Section: s, Kind: KindDigits, Required: true, Clause: c},
		{ID: EmergencyContact, Key: "emergencyContact", Label: "紧急联系人", Section: s, Kind: KindText, Clause: c},
		{ID: EmergencyContactNumber, Key: "emergencyContactNumber", Label: "紧急联系电话", Aliases: []string{"紧急联系人电话"}, Section: s, Kind: KindDigits, Clause: c},
	}
}

func exposureFields() []Field {
	const s, c = SectionPerson, clausePerson
	return []Field{
		{ID: HazardNames, Key: "hazardNames", Label: "体检危害因素", Aliases: []string{"体检的职业病危害因素名称", "体检的职业病危害因素名称-名称", "体检的危害因素名称", "体检危害因素名称"}, Section: s, Kind: KindNameList, Required: true, Dict: DictHazard, Clause: c, Note: "由「危害因素」表推出；有此列时只作比对"},
		{ID: HazardOther, Key: "hazardOther", Label: "体检其他危害因素", Aliases: []string{"体检的其他危害因素的具体名称", "体检的其他危害因素", "体检其他危害因素名称"}, Section: s, Kind: KindText, Clause: c, Note: "体检的危害因素包含「其他」时必填"},
		{ID: ContactHazardCode, Key: "contactHazardCode", Label: "接触危害因素", Aliases: []string{"接触的危害因素代码", "接触危害因素代码", "接触的危害因素", "接触危害因素编码"}, Section: s, Kind: KindCodeList, Dict: DictHazard, Required: true, Clause: c, Note: "多个用、分隔；应包含体检的危害因素"},
		{ID: ContactHazardOther, Key: "contactHazardOther", Label: "接触其他危害因素", Aliases: []string{"接触的其他危害因素的具体名称", "接触具体的其他危害因素", "接触其他危害因素名称"}, Section: s, Kind: KindText, Clause: c, Note: "接触的危害因素包含「其他」时必填"},
		{ID: TypeOfWorkCode, Key: "typeOfWorkCode", Label: "工种", Aliases: []string{"工种-编码", "工种编码", "工种编号", "工种代码"}, Section: s, Kind: KindCode, Dict: DictTypeOfWork, Required: true, Clause: c, Note: "主动监测按用工单位行业选工种；常规监测只能用常规监测工种"},
		{ID: TypeOfWorkOther, Key: "typeOfWorkOther", Label: "其他工种", Aliases: []string{"具体其他工种名称", "其他具体工种", "其他工种名称"}, Section: s, Kind: KindText, Clause: c, Note: "工种为 00-14、00-33、99-990、99-9999 时必填"},
		{ID: EmployerEnterpriseName, Key: "employerEnterpriseName", Label: "用工单位名称", Aliases: []string{"用工单位"}, Section: s, Kind: KindText, Required: true, Clause: c, Note: "用人单位为人力资源服务（726）时不得与用人单位相同"},
		{ID: EmployerCreditCode, Key: "employerCreditCode", Label: "用工单位统一社会信用代码", Aliases: []string{"用工单位社会信用代码", "用工单位信用代码"}, Section: s, Kind: KindIdentity, Required: true, Clause: c},
	}
}

func reportFields() []Field {
	const s, c = SectionPerson, clausePerson
	return []Field{
		{ID: PreparerName, Key: "preparerName", Label: "填表人姓名", Aliases: []string{"填表人", "填表人名称"}, Section: s, Kind: KindText, Required: true, Clause: c},
		{ID: PreparerPhone, Key: "preparerPhone", Label: "填表人电话", Aliases: []string{"填表人手机号", "填表人联系电话"}, Section: s, Kind: KindDigits, Required: true, Clause: c},
		{ID: PreparerDate, Key: "preparerDate", Label: "报告出具日期", Aliases: []string{"报告日期", "体检报告时间"}, Section: s, Kind: KindDate, Required: true, Clause: c, Note: "YYYY-MM-DD"},
		{ID: ReportOrgName, Key: "reportOrgName", Label: "检查单位名称", Aliases: []string{"检查单位", "体检机构名称"}, Section: s, Kind: KindText, Required: true, Clause: c, Note: "登录省平台系统管理查看；通常写在配置 institution.reportOrgName 里"},
		{ID: Propose, Key: "propose", Label: "备注", Section: s, Kind: KindText, Clause: c},
		{ID: ProtectiveEquipmentCode, Key: "protectiveEquipmentCode", Label: "防护用品佩戴情况", Aliases: []string{"防护用品佩戴情况代码", "防护用品"}, Section: s, Kind: KindEnum, Enum: EnumProtective, Clause: "3.1 体检基本信息；4.4", Note: "监测种类为主动监测时必填"},
	}
}

func historyFields() []Field {
	const s, c = SectionHistory, clauseHistory
	return []Field{
		{ID: SmokingStatus, Key: "smokingStatus", Label: "吸烟情况", Aliases: []string{"目前吸烟情况代码", "目前吸烟情况", "吸烟情况代码"}, Section: s, Kind: KindEnum, Enum: EnumSmoking, Required: true, Clause: "3.1 个人生活史；4.3"},
		{ID: PersonalHistoryYear, Key: "personalHistoryYear", Label: "吸烟史年", Aliases: []string{"吸烟史-年", "吸烟史（年）"}, Section: s, Kind: KindNumber, Required: true, Clause: c},
		{ID: PersonalHistoryMonth, Key: "personalHistoryMonth", Label: "吸烟史月", Aliases: []string{"吸烟史-月", "吸烟史（月）"}, Section: s, Kind: KindNumber, Required: true, Clause: c, Note: "小于等于 11 的整数"},
		{ID: DailySmokingVolum, Key: "dailySmokingVolum", Label: "平均每天吸烟量", Aliases: []string{"平均每天吸烟量（支）", "每天吸烟量", "日吸烟量"}, Section: s, Kind: KindNumber, Required: true, Clause: c, Note: "支"},
	}
}

func helperFields() []Field {
	const s, c = SectionHelper, clausePerson
	return []Field{
		{ID: ExamKey, Key: "examKey", Label: "体检编号", Aliases: []string{"体检号", "体检编码", "体检流水号"}, Section: s, Kind: KindKey, Clause: "", Note: "三张表以此相连，不上传"},
		{ID: EmpOrgIndustry, Key: "empOrgIndustry", Label: "用人单位行业代码", Aliases: []string{"用人单位行业", "用人单位行业类别"}, Section: s, Kind: KindText, Clause: c, Note: "只用于校验，不上传"},
		{ID: EmployerIndustry, Key: "employerIndustry", Label: "用工单位行业代码", Aliases: []string{"用工单位行业", "用工单位行业类别"}, Section: s, Kind: KindText, Clause: c, Note: "只用于校验，不上传"},
	}
}

func hazardFields() []Field {
	const s, c = SectionHazard, clauseHazard
	return []Field{
		{ID: CareTypeCode, Key: "careTypeCode", Label: "监护种类", Aliases: []string{"监护种类代码", "体检类型", "在岗状态"}, Section: s, Kind: KindCode, Dict: DictCareType, Required: true, Clause: c, Note: "同一人各危害因素须一致"},
		{ID: HazardCode, Key: "hazardCode", Label: "危害因素", Aliases: []string{"危害因素代码", "体检危害因素代码", "危害因素编码", "危害因素名称"}, Section: s, Kind: KindCode, Dict: DictHazard, Required: true, Clause: c},
		{ID: MonitorTypeCode, Key: "monitorTypeCode", Label: "监测种类", Aliases: []string{"职业危害监测种类代码", "监测种类代码", "监测类型", "监测类型代码"}, Section: s, Kind: KindCode, Dict: DictMonitorType, Required: true, Clause: c},
		{ID: ResultOptionCode, Key: "resultOptionCode", Label: "体检结论", Aliases: []string{"体检结论代码", "结论", "体检结论编码"}, Section: s, Kind: KindCode, Dict: DictResultOption, Required: true, Clause: c},
		{ID: OccDiseaseCode, Key: "occDiseaseCode", Label: "疑似职业病", Aliases: []string{"职业病代码", "疑似职业病代码", "疑似职业病名称"}, Section: s, Kind: KindCode, Dict: DictOccuDisease, Clause: c, Note: "结论为疑似职业病时必填，其他结论不可填"},
		{ID: OtherContent, Key: "otherContent", Label: "其他疾病或异常", Aliases: []string{"其他疾病或异常名称"}, Section: s, Kind: KindText, Clause: c, Note: "结论为职业禁忌证、其他疾病或异常时必填"},
		{ID: IsMain, Key: "isMain", Label: "是否主要粉尘", Aliases: []string{"是否位主要粉尘", "是否为主要粉尘", "主要粉尘"}, Section: s, Kind: KindEnum, Enum: EnumIsMain, Clause: c, Note: "多种粉尘时标出一个主要粉尘"},
		{ID: HazardStartDate, Key: "hazardStartDate", Label: "开始接害日期", Section: s, Kind: KindDate, Clause: c, Note: "上岗前非必填，其余必填"},
		{ID: HazardYear, Key: "hazardYear", Label: "接害工龄年", Aliases: []string{"实际接害工龄-年", "实际接害工龄年", "接害工龄（年）"}, Section: s, Kind: KindNumber, Clause: c, Note: "上岗前非必填，其余必填；0 是值"},
		{ID: HazardMonth, Key: "hazardMonth", Label: "接害工龄月", Aliases: []string{"实际接害工龄-月", "实际接害工龄月", "接害工龄（月）"}, Section: s, Kind: KindNumber, Clause: c, Note: "上岗前非必填，其余必填；0 是值"},
		{ID: HazardDay, Key: "hazardDay", Label: "接害工龄日", Aliases: []string{"实际接害工龄-日", "实际接害工龄日", "接害工龄（日）"}, Section: s, Kind: KindNumber, Clause: c, Note: "上岗前非必填，其余必填；0 是值"},
		{ID: EnterpriseName, Key: "enterpriseName", Label: "单位名称", Aliases: []string{"接触单位名称", "疑似职业病单位名称"}, Section: s, Kind: KindText, Clause: c, Note: "上岗前且疑似职业病时必填"},
		{ID: EnterpriseBizCode, Key: "enterpriseBizCode", Label: "单位统一社会信用代码", Aliases: []string{"统一社会信用代码", "单位信用代码"}, Section: s, Kind: KindIdentity, Clause: c, Note: "上岗前且疑似职业病时必填"},
	}
}

func itemFields() []Field {
	const s, c = SectionItem, clauseItem
	return []Field{
		{ID: ItemClassName, Key: "itemClassName", Label: "项目分类", Aliases: []string{"项目分类名称", "体检项目分类"}, Section: s, Kind: KindText, Required: true, Clause: clauseClass},
		{ID: ItemCode, Key: "itemCode", Label: "项目", Aliases: []string{"项目代码", "体检项目代码", "项目编码", "体检项目", "项目名称"}, Section: s, Kind: KindCode, Dict: DictItem, Required: true, Clause: c},
		{ID: DataVersion, Key: "dataVersion", Label: "符号", Aliases: []string{"符号代码"}, Section: s, Kind: KindEnum, Enum: EnumSymbol, Clause: c, Note: "0 代表 =，1 代表 <；只有规定的项目可填"},
		{ID: Result, Key: "result", Label: "检查结果", Aliases: []string{"检查（所见）结果", "检查所见结果", "结果"}, Section: s, Kind: KindResult, Required: true, Clause: c},
		{ID: UpperLimit, Key: "upperLimit", Label: "参考上限", Aliases: []string{"参考范围上限", "参数范围上限"}, Section: s, Kind: KindLimit, Clause: c, Note: "数值型项目必填"},
		{ID: LowerLimit, Key: "lowerLimit", Label: "参考下限", Aliases: []string{"参考范围下限", "参数范围下限"}, Section: s, Kind: KindLimit, Clause: c, Note: "数值型项目必填"},
		{ID: Unit, Key: "unit", Label: "计量单位", Aliases: []string{"单位"}, Section: s, Kind: KindText, Clause: c, Note: "平台按各机构健康指标校验"},
		{ID: ResultFlag, Key: "resultFlag", Label: "是否异常", Aliases: []string{"异常标志", "是否正常"}, Section: s, Kind: KindEnum, Enum: EnumResultFlag, Required: true, Clause: c, Note: "0 正常；1 异常；3 未检查；胸片类可空白"},
		{ID: RadiographResult, Key: "radiographResult", Label: "胸片结果", Aliases: []string{"胸片检查结果代码", "胸片检查结果", "胸片结果代码"}, Section: s, Kind: KindEnum, Enum: EnumRadiograph, Clause: "3.1 体检项目结果；4.1", Note: "胸片类项目必填"},
	}
}

// The column orders of the standard workbook are those of help: 约定 6, which differ from
// the order of data.json.

func personColumns() []FieldID {
	return []FieldID{ExamKey, OhOrgCode, EmpOrgName, EmpOrgBizCode, EmpOrgIndustry, PeDate, PeFlag, PatientName, SexCode, IDType, IDCard,
		EmpPhone, Birthday, Age, EmergencyContact, EmergencyContactNumber, HazardNames, HazardOther, ContactHazardCode, ContactHazardOther,
		TypeOfWorkCode, TypeOfWorkOther, EmployerEnterpriseName, EmployerCreditCode, EmployerIndustry, PreparerName, PreparerPhone,
		PreparerDate, ReportOrgName, Propose, ProtectiveEquipmentCode, SmokingStatus, PersonalHistoryYear, PersonalHistoryMonth, DailySmokingVolum}
}

func hazardColumns() []FieldID {
	return []FieldID{ExamKey, HazardCode, IsMain, CareTypeCode, ResultOptionCode, MonitorTypeCode, OccDiseaseCode, OtherContent,
		EnterpriseName, EnterpriseBizCode, HazardStartDate, HazardYear, HazardMonth, HazardDay}
}

func itemColumns() []FieldID {
	return []FieldID{ExamKey, ItemClassName, ItemCode, Result, DataVersion, ResultFlag, LowerLimit, UpperLimit, Unit, RadiographResult}
}
