package mapping

import (
	"math"
	"strconv"
	"strings"
	"time"

	"hbupload/internal/pattern"
)

// The forms of help: 接口读法 3.2: year first, with separators, packed or with 年月日,
// each with or without a time of day behind it.
var (
	reDate      = pattern.New(`^(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})|年(\d{1,2})月(\d{1,2})日|(\d{2})(\d{2}))$`)
	reTimeOfDay = pattern.New(`^([上下]午)?\s*([01]?\d|2[0-4])(?:[:时点](?:([0-5]?\d)(?:[:分](?:([0-5]?\d)(?:\.\d+)?秒?)?)?)?)\s*([AaPp][Mm])?\s*(Z|z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?$`)
	reSerial    = pattern.New(`^\d{5}(\.\d+)?$`)
)

// parseDate reads a date in one of the forms of help: 接口读法 3.2, width already
// folded, and writes it strictly, YYYY-MM-DD. Two-digit years and day/month
// orders are refused: they can be read in more than one way. note says that a time
// zone was understood.
func parseDate(s string) (date, note string, ok bool) {
	day, clock := splitTime(s)
	var parts []string
	if clock != "" {
		if parts = reTimeOfDay.FindStringSubmatch(clock); parts == nil {
			return "", "", false
		}
	}
	m := reDate.FindStringSubmatch(day)
	if m == nil {
		return "", "", false
	}
	year, _ := strconv.Atoi(m[1])
	for i := 2; i < len(m); i += 2 {
		if m[i] == "" {
			continue
		}
		month, _ := strconv.Atoi(m[i])
		day, _ := strconv.Atoi(m[i+1])
		if date, ok = formatDay(year, month, day); ok && parts != nil && parts[zoneGroup] != "" {
			return inChina(date, parts)
		}
		return date, "", ok
	}
	return "", "", false
}

// splitTime parts a date from the time of day behind it.
func splitTime(s string) (day, clock string) {
	if head, tail, ok := strings.Cut(s, "日"); ok {
		return strings.Join(strings.Fields(head), "") + "日", strings.TrimSpace(tail)
	}
	if i := strings.IndexAny(s, " T"); i > 0 {
		return s[:i], strings.TrimSpace(s[i+1:])
	}
	return s, ""
}

func formatDay(year, month, day int) (string, bool) {
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if t.Year() != year || int(t.Month()) != month || t.Day() != day || !plausibleYear(year) {
		return "", false
	}
	return t.Format(time.DateOnly), true
}

// plausibleYear keeps slips (2204 for 2024, 0994) and the dates by which data bases
// mean none from being sent as days.
func plausibleYear(year int) bool { return year >= 1900 && year < 2100 }

// writtenYear is the year of a text that has the form of a date, where it is no year
// of an examination.
func writtenYear(s string) (string, bool) {
	day, _ := splitTime(s)
	m := reDate.FindStringSubmatch(day)
	if m == nil {
		return "", false
	}
	year, err := strconv.Atoi(m[1])
	return m[1], err == nil && !plausibleYear(year)
}

// maxSerial is 9999-12-31 in the 1900 system.
const maxSerial = 2958465

// serialDate turns a spreadsheet's day number into a date. In the 1900 system
// day 60 is the 29 February 1900 that never was, so days before it count from
// one day later.
func serialDate(serial float64, date1904 bool) (string, bool) {
	days := math.Floor(serial)
	if days < 1 || days > maxSerial || math.IsNaN(days) {
		return "", false
	}
	epoch := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case date1904:
		epoch = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case days == 60:
		return "", false
	case days < 60:
		epoch = epoch.AddDate(0, 0, 1)
	}
	t := epoch.AddDate(0, 0, int(days))
	if !plausibleYear(t.Year()) {
		return "", false
	}
	return t.Format(time.DateOnly), true
}

// dateTimeText is a date cell as the person sees it, for fields that are not
// dates: the day, and the time when the cell has one.
func dateTimeText(serial float64, date1904 bool) (string, bool) {
	if serial >= 0 && serial < 1 {
		return time.Unix(int64(math.Round(serial*86400)), 0).UTC().Format(time.TimeOnly), true
	}
	day, ok := serialDate(serial, date1904)
	if !ok {
		return "", false
	}
	seconds := int(math.Round((serial - math.Floor(serial)) * 86400))
	if seconds == 0 || seconds >= 86400 {
		return day, true
	}
	return day + " " + time.Unix(int64(seconds), 0).UTC().Format(time.TimeOnly), true
}
