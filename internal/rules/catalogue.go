package rules

import "hbupload/internal/spec"

// Classes of errors (help: 接口读法): why an error is one.
const (
	ClassStated   = "a" // the document states it
	ClassForm     = "b" // data.json would not be well formed without it
	ClassIdentity = "c" // it guards a person's identity or the wholeness of the input
)

// Rule is one line of the catalogue.
type Rule struct {
	ID       spec.RuleID
	Severity spec.Severity // the default
	Class    string        // "a", "b" or "c" for errors, "" for warnings, ClassSense
	Clause   string        // the document's clause, or that there is none
	Summary  string        // what it asks, one Chinese line
	Fix      string        // what to do, Chinese
}

// The clauses most rules stand in.
const (
	clausePerson  = "3.1 体检基本信息"
	clauseHistory = "3.1 个人生活史"
	clauseHazard  = "3.1 接触相关危害因素信息"
	clauseItem    = "3.1 体检项目结果"
)

// Catalogue lists every rule in the order of help: 接口读法 4, those of the whole input
// first.
func Catalogue() []Rule {
	var all []Rule
	for _, part := range [][]Rule{inputRules(), cellRules(), generalRules(), personRules(), workRules(), historyRules(), hazardRules(), itemRules(), resultRules(), senseRules()} {
		all = append(all, part...)
	}
	return all
}

// Find is the rule of an id.
func Find(id spec.RuleID) (Rule, bool) {
	for _, r := range Catalogue() {
		if r.ID == id {
			return r, true
		}
	}
	return Rule{}, false
}

func stated(id spec.RuleID, clause, summary, fix string) Rule {
	return Rule{ID: id, Severity: spec.Error, Class: ClassStated, Clause: clause, Summary: summary, Fix: fix}
}

func form(id spec.RuleID, clause, summary, fix string) Rule {
	return Rule{ID: id, Severity: spec.Error, Class: ClassForm, Clause: clause, Summary: summary, Fix: fix}
}

func identity(id spec.RuleID, clause, summary, fix string) Rule {
	return Rule{ID: id, Severity: spec.Error, Class: ClassIdentity, Clause: clause, Summary: summary, Fix: fix}
}

func warning(id spec.RuleID, clause, summary, fix string) Rule {
	return Rule{ID: id, Severity: spec.Warning, Clause: clause, Summary: summary, Fix: fix}
}

// beyond stands for a clause where the document states none: what a careful
// reviewer of it asks, or what guards the input as a whole.
const beyond = "规范未写明"

func inputRules() []Rule {
	return []Rule{
		identity(spec.RowOrphan, beyond, "子表的体检编号在体检信息表里没有", "补上此人的体检信息，或更正这一行的体检编号"),
		identity(spec.KeyDuplicate, beyond, "一个体检编号出现在内容不同的多行体检信息上", "每人一行；更正重复的体检编号，或删去多余的行"),
		identity(spec.CellErrorRule, beyond, "单元格是错误值（#N/A、#REF! 等）", "在表格里修正公式或直接填写内容"),
		identity(spec.FormulaUncached, beyond, "公式没有保存计算结果", "用表格软件打开并保存一次，或把公式粘贴成数值"),
		identity(spec.BeyondHeader, beyond, "文本文件里这一行的内容超出了最后一个列名", "把含逗号的内容用英文双引号括起来，或请体检系统改为导出 xlsx"),
		identity(spec.ColumnConflict, beyond, "两列是同一项内容，这一行写得不同", "核对后改成一致，或删去不用的一列"),
		identity(spec.IdentityDuplicate, beyond, "同一人同一次体检出现在两个体检编号下，且内容不同", "把两条合并到一个体检编号下：体检信息只留一行，危害因素和体检项目的体检编号都改成它"),
		warning(spec.IdentityRepeated, beyond, "同一人同一次体检重复出现，内容相同", "第二条不会再传；可从导出文件里删去"),
		identity(spec.IdentityCollision, beyond, "同一证件号、同一次体检有两个姓名", "核对姓名和证件号；确为同一人改名时运行 hbupload resolve 体检编号 --same-person"),
		identity(spec.KeyIdentity, beyond, "此体检编号以前以另一个证件号或体检日期上传过", "核对后用 --resend changed 重传，并请平台删除旧记录"),
		warning(spec.IdentitySameDay, beyond, "同一人同一天有两次监护种类不同的体检（例如离岗时和上岗前）", "核对确是两次体检；两条都会上传"),
		warning(spec.AnswerUnclear, beyond, "工作簿里的一个回答不清楚，没有采用", "在提示的格子里改好这个回答"),
		warning(spec.CodeBook, beyond, "代码对照.xlsx 里的一行有误，没有使用", "在 代码对照.xlsx 里改正或删去这一行"),
	}
}

// cellRules are those of help: 接口读法 3: cells that are not what they seem.
func cellRules() []Rule {
	return []Rule{
		identity(spec.AutoConverted, beyond, "表格软件把内容改成了日期或时间", "对照报告，把单元格设为文本格式后重新填写"),
		identity(spec.DamagedText, beyond, "文字在导出或转换时损坏", "对照原件重新填写"),
		stated(spec.NullWord, clauseGeneral, "必填项里是 NULL、nan、undefined 等表示“没有”的词", "填写内容，没有的留空；导出总是这样写时，在映射文件的 blank 里登记这个词"),
		stated(spec.Placeholder, clauseGeneral, "还是“请填写”之类的占位文字", "填写内容，没有的留空；来自映射文件或配置的，请在那里改"),
		identity(spec.PrecisionLost, beyond, "代码、号码或编号被存成数字，末几位已经丢失", "把整列设为文本格式后，重新录入或重新导出"),
	}
}

