package xlsx

import (
	"strconv"

	"hbupload/internal/table/grid"
	"hbupload/internal/table/numfmt"
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
	digits := 0
	point := -1
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

// pushISO keeps a cell of type d: an ISO 8601 date, time or duration, given its
// serial too. One that says of which zone it is stays text: what day it means
// here is for those who read the field.
func (r *sheetRows) pushISO(c grid.Cell, v []byte, st style) error {
	iso, ok := numfmt.ParseISO(string(v), r.b.wb.date1904)
	if !ok {
		return r.fail("日期有误")
	}
	if iso.Zone {
		c.Kind = grid.Text
		return r.push(c, v)
	}
	c.Kind = grid.Date
	c.Num = iso.Serial
	c.Format = st.format
	if st.kind != grid.Date {
		c.Format = iso.Format
	}
	return r.push(c, v)
}
