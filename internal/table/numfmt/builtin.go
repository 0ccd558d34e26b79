package numfmt

// Builtin is the code of a format number that workbooks use without defining
// it, as a Chinese Excel shows it; "" is General or unknown. The numbers 27–36
// and 50–58 are the dates 年月日 of Chinese systems.
func Builtin(id int) string {
	codes := [...]string{
		1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00",
		5: `"¥"#,##0;"¥"\-#,##0`, 6: `"¥"#,##0;[Red]"¥"\-#,##0`, 7: `"¥"#,##0.00;"¥"\-#,##0.00`, 8: `"¥"#,##0.00;[Red]"¥"\-#,##0.00`,
		9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
		14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss",
		22: "yyyy/m/d h:mm", 27: `yyyy"年"m"月"`, 28: `m"月"d"日"`, 29: `m"月"d"日"`, 30: "m/d/yy", 31: `yyyy"年"m"月"d"日"`,
		32: `h"时"mm"分"`, 33: `h"时"mm"分"ss"秒"`, 34: `上午/下午h"时"mm"分"`, 35: `上午/下午h"时"mm"分"ss"秒"`, 36: `yyyy"年"m"月"`,
		37: "#,##0;-#,##0", 38: "#,##0;[Red]-#,##0", 39: "#,##0.00;-#,##0.00", 40: "#,##0.00;[Red]-#,##0.00",
		41: "#,##0", 42: "#,##0", 43: "#,##0.00", 44: "#,##0.00",
		45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@",
		50: `yyyy"年"m"月"`, 51: `m"月"d"日"`, 52: `yyyy"年"m"月"`, 53: `m"月"d"日"`, 54: `m"月"d"日"`,
		55: `上午/下午h"时"mm"分"`, 56: `上午/下午h"时"mm"分"ss"秒"`, 57: `yyyy"年"m"月"`, 58: `m"月"d"日"`,
	}
	if id < 0 || id >= len(codes) {
		return ""
	}
	return codes[id]
}

// Named is the code behind the names that XML workbooks use for some formats;
// other codes are returned as they are.
func Named(name string) string {
	if code, ok := named()[name]; ok {
		return code
	}
	return name
}

func named() map[string]string {
	return map[string]string{
		"General":        "",
		"General Number": "",
		"General Date":   "yyyy/m/d h:mm",
		"Long Date":      `yyyy"年"m"月"d"日"`,
		"Medium Date":    "d-mmm-yy",
		"Short Date":     "yyyy/m/d",
		"Long Time":      "h:mm:ss",
		"Medium Time":    "h:mm AM/PM",
		"Short Time":     "h:mm",
		"Percent":        "0.00%",
		"Fixed":          "0.00",
		"Standard":       "#,##0.00",
		"Scientific":     "0.00E+00",
		"Currency":       `"¥"#,##0.00`,
		"Euro Currency":  `"€"#,##0.00`,
		"Yes/No":         `"Yes";"Yes";"No"`,
		"True/False":     `"True";"True";"False"`,
		"On/Off":         `"On";"On";"Off"`,
	}
}
