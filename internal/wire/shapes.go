package wire

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// spread finds a value whose characters are parted by blanks, dashes or dots,
// or are of another width.
func spread(hits [][2]int, msg, word string) [][2]int {
	want := []rune(word)
	if len(want) < 2 {
		return hits
	}
	for at, r := range msg {
		if narrow(r) != narrow(want[0]) {
			continue
		}
		if end := spreadEnd(msg[at:], want); end > 0 {
			hits = append(hits, [2]int{at, at + end})
		}
	}
	return hits
}

// maxGap is how many marks may part two characters of a value.
const maxGap = 2

// spreadEnd is where a value that begins with text ends, 0 if it does not.
func spreadEnd(text string, want []rune) int {
	next := 0
	gap := 0
	for at, r := range text {
		switch {
		case narrow(r) == narrow(want[next]):
			next++
			gap = 0
		case gap < maxGap && strings.ContainsRune(" \t\u3000-－_.·•", r):
			gap++
			continue
		default:
			return 0
		}
		if next == len(want) {
			return at + utf8.RuneLen(r)
		}
	}
	return 0
}

// narrow is a character's narrow, upper-case form.
func narrow(r rune) rune {
	if r >= '！' && r <= '～' {
		r -= '！' - '!'
	}
	return unicode.ToUpper(r)
}

// birthdays finds a day of birth in other forms than data.json's.
func birthdays(hits [][2]int, msg, day string) [][2]int {
	parts := strings.FieldsFunc(day, func(r rune) bool { return r < '0' || r > '9' })
	if len(parts) != 3 {
		return hits
	}
	month := strings.TrimLeft(parts[1], "0")
	date := strings.TrimLeft(parts[2], "0")
	re, err := regexp.Compile(parts[0] + `[-/.年 ]{0,2}0?` + month + `[-/.月 ]{1,2}0?` + date + `(?:\s?[日号])?|` + parts[0] + parts[1] + parts[2])
	if err != nil {
		return hits
	}
	for _, m := range re.FindAllStringIndex(msg, -1) {
		hits = append(hits, [2]int{m[0], m[1]})
	}
	return hits
}
