package sense

import (
	"strings"
	"unicode/utf8"

	"hbupload/internal/dict"
)

// pattern is a list of names separated by |. A name may hold * for any text; one
// that begins with ! excludes. Names are compared without blanks, brackets, width
// and case (dict.Loose).
type pattern struct {
	text    string
	any     []string   // without the * at their ends
	globs   [][]string // split at *
	none    [][]string
	special string // "@胸片" or "@粉尘": the dictionary decides
}

// The names that the dictionary decides.
const (
	specialFilm = "@胸片"
	specialDust = "@粉尘"
)

func newPattern(text string) pattern {
	p := pattern{text: text}
	for name := range strings.SplitSeq(text, "|") {
		name = strings.TrimSpace(name)
		switch {
		case name == specialFilm, name == specialDust:
			p.special = name
		case strings.HasPrefix(name, "!"):
			p.none = append(p.none, strings.Split(dict.Loose(name[1:]), "*"))
		case name != "":
			p.any = append(p.any, strings.Trim(dict.Loose(name), "*"))
			p.globs = append(p.globs, strings.Split(dict.Loose(name), "*"))
		}
	}
	return p
}

// empty reports whether the pattern names nothing.
func (p pattern) empty() bool { return len(p.any) == 0 && p.special == "" }

// matches reports whether a name, already loose, is one of the pattern's. What
// the dictionary decides is the caller's to ask.
func (p pattern) matches(loose string) bool {
	found := false
	for _, name := range p.globs {
		if glob(name, loose) {
			found = true
			break
		}
	}
	if !found {
		return false
	}
	for _, name := range p.none {
		if glob(name, loose) {
			return false
		}
	}
	return true
}

// glob reports whether text is what a name describes, given what stands between
// its *, each of which stands for any text.
func glob(parts []string, text string) bool {
	if len(parts) == 1 {
		return parts[0] == text
	}
	first := parts[0]
	last := parts[len(parts)-1]
	if len(text) < len(first)+len(last) || !strings.HasPrefix(text, first) || !strings.HasSuffix(text, last) {
		return false
	}
	middle := text[len(first) : len(text)-len(last)]
	for _, part := range parts[1 : len(parts)-1] {
		i := strings.Index(middle, part)
		if i < 0 {
			return false
		}
		middle = middle[i+len(part):]
	}
	return true
}

// word is the first of the pattern's words that stands in a text as something
// said of the person: a word behind a denial (无, 否认, 未见 …) does not count.
func (p pattern) word(loose string) string {
	for _, name := range p.any {
		for rest, at := loose, 0; name != ""; {
			i := strings.Index(rest[at:], name)
			if i < 0 {
				break
			}
			if !denied(rest[:at+i]) {
				return name
			}
			at += i + len(name)
		}
	}
	return ""
}

// finding is like word, but a denial holds for its whole clause ("未见圆形小阴影及大
// 阴影"), and a word that the text takes back behind it ("大阴影：无") does not count
// either.
func (p pattern) finding(text string) string {
	for _, name := range p.any {
		if name == "" {
			continue
		}
		for before, after, found := strings.Cut(text, name); found; {
			if !negative(lastClause(before)) && !negative(firstClause(after)) {
				return name
			}
			next, rest, again := strings.Cut(after, name)
			before += name + next
			after = rest
			found = again
		}
	}
	return ""
}

// clauseEnds are the marks at which a denial ends. 、 is none: it lists.
const clauseEnds = "，。；;,!！\n"

func firstClause(text string) string {
	if i := strings.IndexAny(text, clauseEnds); i >= 0 {
		return text[:i]
	}
	return text
}

func lastClause(text string) string {
	i := strings.LastIndexAny(text, clauseEnds)
	if i < 0 {
		return text
	}
	_, size := utf8.DecodeRuneInString(text[i:])
	return text[i+size:]
}

// negative reports whether a clause denies something.
func negative(clause string) bool {
	for _, no := range []string{"无", "未", "否", "非", "不", "排除", "除外", "阴性", "(-)", "（-）"} {
		if strings.Contains(clause, no) {
			return true
		}
	}
	return false
}

// denied reports whether a text ends with a denial of what follows it.
func denied(before string) bool {
	const reach = 6 // runes
	r := []rune(before)
	if len(r) > reach {
		r = r[len(r)-reach:]
	}
	tail := string(r)
	if i := strings.LastIndexAny(tail, "，。；;,.、"); i >= 0 {
		_, size := utf8.DecodeRuneInString(tail[i:])
		tail = tail[i+size:]
	}
	for _, no := range []string{"无", "否认", "未", "非", "不", "没有", "排除"} {
		if strings.Contains(tail, no) {
			return true
		}
	}
	return false
}

// unitOf reduces a unit to what is compared: width, case, superscripts, the two
// letters µ, the ways to write a multiplication and a power.
func unitOf(text string) string {
	text = dict.Loose(text)
	var b strings.Builder
	raised := false
	for _, r := range text {
		if d := strings.IndexRune("⁰¹²³⁴⁵⁶⁷⁸⁹", r); d >= 0 {
			if !raised {
				b.WriteByte('^')
			}
			raised = true
			b.WriteString(superscript(r))
			continue
		}
		raised = false
		switch r {
		case 'µ', 'μ':
			b.WriteByte('u')
		case '×', '✕', 'ˣ', '·', '．':
		case '℃':
			b.WriteString("°c")
		case '∕', '／':
			b.WriteByte('/')
		default:
			b.WriteRune(r)
		}
	}
	return power(strings.TrimPrefix(b.String(), "x"))
}

func superscript(r rune) string {
	for i, s := range []rune("⁰¹²³⁴⁵⁶⁷⁸⁹") {
		if s == r {
			return string(rune('0' + i))
		}
	}
	return ""
}

// power writes 10*9, 10e9 and 109/l as 10^9. m² and m2 are one.
func power(unit string) string {
	for _, old := range []string{"10*", "10e", "10**"} {
		if rest, ok := strings.CutPrefix(unit, old); ok {
			return "10^" + strings.TrimPrefix(rest, "*")
		}
	}
	if rest, ok := strings.CutPrefix(unit, "10"); ok && rest != "" && rest[0] >= '1' && rest[0] <= '9' && strings.Contains(rest, "/") {
		return "10^" + rest
	}
	return strings.ReplaceAll(unit, "m^2", "m2")
}
