package help

import (
	"strings"

	"charm.land/lipgloss/v2"

	"hbupload/internal/pattern"
)

var reLink = pattern.New(`\[([^\]]+)\]\(([^)]+)\)`)

// Characters that may not begin a line, and those that may not end one.
const (
	closing = "，。、；：？！）】」』”’》…—～·％,.;:?!)]}%"
	opening = "（【「『“‘《([{"
)

func wide(r rune) bool {
	return lipgloss.Width(string(r)) > 1 || strings.ContainsRune("“”‘’…—·", r)
}

// piece is what a line is not broken within.
type piece struct {
	text  string
	blank bool // a blank stands before it
}

// pieces splits a text into words of narrow characters and single wide ones.
func pieces(text string) []piece {
	var all []piece
	blank := false
	glue := false // the next character belongs to the last piece
	for _, r := range text {
		if r == ' ' {
			blank = true
			continue
		}
		single := wide(r)
		attach := len(all) > 0 && !blank && (glue || strings.ContainsRune(closing, r))
		if attach {
			all[len(all)-1].text += string(r)
		} else {
			all = append(all, piece{string(r), blank})
		}
		glue = !single || strings.ContainsRune(opening, r)
		if !single && !attach {
			glue = true
		}
		blank = false
	}
	return all
}

// wrap breaks a text into lines of at most width cells. A word that is longer
// than a line is broken where the line ends.
func wrap(text string, width int) []string {
	width = max(width, 8)
	var lines []string
	line := ""
	for _, p := range pieces(text) {
		sep := ""
		if p.blank && line != "" {
			sep = " "
		}
		if lipgloss.Width(line+sep+p.text) <= width {
			line += sep + p.text
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		line = p.text
		for lipgloss.Width(line) > width {
			var head string
			head, line = cut(line, width)
			lines = append(lines, head)
		}
	}
	return append(lines, line)
}

// cut splits a text after as many characters as fit into width.
func cut(text string, width int) (head, tail string) {
	n := 0
	for i, r := range text {
		n += lipgloss.Width(string(r))
		if n > width && i > 0 {
			return text[:i], text[i:]
		}
	}
	return text, ""
}

func pad(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-lipgloss.Width(text)))
}
