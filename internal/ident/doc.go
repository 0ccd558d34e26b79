// Package ident knows the two identity numbers of the interface: the citizen
// identification number of GB 11643-1999 and the unified social credit
// identifier of GB 32100-2015, and how to show personal data without showing it.
//
// It judges shapes and check characters only. Regions are never looked up: every
// published table of regions by year rejects real people.
package ident

// Problem says what is wrong with a number; "" means nothing is. It never
// quotes the number, so it may go to logs and findings.
type Problem string

// The problems of a citizen identification number, in the order they are asked.
const (
	problemFifteen    Problem = "fifteen-digits" // the form before 1999, which has no check digit
	problemLength     Problem = "length"         // not 18 characters
	problemCharacters Problem = "characters"     // other than digits, with X only at the end
	problemRegion     Problem = "region"         // the first digit is 0
	problemDate       Problem = "date"           // digits 7 to 14 are no real date
	problemCheckDigit Problem = "check-digit"    // the last character does not follow from the others
)

// The problems of a unified social credit identifier.
const (
	problemUSCCLength     Problem = "uscc-length"     // not 18 characters
	problemUSCCCharacters Problem = "uscc-characters" // outside 0-9 and A-Z without I O S V Z
	problemUSCCCheck      Problem = "uscc-check"      // the last character does not follow from the others
)

// Sentence is the problem in Chinese, for findings; "" for no problem.
func (p Problem) Sentence() string {
	switch p {
	case "":
		return ""
	case problemFifteen:
		return "是 15 位的旧身份证号，平台按 GB 11643-1999 只收 18 位，请改填 18 位号码"
	case problemLength:
		return "身份证号应为 18 位，位数不对"
	case problemCharacters:
		return "身份证号前 17 位只能是数字，最后一位只能是数字或 X"
	case problemRegion:
		return "身份证号前 6 位不是行政区划代码（首位不能为 0）"
	case problemDate:
		return "身份证号第 7 至 14 位不是真实的出生日期"
	case problemCheckDigit:
		return "身份证号校验位不对（GB 11643-1999），号码中至少有一位写错"
	case problemUSCCLength:
		return "统一社会信用代码应为 18 位，位数不对"
	case problemUSCCCharacters:
		return "统一社会信用代码只能由数字和大写字母组成，且不含 I、O、S、V、Z"
	case problemUSCCCheck:
		return "统一社会信用代码校验位不对（GB 32100-2015），请核对"
	}
	return "号码不合规定"
}
