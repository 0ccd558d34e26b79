package xlsx

import (
	"strconv"
	"strings"
	"time"

	"hbupload/internal/table/grid"
)

// pow10 are the powers of ten that a float64 holds exactly, as far as short
// decimals need them.
func pow10(n int) float64 {
	p := [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}
	return p[n]
}

// parseNumber reads a decimal literal. Up to fifteen digits without an
// exponent are exact by one division; the rest goes to strconv.
func parseNumber(b []byte) (float64, bool) {
	var n uint64
	digits, point := 0, -1
	i := 0
	if b[0] == '-' {
		i = 1
	}
	for ; i < len(b); i++ {
		c := b[i]
		if c == '.' && point < 0 {
			point = digits
			continue
		}
		if c < '0' || c > '9' {
			return slowNumber(b)
		}
		n = n*10 + uint64(c-'0')
		digits++
	}
	if digits == 0 || digits > 15 {
		return slowNumber(b)
	}
	f := float64(n)
	if point >= 0 {
		f /= pow10(digits - point)
	}
	if b[0] == '-' {
		f = -f
	}
	return f, true
}

// slowNumber reads what is long or has an exponent; Inf, NaN and hexadecimal
// forms are refused.
func slowNumber(b []byte) (float64, bool) {
	for _, c := range b {
		if (c < '0' || c > '9') && c != '.' && c != '-' && c != '+' && c|0x20 != 'e' {
			return 0, false
		}
	}
	f, err := strconv.ParseFloat(string(b), 64)
	return f, err == nil
}

// pushISO keeps a cell of type d: an ISO 8601 date, given its serial too.
func (r *sheetRows) pushISO(c grid.Cell, v []byte, st style) error {
	t, ok := parseISO(string(v))
	if !ok {
		return r.fail("日期有误")
	}
	c.Kind, c.Num, c.Format = grid.Date, serial(t, r.b.wb.date1904), st.format
	if st.kind != grid.Date {
		c.Format = "yyyy-mm-dd"
	}
	return r.push(c, v)
}

// parseISO reads the forms that the standard allows; a bare time counts from
// day zero.
func parseISO(s string) (time.Time, bool) {
	s = strings.Replace(s, ",", ".", 1)
	for _, layout := range []string{"2006-01-02", "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02T15:04:05Z07:00",
		"2006-01-02 15:04:05", "20060102", "20060102T150405", "20060102T150405Z"} {
		if t, err := time.Parse(layout, s); err == nil {
			return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC), true
		}
	}
	if t, err := time.Parse("15:04:05", strings.TrimSuffix(strings.TrimPrefix(s, "T"), "Z")); err == nil {
		return time.Date(1899, 12, 30, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC), true
	}
	return time.Time{}, false
}

// serial is the day number of t, with Excel's 29 February 1900.
func serial(t time.Time, date1904 bool) float64 {
	zero := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if date1904 {
		zero = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	days := float64(t.Unix()-zero.Unix())/86400 + float64(t.Nanosecond())/86400e9
	if !date1904 && days >= 1 && days < 61 {
		days--
	}
	return days
}
