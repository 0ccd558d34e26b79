package wire

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"
)

// Verdict is what the echo says of the way our bytes were read.
type Verdict string

// The verdicts. Mojibake, undecoded and double-decoded stop a run at its canary
// (T12).
const (
	EchoAbsent        Verdict = "absent"         // the reply carries nothing that can be compared
	EchoEqual         Verdict = "equal"          // plain or still in Base64
	EchoDiffers       Verdict = "differs"        // a warning on the record
	EchoMojibake      Verdict = "mojibake"       // read in a wrong charset
	EchoUndecoded     Verdict = "undecoded"      // values kept as Base64
	EchoDoubleDecoded Verdict = "double-decoded" // values decoded once too often
	EchoForeign       Verdict = "foreign"        // another person's: the reply is not for this record
)

// Echo is the comparison of what was sent with what came back.
type Echo struct {
	Verdict  Verdict
	Compared int      // leaves on both sides
	Paths    []string // leaves that differ, in the order sent, at most 20; never values
}

// Broken reports whether the run must stop at its canary.
func (e Echo) Broken() bool {
	return e.Verdict == EchoMojibake || e.Verdict == EchoUndecoded || e.Verdict == EchoDoubleDecoded
}

const maxEchoPaths = 20

// CompareEcho compares the leaves that both sides have. The echo may be the
// whole document, its inner object, a list of one of these, or a text that
// holds it, plain or in Base64. null counts as "", a number as its own text.
func CompareEcho(sent []Leaf, echo json.RawMessage) Echo {
	t := echoTree(echo, 0)
	if t == nil {
		return Echo{Verdict: EchoAbsent}
	}
	var c comparison
	look := finder{nodes: t.nodes}
	for i := range sent {
		if text, ok := look.find(sent[i].Path); ok {
			c.leaf(&sent[i], text)
		}
	}
	return c.echo()
}

// finder looks leaves up by path. An echo mostly keeps our order, so the next
// one is tried first and the index is built only when that fails.
type finder struct {
	nodes []node
	at    int
	index map[string]int
}

func (f *finder) find(path string) (string, bool) {
	if f.at < len(f.nodes) && f.nodes[f.at].path == path {
		f.at++
		return f.nodes[f.at-1].text, true
	}
	if f.index == nil {
		f.index = make(map[string]int, len(f.nodes))
		for i := range f.nodes {
			f.index[f.nodes[i].path] = i
		}
	}
	i, ok := f.index[path]
	if !ok {
		return "", false
	}
	f.at = i + 1
	return f.nodes[i].text, true
}

// echoTree unwraps the forms in which an echo may come; nil when it is none.
func echoTree(raw []byte, unwrapped int) *tree {
	const most = 4
	raw = trimBOM(bytes.TrimSpace(raw))
	if len(raw) == 0 || unwrapped > most {
		return nil
	}
	switch raw[0] {
	case '{':
		t, err := parseTree(raw)
		if err != nil {
			return nil
		}
		return t
	case '[':
		if !depthWithin(raw, maxDepth) {
			return nil
		}
		var list []json.RawMessage
		if json.Unmarshal(raw, &list) != nil || len(list) != 1 {
			return nil
		}
		return echoTree(list[0], unwrapped+1)
	case '"':
		var s string
		if json.Unmarshal(raw, &s) != nil {
			return nil
		}
		return echoTree([]byte(s), unwrapped+1)
	}
	inner, err := base64.StdEncoding.DecodeString(string(raw))
	if err != nil {
		return nil
	}
	return echoTree(inner, unwrapped+1)
}

// comparison counts how the leaves came back.
type comparison struct {
	compared      int
	plain         int // came back as plain text that Base64 would have changed
	encoded       int // came back as the Base64 that was sent
	mojibake      int
	undecoded     int
	doubleDecoded int
	foreign       bool
	differ        []string
	encodedPaths  []string
}

func (c *comparison) leaf(l *Leaf, got string) {
	c.compared++
	if got == l.Text {
		if got != "" {
			c.plain++
		}
		return
	}
	if l.Text != "" && len(got) == base64.StdEncoding.EncodedLen(len(l.Text)) && got == base64.StdEncoding.EncodeToString([]byte(l.Text)) {
		c.encoded++
		c.encodedPaths = append(c.encodedPaths, l.Path)
		return
	}
	c.differ = append(c.differ, l.Path)
	switch misread(l.Text, got) {
	case EchoMojibake:
		c.mojibake++
	case EchoUndecoded:
		c.undecoded++
	case EchoDoubleDecoded:
		c.doubleDecoded++
	case EchoDiffers:
		c.foreign = c.foreign || isSomebodyElse(l, got)
	}
}

// misread says what a differing value shows about the way ours was read.
func misread(sent, got string) Verdict {
	if sent == "" || got == "" {
		return EchoDiffers
	}
	if inner, ok := decodeValue(got); ok {
		if again, ok := decodeValue(inner); ok && again == sent {
			return EchoUndecoded
		}
		if isMojibake(sent, inner) {
			return EchoMojibake
		}
	}
	if isDoubleDecoded(sent, got) {
		return EchoDoubleDecoded
	}
	if isMojibake(sent, got) {
		return EchoMojibake
	}
	return EchoDiffers
}

// isDoubleDecoded reports whether got is what a Base64 decoder makes of the plain text.
func isDoubleDecoded(sent, got string) bool {
	raw, err := base64.StdEncoding.DecodeString(sent)
	if err != nil {
		raw, err = base64.RawStdEncoding.DecodeString(sent)
	}
	if err != nil || len(raw) == 0 {
		return false
	}
	return sameText(raw, got)
}

// sameText reports whether got is raw read as UTF-8 (faults replaced) or as some other charset.
func sameText(raw []byte, got string) bool {
	if got == string(raw) || got == strings.ToValidUTF8(string(raw), "\uFFFD") || got == string([]rune(string(raw))) {
		return true
	}
	return utf8.ValidString(got) && readOtherwise(raw, got)
}

func (c *comparison) echo() Echo {
	e := Echo{Compared: c.compared, Verdict: EchoEqual, Paths: c.differ}
	switch {
	case c.compared == 0:
		e.Verdict = EchoAbsent
	case c.mojibake > 0:
		e.Verdict = EchoMojibake
	case c.doubleDecoded > 0:
		e.Verdict = EchoDoubleDecoded
	case c.undecoded > 0:
		e.Verdict = EchoUndecoded
	case c.encoded > 0 && c.plain > 0:
		// Either is legal for the whole echo. Side by side they say that the
		// platform decoded some values and kept others as Base64.
		e.Verdict = EchoUndecoded
		e.Paths = slices.Concat(c.encodedPaths, c.differ)
	case c.foreign:
		e.Verdict = EchoForeign
	case len(c.differ) > 0:
		e.Verdict = EchoDiffers
	}
	if len(e.Paths) > maxEchoPaths {
		e.Paths = e.Paths[:maxEchoPaths]
	}
	return e
}
