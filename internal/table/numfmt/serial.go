package numfmt

import (
	"strconv"
	"strings"
	"time"

	"hbupload/internal/pattern"
)

// reDuration is an ISO 8601 duration of days and times.
var reDuration = pattern.New(`^P(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,8})M)?(?:(\d{1,9}(?:\.\d{1,9})?)S)?)?$`)

// ISO is an ISO 8601 value as a serial day number.
type ISO struct {
	Serial float64
	Format string // a format that shows it: a date, a time, or a running time
	Zone   bool   // it says of which zone it is; Serial is the clock there
}

// usualLayout is the form that Excel and most others write.
const usualLayout = "2006-01-02T15:04:05"

// ParseISO reads the forms of dates, times and durations that the standards of
// workbooks allow.
func ParseISO(s string, date1904 bool) (ISO, bool) {
	s = strings.Replace(strings.TrimSpace(s), ",", ".", 1)
	if t, err := time.Parse(usualLayout, s); err == nil { // no other one fits it
		return ISO{Serial: serial(t, date1904), Format: dateFormat(t)}, true
	}
	if days, ok := duration(s); ok {
		return ISO{Serial: days, Format: "[h]:mm:ss"}, true
	}
	for _, layout := range []string{"15:04:05", "15:04", "15:04:05Z07:00", "15:04Z07:00", "150405"} {
		if t, err := time.Parse(layout, strings.TrimPrefix(s, "T")); err == nil && (strings.Contains(s, ":") || strings.HasPrefix(s, "T")) {
			return ISO{Serial: clock(t), Format: "h:mm:ss"}, true
		}
	}
	for _, layout := range []string{"2006-01-02", "2006-01-02T15:04", "2006-01-02 15:04:05", "20060102", "20060102T150405"} {
		if t, err := time.Parse(layout, s); err == nil {
			return ISO{Serial: serial(t, date1904), Format: dateFormat(t)}, true
		}
	}
	for _, layout := range []string{"2006-01-02T15:04:05Z07:00", "2006-01-02T15:04Z07:00", "2006-01-02 15:04:05Z07:00", "20060102T150405Z07:00", "2006-01-02Z07:00"} {
		if t, err := time.Parse(layout, s); err == nil {
			return ISO{Serial: serial(t, date1904), Format: dateFormat(t), Zone: true}, true
		}
	}
	return ISO{}, false
}

func dateFormat(t time.Time) string {
	if clock(t) == 0 {
		return "yyyy-mm-dd"
	}
	return "yyyy-mm-dd hh:mm:ss"
}

// duration is a running time in days. Months and years have no fixed length.
func duration(s string) (days float64, ok bool) {
	if !strings.HasPrefix(s, "P") {
		return 0, false
	}
	m := reDuration.FindStringSubmatch(s)
	if m == nil || strings.HasSuffix(s, "P") || strings.HasSuffix(s, "T") {
		return 0, false
	}
	for i, perDay := range []float64{1, 24, 1440, 86400} {
		if m[i+1] == "" {
			continue
		}
		v, err := strconv.ParseFloat(m[i+1], 64)
		if err != nil {
			return 0, false
		}
		days += v / perDay
	}
	return days, true
}

// clock is the part of the day that has passed.
func clock(t time.Time) float64 {
	return float64(t.Hour()*3600+t.Minute()*60+t.Second())/86400 + float64(t.Nanosecond())/86400e9
}

// serial is the day number of t's date and clock, with Excel's 29 February
// 1900.
func serial(t time.Time, date1904 bool) float64 {
	zero := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if date1904 {
		zero = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	day := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	days := (day.Unix() - zero.Unix()) / 86400
	if !date1904 && days >= 1 && days < 61 {
		days--
	}
	return float64(days) + clock(t)
}
