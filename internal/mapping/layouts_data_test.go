package mapping_test

import "hbupload/internal/sandbox/sample"

func firmOf(i int) sample.Firm { return sample.Firms()[i] }

// layoutA is six sheets joined by 体检编号 (testdata/layouts/a): no smoking, no 用工单位,
// no day of exposure; several hazards in a cell; conclusions apart.
func layoutA() []sheetData {
	firm := firmOf(2)
	persons := [][]any{
		{"职业健康档案导出"},
		{},
		{"体检编号", "体检机构编码", "体检机构名称", "检查类型", "用人单位名称", "用人单位统一社会信用代码", "用人单位联系电话", "姓名", "性别", "证件类型", "证件号码", "出生日期", "联系电话",
			"工种编码", "劳动者工号", "车间", "总工龄年", "体检类型编码", "体检时间", "体检报告时间", "监测类型代码", "主检结论", "填表人名称", "填表人电话", "职业健康档案类别", "复检对应上次的职业健康档案编号", "备注"},
	}
	firms := [][]any{{"体检编号", "用人单位名称", "用人单位统一社会信用代码", "行业编码", "企业规模"}}
	contact := [][]any{{"体检编号", "危害因素编码", "其他危害因素名称"}}
	examined := [][]any{{"体检编号", "危害因素编码", "其他危害因素名称", "开始接害日期", "接触所监测危害因素工龄年", "接触所监测危害因素工龄月"}}
	items := [][]any{{"体检编号", "检查科室", "项目组合名称", "体检项目编号", "其他项目名称", "检查项目结果", "计量单位", "参考范围最小值", "参考范围最大值", "合格标记", "检查日期"}}
	conclusions := [][]any{{"体检编号", "体检结论编码", "危害因素编码", "职业禁忌证编码", "疑似职业健康编码", "其他疾病名称"}}
	people := exporters("DA")
	people[2] = people[0] // comes again
	people[2].key, people[2].day = "DA003", "2024-06-25"
	for i, p := range people {
		phone := any(p.phone)
		if i == 1 {
			phone = 13900001001.0 // a number cell
		}
		again := ""
		if i == 2 {
			again = "DA001"
		}
		persons = append(persons, []any{p.key, "130000001", "测试职业健康检查中心", "11", firm.Name, firm.Code, "0311-80000000", p.name, 1, "01", p.id, p.born, phone,
			"99-001", "G" + p.key, "一车间", 9, "在岗期间", p.day, p.day[:8] + "28", "1", "见结论", "填表人甲", "13900000000", "101", again, "/"})
		firms = append(firms, []any{p.key, firm.Name, firm.Code, firm.Industry, "中型"})
		contact = append(contact, []any{p.key, "2008,1011", ""})
		examined = append(examined, []any{p.key, "2008,1011", "", "2015-04-01", 9, 1})
		items = append(items, itemsA(p, i)...)
	}
	conclusions = append(conclusions, []any{"DA001", "2", "2008", "", "", ""}, []any{"DA001", "1", "1011", "", "", ""},
		[]any{"DA002", "1", "2008", "", "", ""}, []any{"DA002", "5", "1011", "", "", "血压偏高"}, []any{"DA003", "1", "2008,1011", "", "", ""})
	return []sheetData{{name: "1.职业健康档案信息", rows: persons, merges: []string{"A1:H1"}}, {name: "2.职业健康档案-用人单位信息", rows: firms}, {name: "3.职业健康档案-接触危害因素", rows: contact},
		{name: "4.职业健康档案-体检危害因素", rows: examined}, {name: "5.职业健康档案-检查项目", rows: items}, {name: "6.职业健康档案-体检结论", rows: conclusions}}
}

func itemsA(p exporter, i int) [][]any {
	return [][]any{
		{p.key, "检验科", "肝功", "L001", "谷丙转氨酶", 21 + i, "U/L", 0, 50, "合格", p.day},
		{p.key, "检验科", "血常规", "", "WBC", 6.5, "10⁹/L", 3.5, 9.5, "合格", p.day},
		{p.key, "放射科", "胸片", "", "后前位摄片", "双肺未见异常", "", "", "", "合格", p.day},
		{p.key, "内科", "内科", "10101", "内科常规检查", "未见异常", "", "", "", "合格", p.day},
	}
}

