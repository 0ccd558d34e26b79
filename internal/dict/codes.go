package dict

// label is a dictionary's code, as the download interface takes it, with the
// Chinese description of the document's chapter 2.3.
type label struct{ Code, Name string }

// labels lists the eight dictionaries in the document's order.
func labels() []label {
	return []label{
		{"peType", "体检类别"},
		{"careType", "监护种类"},
		{"hazard", "危害因素"},
		{"resultOption", "体检结论"},
		{"occuDisease", "疑似职业病"},
		{"hazardMonitorType", "职业危害监测类型"},
		{"typeOfWork", "工种"},
		{"item", "体检项目"},
	}
}

// Codes lists the codes of the eight dictionaries in the document's order.
func Codes() []string {
	labels := labels()
	codes := make([]string, len(labels))
	for i, l := range labels {
		codes[i] = l.Code
	}
	return codes
}

// LabelOf is the Chinese description of a dictionary; an unknown code is
// returned as it is.
func LabelOf(code string) string {
	for _, l := range labels() {
		if l.Code == code {
			return l.Name
		}
	}
	return code
}

// describe names a dictionary in sentences: "hazard（危害因素）".
func describe(code string) string {
	if name := LabelOf(code); name != code {
		return code + "（" + name + "）"
	}
	return code
}
