package ident

// idLength is the number of characters of both kinds of number.
const idLength = 18

// earliestYear keeps slips such as 0994 from passing as a birth date; nobody
// alive was born before it.
const earliestYear = 1800

// CheckIDCard judges a citizen identification number (GB 11643-1999) that
// Normalize has been applied to. "" means it is fine. Whether the birth date
// lies in the future is the caller's question: this package has no clock.
func CheckIDCard(s string) Problem {
	if len(s) == 15 && allDigits(s) {
		return problemFifteen
	}
	// Bytes and characters differ only when some character is no ASCII, and then
	// the more useful thing to say is that.
	if !allASCII(s) {
		return problemCharacters
	}
	if len(s) != idLength {
		return problemLength
	}
	last := s[idLength-1]
	if !allDigits(s[:idLength-1]) || (last != 'X' && !isDigit(last)) {
		return problemCharacters
	}
	if s[0] == '0' {
		return problemRegion
	}
	if !born(s) {
		return problemDate
	}
	if want, _ := IDCardCheckDigit(s[:idLength-1]); want != last {
		return problemCheckDigit
	}
	return ""
}

// IDCardCheckDigit computes the 18th character for the first 17 digits
// (GB 11643-1999: ISO 7064 MOD 11-2). ok is false when they are not 17 digits.
func IDCardCheckDigit(first17 string) (digit byte, ok bool) {
	if len(first17) != idLength-1 || !allDigits(first17) {
		return 0, false
	}
	// The weight of place i counted from the right, beginning with 1, is 2^i mod 11:
	// Horner's rule yields the standard's 7 9 10 5 8 4 2 … without a table.
	sum := 0
	for i := range len(first17) {
		sum = (sum + int(first17[i]-'0')) * 2 % 11
	}
	return "10X98765432"[sum], true
}

// BirthdayOf is the birth date within a valid number as YYYY-MM-DD; ok is
// false for any number that CheckIDCard finds fault with.
func BirthdayOf(s string) (date string, ok bool) {
	if CheckIDCard(s) != "" {
		return "", false
	}
	return birthday(s)
}

// SexOf is "1" (男) or "2" (女) by the 17th digit of a valid number; ok is false
// for any number that CheckIDCard finds fault with.
func SexOf(s string) (sexCode string, ok bool) {
	if CheckIDCard(s) != "" {
		return "", false
	}
	if (s[16]-'0')%2 == 1 {
		return "1", true
	}
	return "2", true
}

// AgeAt is the age in full years on a day, both days YYYY-MM-DD. ok is false
// when one of them is no date or the day lies before the birthday. Who was born
// on 29 February completes a year on 1 March of a common year.
func AgeAt(birthday, on string) (years int, ok bool) {
	b, ok := Day(birthday)
	if !ok {
		return 0, false
	}
	d, ok := Day(on)
	if !ok || d.Before(b) {
		return 0, false
	}
	years = d.Year() - b.Year()
	if d.Month() < b.Month() || (d.Month() == b.Month() && d.Day() < b.Day()) {
		years--
	}
	return years, true
}

// birthday reads digits 7 to 14 of an 18-character number.
func birthday(s string) (string, bool) {
	if !born(s) {
		return "", false
	}
	return s[6:10] + "-" + s[10:12] + "-" + s[12:14], true
}

// born reports whether digits 7 to 14 are a day on which somebody may be born.
func born(s string) bool {
	t, ok := calendar(s[6:10], s[10:12], s[12:14])
	return ok && t.Year() >= earliestYear
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

func allDigits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return true
}

func allASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// OfForeigner reports whether a number is that of a 外国人永久居留身份证, which since
// 2023 has the form and the check digit of a citizen's and begins with 9.
func OfForeigner(s string) bool { return len(s) == idLength && s[0] == '9' }
