package delim

import (
	"bytes"
	"strings"
)

// state is how far the parser came with a record.
type state uint8

const (
	done      state = iota
	more            // the record goes on behind the bytes at hand
	open            // the same, within quotes
	swallowed       // a quoted text ran over line ends and was not ended properly
	tooMany         // too many fields
)

// field is a field of the record, as offsets into it.
type field struct {
	start, end int
	quoted     bool
	raw        bool // quotes and all, to be undone by unquote
	escaped    bool // raw, and its inner quotes stand behind backslashes
}

// parser cuts text into records the way spreadsheet programs do: quotes count
// only at the beginning of a field, what follows a closing quote belongs to the
// field, and \n, \r\n and a lone \r end a record.
type parser struct {
	comma   byte
	special [256]bool // ends a field without quotes
	limit   int
	fields  []field
	text    []byte
	broken  bool // the record ended with a line end, not with the text
}

func newParser(comma byte, limit int) parser {
	p := parser{comma: comma, limit: limit}
	p.special[comma] = true
	p.special['\r'] = true
	p.special['\n'] = true
	return p
}

// parse reads one record from b and returns its length with the line end.
// last says that nothing follows b. The fields are without meaning unless the
// state is done.
func (p *parser) parse(b []byte, last bool) (int, state) {
	p.fields = p.fields[:0]
	p.broken = false
	for i := 0; ; i++ {
		f := field{start: i}
		if opens(b, i) {
			var st state
			if f, st = p.quoted(b, i, last); st != done {
				return 0, st
			}
		} else {
			f.end = p.plain(b, i)
		}
		if len(p.fields) == p.limit {
			return 0, tooMany
		}
		p.fields = append(p.fields, f)
		if i = f.end; f.quoted && !f.raw {
			i++ // the closing quote
		}
		switch {
		case i == len(b):
			if !last {
				return 0, more
			}
			return i, done
		case b[i] == p.comma:
			continue
		case b[i] == '\n':
			p.broken = true
			return i + 1, done
		case i+1 == len(b) && !last:
			return 0, more // \r, perhaps of \r\n
		}
		p.broken = true
		if i+1 < len(b) && b[i+1] == '\n' {
			i++
		}
		return i + 1, done
	}
}

// opens reports whether a quote stands at i.
func opens(b []byte, i int) bool { return i < len(b) && b[i] == '"' }

// quoted reads the field at i, which begins with a quote.
func (p *parser) quoted(b []byte, i int, last bool) (field, state) {
	var raw, escaped bool
	for at := i + 1; ; at += 2 {
		q := bytes.IndexByte(b[at:], '"')
		if q < 0 {
			return field{}, open
		}
		at += q
		switch {
		case at+1 == len(b) && !last:
			return field{}, open
		case b[at-1] == '\\' && p.escapes(b, i, at, escaped):
			raw = true
			escaped = true
			at-- // the quote is one character
			continue
		case at+1 < len(b) && b[at+1] == '"':
			raw = true
			continue
		case at+1 == len(b) || p.special[b[at+1]]:
			return quotedField(i, at, raw, escaped), done
		}
		end := p.plain(b, at+1)
		if end == len(b) && !last {
			return field{}, more
		}
		if swallows(b[i:at], b[at+1:end]) {
			return field{}, swallowed
		}
		return field{start: i, end: end, quoted: true, raw: true, escaped: escaped}, done
	}
}

// quotedField is the text between the quotes at from and to, or with them where it
// has quotes inside.
func quotedField(from, to int, raw, escaped bool) field {
	if raw {
		return field{start: from, end: to + 1, quoted: true, raw: true, escaped: escaped}
	}
	return field{start: from + 1, end: to, quoted: true}
}

// swallows reports that the quote which seems to close a text opened another one:
// the text has several lines and is followed by more ("…line end…"text). Whole rows
// would vanish in one cell.
func swallows(text, behind []byte) bool {
	return len(bytes.Trim(behind, " \t")) > 0 && bytes.ContainsAny(text, "\r\n")
}

// escapes reports whether the quote at at, which follows a backslash, belongs to the
// text of the field that begins at i: data bases write \" for a quote. Where the
// field could end there, or two quotes stand for one, the backslash is a backslash
// ("C:\dir\"), unless the field has escaped a quote before.
func (p *parser) escapes(b []byte, i, at int, before bool) bool {
	slashes := 0
	for j := at - 1; j > i && b[j] == '\\'; j-- {
		slashes++
	}
	switch {
	case slashes%2 == 0:
		return false
	case before:
		return true
	case at+1 == len(b) || b[at+1] == '"':
		return false
	}
	return len(bytes.Trim(b[at+1:p.plain(b, at+1)], " \t")) > 0
}

// plain is the end of a field without quotes.
func (p *parser) plain(b []byte, i int) int {
	for i < len(b) && !p.special[b[i]] {
		i++
	}
	return i
}

// unquote undoes the quotes of a raw field: "a""b"c is a"bc; of an escaped one
// "a\"b" is a"b.
func unquote(s string, escaped bool) string {
	var out strings.Builder
	out.Grow(len(s))
	for i := 1; i < len(s); i++ {
		if escaped && s[i] == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\') {
			i++
			out.WriteByte(s[i])
			continue
		}
		if s[i] != '"' {
			out.WriteByte(s[i])
			continue
		}
		if i+1 < len(s) && s[i+1] == '"' {
			out.WriteByte('"')
			i++
			continue
		}
		out.WriteString(s[i+1:])
		break
	}
	return out.String()
}

// dressed reports whether clean may take something off.
func dressed(s string) bool { return s != "" && (s[0] == '=' || s[len(s)-1] == '\t') }

// clean takes off what programs add so that Excel shows numbers as text: the
// formula ="00123", and tabs at the end. A leading apostrophe stays; the rooms
// above note it.
func clean(s string, tabs bool) string {
	if tabs {
		s = strings.TrimRight(s, "\t")
	}
	if len(s) >= 3 && s[0] == '=' && s[1] == '"' && s[len(s)-1] == '"' {
		s = strings.ReplaceAll(s[2:len(s)-1], `""`, `"`)
		s = strings.TrimRight(s, "\t")
	}
	return s
}
