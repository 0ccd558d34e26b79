package mapping

import (
	"strconv"
	"strings"
	"time"
)

// The groups of reTimeOfDay.
const (
	halfGroup = iota + 1
	hourGroup
	minuteGroup
	secondGroup
	amGroup
	zoneGroup
)

const chinaOffset = 8 * 60 * 60

// inChina is the Chinese day of a date-time with a zone: a program that stores
// Chinese midnight in UTC writes the day before. Where the zone changes the day and
// neither side is a midnight, it is unknown which day was meant.
func inChina(date string, clock []string) (day, note string, ok bool) {
	t, err := time.ParseInLocation(time.DateOnly, date, time.FixedZone("", zoneSeconds(clock[zoneGroup])))
	if err != nil {
		return "", "", false
	}
	written := t.Add(timeOfDay(clock))
	note = "，时间带时区 " + clock[zoneGroup] + "，按北京时间取日期"
	china := written.In(time.FixedZone("", chinaOffset))
	summer := written.In(time.FixedZone("", chinaOffset+60*60))
	switch {
	case zoneSeconds(clock[zoneGroup]) != chinaOffset && midnight(summer) && inSummerTime(summer):
		china = summer
	case china.Format(time.DateOnly) != date && !midnight(china) && !midnight(written):
		return "", "", false
	}
	day, ok = formatDay(china.Year(), int(china.Month()), china.Day())
	return day, note, ok
}

func midnight(t time.Time) bool { return t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0 }

// timeOfDay is the time that the groups of reTimeOfDay give.
func timeOfDay(clock []string) time.Duration {
	number := func(group int) int {
		n, _ := strconv.Atoi(clock[group])
		return n
	}
	hour := number(hourGroup)
	afternoon := clock[halfGroup] == "下午" || strings.EqualFold(clock[amGroup], "pm")
	morning := clock[halfGroup] == "上午" || strings.EqualFold(clock[amGroup], "am")
	switch {
	case afternoon && hour < 12:
		hour += 12
	case morning && hour == 12:
		hour = 0
	}
	return time.Duration((hour*60+number(minuteGroup))*60+number(secondGroup)) * time.Second
}

// zoneSeconds is the offset of Z, UTC, GMT, +08, +0800 or +08:00.
func zoneSeconds(zone string) int {
	digits := strings.ReplaceAll(strings.TrimLeft(zone, "+-"), ":", "")
	if len(digits) < 2 || digits[0] > '9' {
		return 0
	}
	hours, _ := strconv.Atoi(digits[:2])
	minutes, _ := strconv.Atoi(digits[2:])
	seconds := (hours*60 + minutes) * 60
	if zone[0] == '-' {
		return -seconds
	}
	return seconds
}

// inSummerTime reports whether China kept summer time at the midnight that begins a
// day: from 1986 to 1991 clocks stood an hour ahead, and so do the birthdays of
// those summers when a program stores them in UTC.
func inSummerTime(t time.Time) bool {
	var first, last string
	switch t.Year() {
	case 1986:
		first = "05-05"
		last = "09-14"
	case 1987:
		first = "04-13"
		last = "09-13"
	case 1988:
		first = "04-18"
		last = "09-11"
	case 1989:
		first = "04-17"
		last = "09-17"
	case 1990:
		first = "04-16"
		last = "09-16"
	case 1991:
		first = "04-15"
		last = "09-15"
	default:
		return false
	}
	day := t.Format("01-02")
	return day >= first && day <= last
}
