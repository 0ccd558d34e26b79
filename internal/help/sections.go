package help

import "strings"

// anchor is a place within a topic that can be asked for.
type anchor struct {
	id    string
	title string // of a heading
	line  int
	level int // of a heading, 0 for a row
	head  int // of a row: the line where its table begins
}

// anchors finds the headings of a text and the table rows that begin with a
// number of the settled reading (T1, S1), but those inside an example.
func anchors(lines []string) []anchor {
	var all []anchor
	fenced := false
	head := 0
	for i, line := range lines {
		if strings.HasPrefix(strings.TrimSpace(line), "```") {
			fenced = !fenced
		}
		if !strings.HasPrefix(line, "|") {
			head = i + 1
		}
		level, title := heading(line)
		id, _, _ := strings.Cut(title, " ")
		if level == 0 {
			id = rowID(line)
		}
		if id != "" && !fenced {
			all = append(all, anchor{id: id, title: title, line: i, level: level, head: head})
		}
	}
	return all
}

// Sections returns what can be asked for within a topic, in order: the first
// word of each heading below the topic's own, and the numbers of table rows.
func (t Topic) Sections() []string {
	var ids []string
	for _, a := range anchors(split(t.Text)) {
		if a.level != 1 {
			ids = append(ids, a.id)
		}
	}
	return ids
}

// Section returns the part of a topic under a heading whose first word is id,
// up to the next heading of the same rank, or the table row of that number.
func (t Topic) Section(id string) (string, bool) {
	lines := split(t.Text)
	all := anchors(lines)
	for i, a := range all {
		if a.level == 1 || !strings.EqualFold(a.id, id) {
			continue
		}
		if a.level == 0 {
			return strings.Join([]string{lines[a.head], lines[a.head+1], lines[a.line]}, "\n") + "\n", true
		}
		end := len(lines)
		for _, next := range all[i+1:] {
			if next.level > 0 && next.level <= a.level {
				end = next.line
				break
			}
		}
		return strings.Join(lines[a.line:end], "\n") + "\n", true
	}
	return "", false
}

func split(text string) []string {
	return strings.Split(strings.TrimRight(text, "\n"), "\n")
}

// heading returns the rank and the text of a heading, 0 for any other line.
func heading(line string) (level int, title string) {
	rest := strings.TrimLeft(line, "#")
	level = len(line) - len(rest)
	if level == 0 || level > 4 || !strings.HasPrefix(rest, " ") {
		return 0, ""
	}
	return level, plain(strings.TrimSpace(rest))
}

// rowID returns the number of a table row such as T7, "" for other lines.
func rowID(line string) string {
	cell, ok := strings.CutPrefix(line, "| ")
	if !ok {
		return ""
	}
	cell, _, _ = strings.Cut(cell, " |")
	if len(cell) < 2 || !strings.ContainsRune("TS", rune(cell[0])) || strings.Trim(cell[1:], "0123456789") != "" {
		return ""
	}
	return cell
}

// Near returns the names of the topics a word may mean: those whose name,
// alias, summary or headings contain it, else those whose text does, else the
// one whose name differs by little.
func Near(word string) []string {
	word = strings.ToLower(strings.TrimSpace(word))
	if word == "" {
		return nil
	}
	if found := containing(word, headings); len(found) > 0 {
		return found
	}
	if found := containing(word, func(t Topic) string { return t.Text }); len(found) > 0 {
		return found
	}
	limit := max(1, len([]rune(word))/3) // more edits are no likeness
	best := ""
	for _, t := range Topics() {
		for _, name := range []string{t.Name, t.Alias} {
			if n := edits(word, strings.ToLower(name)); n <= limit {
				best = t.Name
				limit = n - 1
			}
		}
	}
	if best == "" {
		return nil
	}
	return []string{best}
}

// containing returns the topics of which the given part contains a word.
func containing(word string, part func(Topic) string) []string {
	var found []string
	for _, t := range Topics() {
		if strings.Contains(strings.ToLower(part(t)), word) {
			found = append(found, t.Name)
		}
	}
	return found
}

// headings returns the words by which a topic may be sought, one a line.
func headings(t Topic) string {
	text := t.Name + "\n" + t.Alias + "\n" + t.Summary
	for _, a := range anchors(split(t.Text)) {
		text += "\n" + a.title
	}
	return text
}

// edits returns how many characters must be changed, added or removed to make
// one word the other.
func edits(a, b string) int {
	from := []rune(a)
	row := make([]int, len(from)+1)
	for j := range row {
		row[j] = j
	}
	for i, r := range []rune(b) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range from {
			cost := diagonal
			if from[j] != r {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal = row[j+1]
			row[j+1] = cost
		}
	}
	return row[len(from)]
}
