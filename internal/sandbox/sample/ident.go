package sample

import (
	"strings"
	"time"
)

// IDCard is a resident identity number with its check digit (GB 11643): a
// region of six digits, the birthday, a sequence whose last digit is odd for
// men.
func IDCard(region string, born time.Time, seq int) string {
	digits := region + born.Format("20060102") + string([]byte{byte('0' + seq/100%10), byte('0' + seq/10%10), byte('0' + seq%10)})
	sum := 0
	weight := 1
	for i := len(digits) - 1; i >= 0; i-- {
		weight = weight * 2 % 11
		sum += int(digits[i]-'0') * weight
	}
	return digits + string("10X98765432"[sum%11])
}

// USCC is a unified social credit code of a firm (GB 32100, with the check
// character of GB 11714 inside). body is the eight characters of its
// organisation code, of the alphabet 0-9A-HJ-NPQRTUWXY.
func USCC(region, body string) string {
	const alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
	const plain = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	sum := 0
	for i, w := range []int{3, 7, 9, 10, 5, 8, 4, 2} {
		sum += w * strings.IndexByte(plain, body[i])
	}
	code := "91" + region + body + string("0123456789X0"[(11-sum%11)%11])
	sum = 0
	weight := 1
	for i := range code {
		sum += weight * strings.IndexByte(alphabet, code[i])
		weight = weight * 3 % 31
	}
	return code + string(alphabet[(31-sum%31)%31])
}

// ageOn is the full years between two days.
func ageOn(born, day time.Time) int {
	years := day.Year() - born.Year()
	if day.Month() < born.Month() || day.Month() == born.Month() && day.Day() < born.Day() {
		years--
	}
	return years
}
