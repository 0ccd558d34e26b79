package rules

import (
	"time"

	"hbupload/internal/ident"
)

// dayNumber reads a strict YYYY-MM-DD as a day that compares and subtracts like a
// number; 0 is no day.
func dayNumber(s string) (int, bool) {
	t, ok := parseDay(s)
	if !ok {
		return 0, false
	}
	return dayOf(t), true
}

func parseDay(s string) (time.Time, bool) {
	t, ok := ident.Day(s)
	return t, ok && t.Year() > 0
}

// china is the zone in which the platform and its clinics live: "today" is theirs,
// whatever the machine's clock is set to.
func china() *time.Location {
	const offset = 8 * 60 * 60
	return time.FixedZone("CST", offset)
}

// dayOf is the number of the calendar day that a time shows where it is.
func dayOf(t time.Time) int {
	y, m, d := t.Date()
	const daySeconds = 24 * 60 * 60
	// Seconds before 1970 are negative, but whole days there too.
	return int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix()/daySeconds) + epoch
}

// epoch makes every day after the year 0 positive.
const epoch = 800_000

// exceeds reports whether a span of years, months and days is longer than the time
// between two days. Months differ in length, so it may be counted on from the first
// day or back from the last: only a span that is too long both ways is too long.
func exceeds(from, to time.Time, years, months, days int) bool {
	return addSpan(from, years, months, days) > dayOf(to) && to.AddDate(-years, -months, -days).Before(from)
}

// addSpan adds years, months and days as people count service: a month from the
// 31st ends on the last day of a shorter month, never in the month after.
func addSpan(t time.Time, years, months, days int) int {
	first := time.Date(t.Year()+years, t.Month()+time.Month(months), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return dayOf(first) + min(t.Day(), last) - 1 + days
}
