package help

import (
	"strings"

	"charm.land/lipgloss/v2"
)

// Style is how a page is shown.
type Style struct {
	Width int  // of the screen, in cells
	Bold  bool // headings in bold: a terminal that shows colours
}

// Render returns a page for a screen: headings, wrapped paragraphs and lists,
// tables whose columns stand under each other.
func Render(markdown string, s Style) string {
	r := &renderer{style: s}
	lines := strings.Split(strings.TrimRight(markdown, "\n"), "\n")
	for i := 0; i < len(lines); {
		i = r.block(lines, i)
	}
	return strings.TrimLeft(r.out.String(), "\n")
}

type renderer struct {
	style Style
	out   strings.Builder
}

// block writes the block that begins at line i and returns where the next one
// begins.
func (r *renderer) block(lines []string, i int) int {
	line := lines[i]
	level, title := heading(line)
	switch {
	case strings.TrimSpace(line) == "" || strings.HasPrefix(line, "<!--"):
		return i + 1
	case level > 0:
		r.heading(level, title)
		return i + 1
	case strings.HasPrefix(strings.TrimSpace(line), "```"):
		return r.fence(lines, i)
	case strings.HasPrefix(line, "|"):
		return r.table(lines, i)
	}
	return r.text(lines, i)
}

func (r *renderer) heading(level int, title string) {
	width := 0
	r.out.WriteString("\n")
	for _, line := range wrap(title, r.style.Width) {
		width = max(width, lipgloss.Width(line))
		if r.style.Bold {
			line = "\x1b[1m" + line + "\x1b[0m"
		}
		r.out.WriteString(line + "\n")
	}
	switch level {
	case 1:
		r.out.WriteString(strings.Repeat("═", width) + "\n")
	case 2:
		r.out.WriteString(strings.Repeat("─", width) + "\n")
	}
}

// fence writes an example as it stands, indented.
func (r *renderer) fence(lines []string, i int) int {
	indent := leading(lines[i])
	r.out.WriteString("\n")
	for i++; i < len(lines) && !strings.HasPrefix(strings.TrimSpace(lines[i]), "```"); i++ {
		text := lines[i]
		if len(text) >= indent && strings.TrimSpace(text[:indent]) == "" {
			text = text[indent:]
		}
		r.out.WriteString(strings.TrimRight("    "+strings.Repeat(" ", indent)+text, " ") + "\n")
	}
	return i + 1
}

// text writes a paragraph, a quotation or an item of a list with the lines that
// continue it.
func (r *renderer) text(lines []string, i int) int {
	indent := leading(lines[i])
	mark, text := item(strings.TrimSpace(lines[i]))
	if mark == "" || !r.inList(lines, i) {
		r.out.WriteString("\n")
	}
	for i++; i < len(lines) && continues(lines[i]); i++ {
		text = join(text, strings.TrimSpace(lines[i]))
	}
	first := strings.Repeat(" ", indent) + mark
	hang := strings.Repeat(" ", lipgloss.Width(first))
	for _, part := range strings.Split(text, "\n") {
		for _, line := range wrap(plain(part), r.style.Width-len(hang)) {
			r.out.WriteString(first + line + "\n")
			first = hang
		}
	}
	return i
}

// inList reports whether the line before an item belongs to a list as well.
func (r *renderer) inList(lines []string, i int) bool {
	if i == 0 {
		return false
	}
	before := lines[i-1]
	mark, _ := item(strings.TrimSpace(before))
	return mark != "" || strings.HasPrefix(before, "  ")
}

// item splits the mark of a list's item or of a quotation from its text.
func item(line string) (mark, text string) {
	if rest, ok := strings.CutPrefix(line, "- "); ok {
		return "• ", rest
	}
	if rest, ok := strings.CutPrefix(line, "> "); ok {
		return "", rest
	}
	number, rest, ok := strings.Cut(line, ". ")
	if ok && number != "" && strings.Trim(number, "0123456789") == "" {
		return number + ". ", rest
	}
	return "", line
}

// continues reports whether a line belongs to the paragraph or item before it.
func continues(line string) bool {
	trimmed := strings.TrimSpace(line)
	level, _ := heading(line)
	mark, _ := item(trimmed)
	return trimmed != "" && level == 0 && mark == "" &&
		!strings.HasPrefix(trimmed, "|") && !strings.HasPrefix(trimmed, "```") && !strings.HasPrefix(trimmed, "<!--")
}

// leading returns the number of blanks before a line's text.
func leading(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }

// join puts two lines of a paragraph together: no blank between Chinese
// characters.
func join(a, b string) string {
	last := []rune(a)
	first := []rune(b)
	if len(last) == 0 || len(first) == 0 {
		return a + b
	}
	if wide(last[len(last)-1]) || wide(first[0]) {
		return a + b
	}
	return a + " " + b
}

// plain removes the marks of bold text, code and links: a screen shows the
// words. What stands in code is taken as it is.
func plain(text string) string {
	parts := strings.Split(text, "`")
	for i := 0; i < len(parts); i += 2 {
		p := strings.ReplaceAll(parts[i], "**", "")
		p = reLink.ReplaceAllString(p, "$1（$2）")
		parts[i] = p
	}
	return strings.Join(parts, "")
}
