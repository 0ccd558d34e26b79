package sandbox

import "time"

// idcardFault checks a resident identity number by GB 11643-1999, as the
// document asks: 18 characters, a real birth date, the check digit. The
// sandbox has its own check on purpose. "" is fine.
func idcardFault(s string) string {
	if len(s) != 18 {
		return "应为 18 位"
	}
	weights := [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		if s[i] < '0' || s[i] > '9' {
			return "前 17 位应为数字"
		}
		sum += w * int(s[i]-'0')
	}
	if s[0] == '0' {
		return "地区码不正确"
	}
	if born, err := time.Parse("20060102", s[6:14]); err != nil || born.Year() < 1850 {
		return "出生日期不正确"
	}
	if s[17] != "10X98765432"[sum%11] {
		return "校验码不正确"
	}
	return ""
}
