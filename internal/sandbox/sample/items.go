package sample

// exam is one item of the sample dictionary with a usual result.
type exam struct {
	class, code, name  string
	result             string
	lower, upper, unit string
	number             bool // the result is a number cell
}

// text items have a result in words and no limits.
func words(class, code, name, result string) exam {
	return exam{class: class, code: code, name: name, result: result}
}

func numeric(class, code, name, result, lower, upper, unit string) exam {
	return exam{class: class, code: code, name: name, result: result, lower: lower, upper: upper, unit: unit, number: true}
}

// general is what everybody is examined for.
func general() []exam {
	return []exam{
		numeric("一般检查", "10001", "收缩压", "122", "90", "139", "mmHg"),
		numeric("一般检查", "10002", "舒张压", "78", "60", "89", "mmHg"),
		words("内科", "10101", "内科常规检查", "未见异常"),
		numeric("血常规", "4010100", "白细胞计数", "6.5", "3.5", "9.5", "10⁹/L"),
		numeric("血常规", "4010200", "红细胞计数", "4.72", "3.8", "5.8", "10¹²/L"),
		numeric("血常规", "4010300", "血红蛋白", "146", "115", "175", "g/L"),
		numeric("血常规", "4010400", "血小板计数", "212", "125", "350", "10⁹/L"),
		words("尿常规", "4020100", "尿蛋白", "阴性"),
		words("尿常规", "4020400", "尿潜血", "阴性（-）"),
		numeric("生化", "4030100", "丙氨酸氨基转移酶", "23", "0", "50", "U/L"),
		words("心电图", "32001", "心电图", "窦性心律，正常心电图"),
	}
}

func hearing() []exam {
	return []exam{
		numeric("纯音听阈测试", "31001", "双耳高频平均听阈", "18", "0", "40", "dB"),
		words("纯音听阈测试", "31004", "听力检查结论", "双耳听力正常"),
	}
}

func lungs() []exam {
	return []exam{
		numeric("肺功能", "30001", "用力肺活量占预计值百分比（FVC%）", "92.5", "80", "120", "%"),
		numeric("肺功能", "30003", "一秒率（FEV1/FVC）", "84", "70", "100", "%"),
	}
}

func film() exam {
	return words("X 线摄片", "20009", "后前位摄片", "双肺及心膈未见异常")
}

// glucose is one name in two classes.
func glucose() []exam {
	return []exam{
		numeric("生化", "4030300", "葡萄糖", "5.1", "3.9", "6.1", "mmol/L"),
		words("尿常规", "4020200", "葡萄糖", "阴性"),
	}
}
