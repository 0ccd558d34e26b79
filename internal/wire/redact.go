package wire

import (
	"encoding/base64"
	"slices"
	"strings"
	"unicode/utf8"

	"hbupload/internal/host"
	"hbupload/internal/spec"
)

// MaxMsg bounds the platform's words, in characters.
const MaxMsg = 2000

const stars = "***"

// Redact hides in msg what help: 约定 3.2 asks of every quoted refusal: the record's
// personal values and free texts wherever they stand, plain, spread out, or in
// Base64, and what says something of other people by its shape (shapes.go).
// Codes, other dates and figures stay readable, so that one reason is one text.
// Escaped text (\u5f20, %E5, &#N;) is decoded first. Overlapping finds are
// hidden whole.
func Redact(msg string, leaves []Leaf) string {
	if len(msg) > 16*MaxMsg {
		msg = host.SafeText(msg, MaxMsg)
	}
	msg = unescape(msg)
	hits := shapes(msg)
	seen := make(map[string]struct{}, len(leaves))
	for i := range leaves {
		v := leaves[i].Text
		if _, ok := seen[v]; ok || !hidden(&leaves[i]) {
			continue
		}
		seen[v] = struct{}{}
		hits = find(hits, msg, v)
		hits = find(hits, msg, host.SafeText(v, MaxMsg)) // as the message was made safe
		if base64.StdEncoding.EncodedLen(len(v)) <= len(msg) {
			hits = find(hits, msg, base64.StdEncoding.EncodeToString([]byte(v)))
		}
		if personal(leaves[i].Key) {
			hits = spread(hits, msg, v)
		}
		if leaves[i].Key == spec.IDCard.Key() && len(v) == identityLength {
			hits = find(hits, msg, v[12:]) // shorter ends are figures like any other
		}
		if leaves[i].Key == spec.Birthday.Key() {
			hits = birthdays(hits, msg, v)
		}
	}
	return render(msg, hits)
}

// minText is from how many characters on a text that is nobody's name is hidden.
const minText = 6

// identityLength is how long an identity number is.
const identityLength = 18

// hidden reports whether a value is hidden wherever it stands: what names a
// person, and free texts. A value without a key is a secret of its caller.
func hidden(l *Leaf) bool {
	n := utf8.RuneCountInString(l.Text)
	if l.Key == "" || personal(l.Key) {
		return n >= 2
	}
	return n >= minText && freeText(l.Key)
}

// personal reports whether a field of data.json tells who or how to reach
// somebody.
func personal(key string) bool {
	for _, id := range []spec.FieldID{spec.PatientName, spec.IDCard, spec.EmpPhone, spec.Birthday, spec.EmergencyContact, spec.EmergencyContactNumber, spec.PreparerName, spec.PreparerPhone} {
		if key == id.Key() {
			return true
		}
	}
	return false
}

// freeText reports whether people write what they like into a field. A result is
// text too; one of six characters is no figure.
func freeText(key string) bool {
	for _, id := range []spec.FieldID{spec.EmpOrgName, spec.HazardOther, spec.ContactHazardOther, spec.TypeOfWorkOther, spec.EmployerEnterpriseName,
		spec.ReportOrgName, spec.Propose, spec.OtherContent, spec.EnterpriseName, spec.Result} {
		if key == id.Key() {
			return true
		}
	}
	return false
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
		from := hits[i][0]
		to := hits[i][1]
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