const clauseGeneral = "3.1"

func generalRules() []Rule {
	const clause = clauseGeneral
	return []Rule{
		stated(spec.Required, clause, "必填项为空", "填写此单元格"),
		stated(spec.DateFormat, clause, "无法识别的日期", "按 2023-01-05 的格式填写"),
		stated(spec.NumberFormat, clause, "不是数字，或小于 0", "填写不小于 0 的数字"),
		stated(spec.Enum, "3.1；4.1–4.4", "不是规范代码表里的值", "填写代码表中的代码或名称"),
		stated(spec.UnknownCode, "2.3；3.1", "不在下载的字典里", "改成字典里的代码或名称（hbupload dict search 可查），或在配置 aliases 里登记这个写法"),
		form(spec.AmbiguousName, beyond, "一个名称对应字典里的多个条目", "改填代码"),
	}
}

func personRules() []Rule {
	const c = clausePerson
	return []Rule{
		warning(spec.USCCChecksum, beyond+" · GB 32100-2015", "统一社会信用代码不合 GB 32100-2015", "对照营业执照核对这 18 位代码"),
		warning(spec.DateOrder, beyond, "日期先后不合理", "核对这个日期"),
		warning(spec.SexMatchesIDCard, beyond+" · sexCode", "性别与身份证号第 17 位不符", "核对性别和身份证号"),
		stated(spec.IDCardChecksum, c+" · idcard（GB 11643-1999）", "身份证号不合 GB 11643-1999", "对照证件核对号码"),
		identity(spec.IDCardPrecisionLost, c+" · idcard", "身份证号被存成数字，末几位已经丢失", "把整列设为文本格式后，重新录入或重新导出号码"),
		warning(spec.IDCardTwoNames, beyond+" · idcard", "同一证件号在不同日期有两个姓名", "核对姓名和证件号"),
		warning(spec.PhoneFormat, beyond+" · empPhone", "不像手机号或固定电话号码", "核对联系电话"),
		warning(spec.BirthdayMatchesIDCard, beyond+" · birthday", "出生日期与身份证号不符", "核对出生日期和身份证号"),
		warning(spec.AgeMatchesDates, beyond+" · age", "年龄不等于出生日期到体检日期的周岁", "核对年龄，或留空由程序计算"),
		warning(spec.HazardNamesMatch, beyond+" · hazardNames", "体检危害因素一栏与危害因素表不一致", "核对两处；上传以危害因素表为准"),
		stated(spec.HazardOtherRequired, c+" · hazardOther", "体检的危害因素含“其他”，须写明具体名称", "填写体检其他危害因素"),
		warning(spec.HazardOtherSuspect, beyond+" · hazardOther、contactHazardOther", "危害因素名称含“其他”，但没有写明具体名称", "核对：如是没有单列的危害因素，写明具体名称；不是时在 spec.other_codes.remove 里登记"),
		stated(spec.ContactCoversExamined, c+" · contactHazardCode", "接触的危害因素没有包含全部体检的危害因素", "把缺少的危害因素补进接触危害因素"),
		stated(spec.ContactOtherRequired, c+" · contactHazardOther", "接触的危害因素含“其他”，须写明具体名称", "填写接触其他危害因素"),
		stated(spec.ProtectiveRequired, c+" · protectiveEquipmentCode", "主动监测必须填写防护用品佩戴情况", "填写防护用品佩戴情况（1–4）"),
	}
}

func workRules() []Rule {
	const c = clausePerson
	return []Rule{
		stated(spec.WorkTypeMonitor, c+" · typeOfWorkCode", "工种不适用于此监测种类", "换成字典里适用于此监测种类的工种"),
		stated(spec.WorkTypeIndustry, c+" · typeOfWorkCode", "主动监测的工种与用工单位行业不符", "按用工单位行业选择工种，或更正用工单位行业代码"),
		warning(spec.IndustryUncomparable, beyond+" · typeOfWorkCode", "用工单位行业与工种的适用行业不都是代码，无法比较", "把用工单位行业填成代码，或核对工种是否适用"),
		warning(spec.IndustryMissing, beyond+" · typeOfWorkCode", "主动监测没有用工单位行业，无法核对工种", "填写用工单位行业代码"),
		stated(spec.WorkTypeOtherRequired, c+" · typeOfWorkOther", "工种为“其他”，须写明具体工种", "填写其他工种"),
		warning(spec.WorkTypeOtherSuspect, beyond+" · typeOfWorkOther", "工种名称含“其他”，但没有写明具体工种", "建议填写其他工种"),
		stated(spec.LabourDispatchName, "3.2 · employerEnterpriseName", "人力资源服务（726）单位的用工单位名称不能与用人单位相同", "填写实际用工单位的名称"),
		stated(spec.LabourDispatchCode, c+" · employerCreditCode", "人力资源服务（726）单位的用工单位代码不能与用人单位相同", "填写实际用工单位的统一社会信用代码"),
		warning(spec.LabourDispatchSuspect, beyond+" · employerEnterpriseName", "用人单位像劳务派遣单位，用工单位却与它相同", "核对实际用工单位；并填写用人单位行业代码"),
	}
}

func historyRules() []Rule {
	return []Rule{
		stated(spec.SmokingMonthRange, clauseHistory+" · personalHistoryMonth", "吸烟史月须为 0–11 的整数", "不足一年的月数填 0–11，满 12 个月计入年"),
		warning(spec.SmokingConsistent, beyond, "吸烟情况与吸烟史矛盾", "核对吸烟情况、吸烟史和每天吸烟量"),
		warning(spec.Fraction, beyond, "年数是小数", "改成整年，余下的填在月里"),
	}
}
