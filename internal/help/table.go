package help

import (
	"strings"

	"charm.land/lipgloss/v2"
)

// gap is the number of blanks between two columns.
const gap = 2

// narrowest is the width below which a column that wraps cannot be read.
const narrowest = 12

// table writes the table that begins at line i and returns the line after it.
func (r *renderer) table(lines []string, i int) int {
	var rows [][]string
	for ; i < len(lines) && strings.HasPrefix(lines[i], "|"); i++ {
		if strings.Trim(lines[i], "|-: ") == "" {
			continue
		}
		rows = append(rows, cells(lines[i]))
	}
	r.out.WriteString("\n")
	if len(rows) == 0 {
		return i
	}
	widths := columns(rows, r.style.Width)
	if widths == nil {
		r.stacked(rows)
	} else {
		r.grid(rows, widths)
	}
	return i
}

// cells splits a row; \| is a bar within a cell.
func cells(line string) []string {
	line = strings.ReplaceAll(strings.Trim(line, " "), `\|`, "\x00")
	line = strings.TrimSuffix(strings.TrimPrefix(line, "|"), "|")
	parts := strings.Split(line, "|")
	for i, p := range parts {
		parts[i] = plain(strings.ReplaceAll(strings.TrimSpace(p), "\x00", "|"))
	}
	return parts
}

// columns returns the width of each column, the widest made narrower until the
// table fits; nil where it would not fit.
func columns(rows [][]string, width int) []int {
	var widths []int
	sum := -gap
	for _, row := range rows {
		for c, text := range row {
			if c == len(widths) {
				widths = append(widths, 0)
			}
			widths[c] = max(widths[c], lipgloss.Width(text))
		}
	}
	for _, w := range widths {
		sum += w + gap
	}
	for ; sum > width; sum-- {
		widest := 0
		for c, w := range widths {
			if w > widths[widest] {
				widest = c
			}
		}
		if widths[widest] <= narrowest {
			return nil
		}
		widths[widest]--
	}
	return widths
}

// grid writes rows whose columns stand under each other, a line under the
// header, and a blank line between rows where any of them needs several lines.
func (r *renderer) grid(rows [][]string, widths []int) {
	total := -gap
	tall := false
	for c, w := range widths {
		total += w + gap
		for _, row := range rows {
			tall = tall || c < len(row) && lipgloss.Width(row[c]) > w
		}
	}
	headless := strings.Join(rows[0], "") == ""
	for i, row := range rows {
		if i == 0 && headless {
			continue
		}
		r.row(row, widths)
		switch {
		case i == 0:
			r.out.WriteString(strings.Repeat("─", total) + "\n")
		case tall && i < len(rows)-1:
			r.out.WriteString("\n")
		}
	}
}

func (r *renderer) row(row []string, widths []int) {
	parts := make([][]string, len(row))
	height := 1
	for c, text := range row {
		parts[c] = wrap(text, widths[c])
		height = max(height, len(parts[c]))
	}
	for n := range height {
		line := ""
		for c := range row {
			text := ""
			if n < len(parts[c]) {
				text = parts[c][n]
			}
			line += pad(text, widths[c]+gap)
		}
		r.out.WriteString(strings.TrimRight(line, " ") + "\n")
	}
}

// stacked writes each row as a list, for a screen too narrow for columns.
func (r *renderer) stacked(rows [][]string) {
	for _, row := range rows[1:] {
		for c, text := range row {
			if text == "" {
				continue
			}
			first := "• "
			if c > 0 {
				first = "  "
				if c < len(rows[0]) && rows[0][c] != "" {
					text = rows[0][c] + "：" + text
				}
			}
			for _, line := range wrap(text, r.style.Width-gap) {
				r.out.WriteString(first + line + "\n")
				first = "  "
			}
		}
	}
}
