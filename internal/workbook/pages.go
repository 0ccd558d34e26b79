package workbook

import "strconv"

// maxLinks is how many links a worksheet can have; later lines go without.
const maxLinks = 65000

// maxLines is how many findings are listed one by one; every further cause
// still has its line.
const maxLines = 200000

// pageHead is the row of the column names of the two pages.
const pageHead = "3"

// printTitles has a page's column names on every sheet of paper.
func printTitles(sheet string, index int) string {
	return `<definedName name="_xlnm.Print_Titles" localSheetId="` + strconv.Itoa(index) + `">'` + sheet + `'!$` + pageHead + `:$` + pageHead + `</definedName>`
}

// maxWords bounds a text in the two sheets.
const maxWords = 2000

// rowHeight is the height at which wrapped texts show whole in columns of the
// given widths, in points.
func rowHeight(texts []string, widths []int) float64 {
	lines := 1
	for i, text := range texts {
		n := 0
		for _, r := range text {
			if n++; r >= 0x2e80 {
				n++
			}
		}
		width := widths[i] - 2 //nolint:gosec // a width for each text
		lines = max(lines, (n+width-1)/width)
	}
	return float64(min(18+14*(lines-1), 400))
}
