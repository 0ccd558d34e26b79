package ident

import "time"

// Day is the day of a date written YYYY-MM-DD, at midnight UTC. It is asked some
// thirty times for every record; time.Parse takes five times as long.
func Day(text string) (time.Time, bool) {
	if len(text) != len(time.DateOnly) || text[4] != '-' || text[7] != '-' {
		return time.Time{}, false
	}
	return calendar(text[:4], text[5:7], text[8:])
}

// calendar is the day of a year, a month and a day in digits, if there is one.
func calendar(year, month, day string) (time.Time, bool) {
	if !allDigits(year) || !allDigits(month) || !allDigits(day) {
		return time.Time{}, false
	}
	m := number(month)
	d := number(day)
	t := time.Date(number(year), time.Month(m), d, 0, 0, 0, 0, time.UTC)
	return t, int(t.Month()) == m && t.Day() == d
}

// number is the value of a few digits.
func number(digits string) int {
	n := 0
	for i := range len(digits) {
		n = n*10 + int(digits[i]-'0')
	}
	return n
}
