package run

import (
	"fmt"
	"strings"

	"charm.land/lipgloss/v2"
	"charm.land/lipgloss/v2/table"

	"hbupload/internal/host"
)

// PadRight fills a text up with blanks to a width on the screen.
func PadRight(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-lipgloss.Width(s)))
}

// maxCell bounds a column of a screen table.
const maxCell = 60

// narrowest is what a column may be squeezed to: a date, an exam number. Below
// it a table is columns of single characters that nobody can read or copy.
const narrowest = 12

// Table writes rows under headers, CJK-wide and without any terminal
// codes; on a terminal that is too narrow, cells wrap, and where that would
// leave too little of them, each row becomes a list.
func (env *Env) Table(headers []string, rows [][]string) {
	if len(rows) == 0 {
		fmt.Fprintln(env.Out(), "（没有）")
		return
	}
	t := table.New().Border(lipgloss.HiddenBorder()).BorderTop(false).BorderBottom(false).BorderLeft(false).BorderRight(false).
		BorderHeader(false).BorderColumn(false).Headers(headers...).
		StyleFunc(func(int, int) lipgloss.Style { return lipgloss.NewStyle().PaddingRight(2) })
	safe := make([][]string, len(rows))
	for i, r := range rows {
		safe[i] = make([]string, len(r))
		for c := range r {
			safe[i][c] = host.SafeText(r[c], maxCell)
		}
		t.Row(safe[i]...)
	}
	text := t.Render()
	if env.StdoutTTY && env.Width > 0 && lipgloss.Width(text) > env.Width {
		if squeezed(headers, safe) > env.Width {
			text = stacked(headers, safe)
		} else {
			text = t.Width(env.Width).Wrap(true).Render()
		}
	}
	for _, line := range strings.Split(text, "\n") {
		fmt.Fprintln(env.Out(), strings.TrimRight(line, " "))
	}
}

// squeezed is how wide a table is whose columns are as narrow as they may be.
func squeezed(headers []string, rows [][]string) int {
	sum := 0
	for c, head := range headers {
		width := lipgloss.Width(head)
		for _, r := range rows {
			if c < len(r) {
				width = max(width, lipgloss.Width(r[c]))
			}
		}
		sum += min(width, narrowest) + 2
	}
	return sum
}

// stacked is each row as a list: its first cell, then one line for each other
// that holds anything.
func stacked(headers []string, rows [][]string) string {
	var b strings.Builder
	for _, r := range rows {
		for c, text := range r {
			switch {
			case c == 0:
				b.WriteString(headers[0] + " " + text + "\n")
			case text != "":
				b.WriteString("  " + headers[c] + "：" + text + "\n")
			}
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}