// layoutB is one wide sheet with two header rows (testdata/layouts/b).
func layoutB() []sheetData {
	firm := firmOf(2)
	fixed := []any{"体检编号", "姓名", "身份证号", "联系电话", "监测类型", "在岗状态", "所属部门", "单位", "单位信用代码", "工种", "总工龄", "接害工龄", "体检危害因素", "接触危害因素", "起止日期",
		"是否吸烟", "主检建议", "职业禁忌证名称", "疑似职业病名称", "体检机构", "体检日期", "报告出具日期"}
	top, low := append([]any{}, fixed...), append([]any{}, make([]any, len(fixed))...)
	var merges []string
	for _, item := range []string{"白细胞计数", "ALT", "收缩压", "血铅", "心电图"} {
		merges = append(merges, cellName(len(top)+1, 2)+":"+cellName(len(top)+4, 2))
		top, low = append(top, item, nil, nil, nil), append(low, "结果", "单位", "参考范围", "标记")
	}
	rows := [][]any{{"2024 年职业健康检查结果汇总"}, top, low}
	suspect := []any{"", "", "职业性噪声聋"}
	for i, p := range exporters("DB") {
		row := []any{p.key, p.name, p.id, p.phone, "常规", "岗中", "生产部", firm.Name, firm.Code, "焊工", "12年6月", "3年2月", []any{"噪声、电焊烟", "噪声、电焊烟", "噪声"}[i], "噪声、电焊烟、高温", "2014-03-01至2024-05-01",
			"从不", "定期复查", "", suspect[i], "测试职业健康检查中心", p.day, p.day[:8] + "29"}
		row = append(row, "6.5×10^9/L", "", "3.5～9.5", "", 55, "U/L", "0～40", "↑")
		if i == 0 {
			row = append(row, nil, nil, nil, nil, "＜0.01", "μmol/L", "0-2", "", "窦性心律", nil, nil, nil)
		} else {
			row = append(row, "122", "mmHg", "90--139", "", nil, "μmol/L", "0-2", "", "/", nil, nil, nil)
		}
		rows = append(rows, row)
	}
	rows = append(rows, []any{"合计", "3 人"})
	return []sheetData{{name: "汇总", rows: rows, merges: append(merges, "A1:H1")}}
}

func cellName(col, row int) string {
	letters := ""
	for col > 0 {
		col--
		letters = string(rune('A'+col%26)) + letters
		col /= 26
	}
	return letters + string(rune('0'+row))
}

// layoutC is one long sheet, a row an item; the person's columns repeat, or
// stand on the first row only and are merged or blank below (testdata/layouts/c).
func layoutC() []sheetData {
	firm := firmOf(2)
	rows := [][]any{{"流水号", "姓名", "身份证", "手机", "单位名称", "信用代码", "工种", "体检类别", "有害因素", "从业日期", "吸烟", "结论", "体检日期", "报告日期", "项目", "结果", "单位", "参考值", "提示"}}
	var merges []string
	for i, p := range exporters("DC") {
		person := []any{p.key, p.name, p.id, p.phone, firm.Name, firm.Code, "电焊工", "岗中", "噪声,苯", "2018/3/1", "不吸", "未见异常", p.day, p.day[:8] + "30"}
		for j, item := range [][]any{{"丙氨酸氨基转移酶", 33, "U/L", "0-50", ""}, {"血红蛋白", "98↓", "g/L", "115-175", "L"}, {"尿蛋白", "阴性", "", "阴性", "-"}} {
			row := append(append([]any{}, person...), item...)
			if i > 0 && j > 0 {
				for k := range person {
					row[k] = nil
				}
			}
			rows = append(rows, row)
		}
		if i == 1 {
			merges = append(merges, "A5:A7", "B5:B7", "C5:C7")
		}
	}
	return []sheetData{{name: "明细", rows: rows, merges: merges}}
}

// layoutD is numbered groups in one row, as a CSV (testdata/layouts/d).
func layoutD() [][]string {
	firm := firmOf(2)
	rows := [][]string{{"体检号", "姓名", "性别", "身份证号码", "电话", "单位", "统一信用代码", "工种", "体检日期", "报告日期", "吸烟情况", "接触危害因素",
		"危害因素1", "监护种类1", "结论1", "接害日期1", "工龄1", "危害因素2", "监护种类2", "结论2", "接害日期2", "工龄2", "收缩压", "舒张压", "内科", "心电图"}}
	for i, p := range exporters("DD") {
		row := []string{p.key, p.name, "男", p.id, p.phone + ".0", firm.Name, firm.Code, "99-001", p.day, "20240530", "从不吸", "噪声；苯", "噪声", "在岗", "未见异常", "20150401", "9年1个月"}
		if i == 1 {
			row = append(row, "", "", "", "", "")
		} else {
			row = append(row, "苯", "在岗", "未见异常", "20170501", "7年")
		}
		rows = append(rows, append(row, "122", "78", "未见异常", []string{"正常心电图", "", "—"}[i]))
	}
	return rows
}
