package wire

import (
	"encoding/base64"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// An identity number's run of digits, its X and its full-width form included.
// Runs longer than 18 hide a number and are hidden too.
var reLongDigits = regexp.MustCompile(`[0-9０-９]{15,}[XxＸｘ]?`)

const stars = "***"

// Redact hides in msg each leaf's value of two characters or more, plain or in
// Base64, and each run of 15 or more digits: what CONTRACT asks of every quoted
// refusal. Overlapping finds are hidden whole.
func Redact(msg string, leaves []Leaf) string {
	if len(msg) > 16*MaxMsg {
		msg = SafeText(msg, MaxMsg)
	}
	var hits [][2]int
	for _, m := range reLongDigits.FindAllStringIndex(msg, -1) {
		hits = append(hits, [2]int{m[0], m[1]})
	}
	seen := make(map[string]struct{}, len(leaves))
	for i := range leaves {
		v := leaves[i].Text
		if _, ok := seen[v]; ok || utf8.RuneCountInString(v) < 2 {
			continue
		}
		seen[v] = struct{}{}
		hits = find(hits, msg, v)
		hits = find(hits, msg, SafeText(v, MaxMsg)) // as the message was made safe
		if base64.StdEncoding.EncodedLen(len(v)) <= len(msg) {
			hits = find(hits, msg, base64.StdEncoding.EncodeToString([]byte(v)))
		}
	}
	return render(msg, hits)
}

func find(hits [][2]int, msg, word string) [][2]int {
	if len(word) < 2 || len(word) > len(msg) {
		return hits
	}
	for at := 0; ; {
		i := strings.Index(msg[at:], word)
		if i < 0 {
			return hits
		}
		hits = append(hits, [2]int{at + i, at + i + len(word)})
		at += i + len(word)
	}
}

// render writes msg with each hit as stars. The earlier and longer hit goes
// first; what overlaps it joins it, what merely follows stands for itself.
func render(msg string, hits [][2]int) string {
	if len(hits) == 0 {
		return msg
	}
	slices.SortFunc(hits, func(a, b [2]int) int {
		if a[0] != b[0] {
			return a[0] - b[0]
		}
		return b[1] - a[1]
	})
	var b strings.Builder
	at := 0
	for i := 0; i < len(hits); {
		from, to := hits[i][0], hits[i][1]
		for i++; i < len(hits) && hits[i][0] < to; i++ {
			to = max(to, hits[i][1])
		}
		b.WriteString(msg[at:from])
		b.WriteString(stars)
		at = to
	}
	b.WriteString(msg[at:])
	return b.String()
}
