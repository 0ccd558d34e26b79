package mapping

import (
	"strconv"

	"hbupload/internal/spec"
	"hbupload/internal/table/grid"
)

// Day is a cell as a date, YYYY-MM-DD.
func (l *Lexicon) Day(cell *grid.Cell, date1904 bool) (string, bool) {
	text := l.Shown(cell)
	var scratch spec.Value
	if date, _, ok := parseDate(foldText(&scratch, text)); ok {
		return date, true
	}
	if reSerial.MatchString(text) {
		serial, err := strconv.ParseFloat(text, 64)
		if err == nil {
			return serialDate(serial, date1904)
		}
	}
	return "", false
}
