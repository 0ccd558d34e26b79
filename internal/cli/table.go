package cli

import (
	"fmt"
	"strings"

	"charm.land/lipgloss/v2"
	"charm.land/lipgloss/v2/table"

	"hbupload/internal/wire"
)

// maxCell bounds a column of a screen table.
const maxCell = 60

// table writes rows under headers, CJK-wide and without any terminal
// codes; on a terminal that is too narrow, cells wrap.
func (a *app) table(headers []string, rows [][]string) {
	if len(rows) == 0 {
		fmt.Fprintln(a.out(), "（没有）")
		return
	}
	t := table.New().Border(lipgloss.HiddenBorder()).BorderTop(false).BorderBottom(false).BorderLeft(false).BorderRight(false).
		BorderHeader(false).BorderColumn(false).Headers(headers...).
		StyleFunc(func(int, int) lipgloss.Style { return lipgloss.NewStyle().PaddingRight(2) })
	for _, r := range rows {
		safe := make([]string, len(r))
		for i := range r {
			safe[i] = wire.SafeText(r[i], maxCell)
		}
		t.Row(safe...)
	}
	text := t.Render()
	if a.StdoutTTY && a.Width > 0 && lipgloss.Width(text) > a.Width {
		text = t.Width(a.Width).Wrap(true).Render()
	}
	for _, line := range strings.Split(text, "\n") {
		fmt.Fprintln(a.out(), strings.TrimRight(line, " "))
	}
}
