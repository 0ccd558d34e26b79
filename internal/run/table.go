package run

import (
	"fmt"
	"io"
	"slices"
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
	_ = env.LongTable(headers, func(yield func([]string) error) error {
		for _, row := range rows {
			_ = yield(row) // a closed screen is no error
		}
		return nil
	})
}

// LongTable is Table for rows that are not all in memory: each hands them over
// twice, to be measured and to be written.
func (env *Env) LongTable(headers []string, each func(yield func(row []string) error) error) error {
	c := newColumns(headers)
	if err := each(func(row []string) error { c.measure(safe(row)); return nil }); err != nil {
		return err
	}
	if c.rows == 0 {
		fmt.Fprintln(env.Out(), "（没有）")
		return nil
	}
	write := c.line
	switch narrow := env.StdoutTTY && env.Width > 0; {
	case narrow && c.squeezed() > env.Width:
		write = c.stacked
	case narrow && c.width() > env.Width:
		return env.wrapped(c.fit(env.Width), headers, each)
	default:
		fmt.Fprint(env.Out(), c.line(headers))
	}
	var b strings.Builder
	err := each(func(row []string) error {
		b.WriteString(write(safe(row)))
		if b.Len() < written {
			return nil
		}
		defer b.Reset()
		_, err := io.WriteString(env.Out(), b.String())
		return err
	})
	if err == nil {
		_, err = io.WriteString(env.Out(), b.String())
	}
	return err
}

// written is how much is written at a time: whole lines, a little more than this.
const written = 32 << 10

// safe is a row as a screen may show it.
func safe(row []string) []string {
	out := make([]string, len(row))
	for i := range row {
		out[i] = host.SafeText(row[i], maxCell)
	}
	return out
}

// wrapped writes a table whose cells wrap, which lipgloss does with all of them at
// hand; widths are those of the columns.
func (env *Env) wrapped(widths []int, headers []string, each func(yield func(row []string) error) error) error {
	t := table.New().Border(lipgloss.HiddenBorder()).BorderTop(false).BorderBottom(false).BorderLeft(false).BorderRight(false).
		BorderHeader(false).BorderColumn(false).Headers(headers...).
		StyleFunc(func(_, col int) lipgloss.Style {
			return lipgloss.NewStyle().PaddingRight(gap).Width(widths[col] + gap)
		})
	if err := each(func(row []string) error { t.Row(safe(row)...); return nil }); err != nil {
		return err
	}
	for _, line := range strings.Split(t.Width(env.Width).Wrap(true).Render(), "\n") {
		fmt.Fprintln(env.Out(), strings.TrimRight(line, " "))
	}
	return nil
}

// gap is between columns.
const gap = 2

// columns are those of a table, with the width of the longest text in each.
type columns struct {
	headers []string
	widths  []int
	rows    int
}

func newColumns(headers []string) *columns {
	c := &columns{headers: headers, widths: make([]int, len(headers))}
	c.measure(headers)
	c.rows = 0
	return c
}

func (c *columns) measure(row []string) {
	c.rows++
	for i, text := range row {
		c.widths[i] = max(c.widths[i], lipgloss.Width(text))
	}
}

// width is that of the whole table.
func (c *columns) width() int {
	sum := 0
	for _, w := range c.widths {
		sum += w + gap
	}
	return sum
}

// squeezed is how wide the table is when its columns are as narrow as they may be.
func (c *columns) squeezed() int {
	sum := 0
	for _, w := range c.widths {
		sum += min(w, narrowest) + gap
	}
	return sum
}

// fit takes from the widest columns what the table is too wide by: those that are
// narrow anyway keep their headers and their texts in one piece.
func (c *columns) fit(width int) []int {
	widths := slices.Clone(c.widths)
	for over := c.width() - width; over > 0; over-- {
		widest := 0
		for i, w := range widths {
			if w >= widths[widest] {
				widest = i
			}
		}
		widths[widest]--
	}
	return widths
}

// line is a row under the headers.
func (c *columns) line(row []string) string {
	var b strings.Builder
	for i, text := range row {
		b.WriteString(PadRight(text, c.widths[i]+gap))
	}
	return strings.TrimRight(b.String(), " ") + "\n"
}

// stacked is a row as a list: its first cell, then one line for each other that
// holds anything.
func (c *columns) stacked(row []string) string {
	var b strings.Builder
	for i, text := range row {
		switch {
		case i == 0:
			b.WriteString(strings.TrimRight(c.headers[0]+" "+text, " ") + "\n")
		case text != "":
			b.WriteString("  " + c.headers[i] + "：" + text + "\n")
		}
	}
	return b.String()
}
