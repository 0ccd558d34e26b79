package dict

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
)

// The bounds of a dictionary that a platform answers with.
const (
	maxEntries  = 100_000 // entries of one dictionary; all eight at once stay below 200 MB
	maxTextSize = 4096    // bytes of one text of an entry
	maxNotes    = 20      // notes of one dictionary; further ones are counted
)

// Parsed is what Parse made of a reply.
type Parsed struct {
	Entries []Entry
	Notes   []string // Chinese: what was dropped or mended, for the operator
}

// Parse reads the rows of a download reply (help: 接口读法 T8): a list of objects, or
// a list of such lists, with the keys Code, Name, ClassName, MonitorType and
// Industry in any case; numbers are taken as their text, null as "". Each code is
// kept once. rows beyond the bounds, or of another form, are an error of kind
// "dictionary".
func Parse(code string, rows json.RawMessage) ([]Entry, error) {
	p, err := ParseNoted(code, rows)
	return p.Entries, err
}

// ParseNoted is Parse that also says what it dropped or mended.
func ParseNoted(code string, rows json.RawMessage) (Parsed, error) {
	p := parser{code: code, dec: json.NewDecoder(bytes.NewReader(rows)), seen: map[string]int{}}
	p.dec.UseNumber()
	if err := p.list(0); err != nil {
		return Parsed{}, err
	}
	if p.dec.More() {
		return Parsed{}, badRows(code, nil, "rows 之后还有多余内容")
	}
	if p.dropped > 0 {
		p.out.Notes = append(p.out.Notes, fmt.Sprintf("另有 %d 处类似情况", p.dropped))
	}
	return p.out, nil
}

type parser struct {
	code    string
	dec     *json.Decoder
	out     Parsed
	seen    map[string]int // code → index in out.Entries
	dropped int            // notes beyond maxNotes
	line    int            // objects read
}

// list reads the outer list, or at depth 1 a list within it. Deeper lists are
// refused, so that no reply can exhaust the stack.
func (p *parser) list(depth int) error {
	if depth == 0 {
		if tok, err := p.dec.Token(); err != nil || tok != json.Delim('[') {
			return badRows(p.code, err, "rows 不是列表")
		}
	}
	for p.dec.More() {
		tok, err := p.dec.Token()
		switch {
		case err != nil:
			return badRows(p.code, err, "内容不是完整的 JSON")
		case tok == json.Delim('['):
			if depth > 0 {
				return badRows(p.code, nil, "rows 的列表嵌套过深")
			}
			err = p.list(1)
		case tok == json.Delim('{'):
			err = p.object()
		case tok == nil:
			p.note("有一行为空，已忽略")
		default:
			return badRows(p.code, nil, "第 %d 行不是对象", p.line+1)
		}
		if err != nil {
			return err
		}
	}
	if _, err := p.dec.Token(); err != nil {
		return badRows(p.code, err, "内容不完整")
	}
	return nil
}

func (p *parser) object() error {
	p.line++
	var e Entry
	for p.dec.More() {
		tok, err := p.dec.Token()
		if err != nil {
			return badRows(p.code, err, "第 %d 行不是完整的 JSON", p.line)
		}
		key, _ := tok.(string)
		text, err := p.value(slot(&e, key))
		if err != nil {
			return err
		}
		if into := slot(&e, key); into != nil && text != "" {
			*into = text
		}
	}
	if _, err := p.dec.Token(); err != nil {
		return badRows(p.code, err, "第 %d 行不完整", p.line)
	}
	return p.add(e)
}

// slot is where the value of a key goes; nil for keys that mean nothing here.
func slot(e *Entry, key string) *string {
	switch {
	case strings.EqualFold(key, "Code"):
		return &e.Code
	case strings.EqualFold(key, "Name"):
		return &e.Name
	case strings.EqualFold(key, "ClassName"):
		return &e.Class
	case strings.EqualFold(key, "MonitorType"):
		return &e.MonitorType
	case strings.EqualFold(key, "Industry"):
		return &e.Industry
	}
	return nil
}

// value reads one value; what no slot wants is passed over, whatever it is.
func (p *parser) value(into *string) (string, error) {
	if into == nil {
		// encoding/json itself refuses to nest deeper than 10,000.
		var skip json.RawMessage
		if err := p.dec.Decode(&skip); err != nil {
			return "", badRows(p.code, err, "第 %d 行不是完整的 JSON", p.line)
		}
		return "", nil
	}
	tok, err := p.dec.Token()
	if err != nil {
		return "", badRows(p.code, err, "第 %d 行不是完整的 JSON", p.line)
	}
	var text string
	switch v := tok.(type) {
	case nil:
	case string:
		text = v
	case json.Number:
		text = v.String()
	default:
		return "", badRows(p.code, nil, "第 %d 行的值不是文字", p.line)
	}
	if len(text) > maxTextSize {
		return "", badRows(p.code, nil, "第 %d 行的文字过长", p.line)
	}
	return cleanText(text), nil
}

// cleanText trims, makes control characters blanks and drops marks that turn the
// direction of writing: names are shown on terminals and in reports.
func cleanText(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r):
			return ' '
		case unicode.Is(unicode.Bidi_Control, r):
			return -1
		}
		return r
	}, text))
}

func (p *parser) add(e Entry) error {
	if e.Code == "" {
		p.note("第 %d 行没有代码，已忽略", p.line)
		return nil
	}
	if at, twice := p.seen[e.Code]; twice {
		if p.out.Entries[at] == e {
			p.note("代码 %s 重复出现，只保留一条", e.Code)
		} else {
			p.note("代码 %s 重复出现且内容不同，只保留第一条", e.Code)
		}
		return nil
	}
	if len(p.out.Entries) >= maxEntries {
		return badRows(p.code, nil, "条目超过 %d 条", maxEntries)
	}
	p.seen[e.Code] = len(p.out.Entries)
	p.out.Entries = append(p.out.Entries, e)
	return nil
}

func (p *parser) note(format string, args ...any) {
	if len(p.out.Notes) >= maxNotes {
		p.dropped++
		return
	}
	p.out.Notes = append(p.out.Notes, "字典 "+describe(p.code)+"："+fmt.Sprintf(format, args...))
}
