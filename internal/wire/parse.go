package wire

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// node is one leaf of a JSON text: where it stands and what it says.
type node struct {
	path string // without the outer ohEmployees
	key  string
	text string // a number's own text; "" for null
	kind byte   // 's' string, 'n' number, 'b' true or false, '0' null
}

// tree is a JSON text laid flat, in its own order.
type tree struct {
	nodes      []node
	duplicates []string // paths of members that an object names twice
	outer      bool     // the outer ohEmployees was there
}

const (
	maxLeaves = 200_000
	outerKey  = "ohEmployees"
)

var errTooManyLeaves = errors.New("too many leaves")

// parseTree reads one whole JSON value. The outer ohEmployees does not appear
// in the paths, so that an inner object alone reads the same.
func parseTree(text []byte) (*tree, error) {
	if !depthWithin(text, maxDepth) {
		return nil, errTooDeep
	}
	if !json.Valid(text) {
		return nil, errNotJSON(text)
	}
	p := flattener{text: text}
	if err := p.value("", ""); err != nil {
		return nil, err
	}
	return &p.tree, nil
}

// errNotJSON is the parser's own complaint with its offset, and no content.
func errNotJSON(text []byte) error {
	var whole json.RawMessage
	err := json.Unmarshal(text, &whole)
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return errors.New("invalid JSON at byte " + strconv.FormatInt(syntax.Offset, 10))
	}
	return errNotObject
}

// flattener walks a text that json.Valid has approved, which is why it looks at
// nothing but the first byte of each token. It runs once per reply;
// encoding/json's tokens would cost ten times as much.
type flattener struct {
	tree
	text []byte
	at   int
}

// next skips blanks and the marks between tokens, and returns the next byte.
func (p *flattener) next() byte {
	for p.at < len(p.text) {
		switch c := p.text[p.at]; c {
		case ' ', '\t', '\r', '\n', ',', ':':
			p.at++
		default:
			return c
		}
	}
	return 0
}

func (p *flattener) value(path, key string) error {
	switch p.next() {
	case '{':
		p.at++
		return p.object(path)
	case '[':
		p.at++
		return p.array(path)
	case '"':
		return p.add(node{path, key, p.str(), 's'})
	case 't', 'f':
		return p.add(node{path, key, p.word(), 'b'})
	case 'n':
		p.word()
		return p.add(node{path, key, "", '0'})
	default:
		return p.add(node{path, key, p.word(), 'n'})
	}
}

func (p *flattener) add(n node) error {
	if len(p.nodes) >= maxLeaves {
		return errTooManyLeaves
	}
	if p.nodes == nil {
		p.nodes = make([]node, 0, 64+len(p.text)/48)
	}
	p.nodes = append(p.nodes, n)
	return nil
}

// str reads a string; only one with escapes or faulty UTF-8 goes to the library.
func (p *flattener) str() string {
	start := p.at
	p.at++
	simple := true
	for p.at < len(p.text) && p.text[p.at] != '"' {
		if p.text[p.at] == '\\' {
			simple = false
			p.at++
		}
		p.at++
	}
	p.at = min(p.at+1, len(p.text))
	raw := p.text[start:p.at]
	if inner := raw[1:max(len(raw)-1, 1)]; simple && utf8.Valid(inner) {
		return string(inner)
	}
	var s string
	_ = json.Unmarshal(raw, &s) // the whole text was found valid
	return s
}

// word reads a number or a literal.
func (p *flattener) word() string {
	start := p.at
	for p.at < len(p.text) && !strings.ContainsRune(" \t\r\n,:]}", rune(p.text[p.at])) {
		p.at++
	}
	return string(p.text[start:p.at])
}

func (p *flattener) object(path string) error {
	var seen keySet
	for p.next() != '}' {
		if p.at >= len(p.text) {
			return errNotObject
		}
		key := p.str()
		sub := key
		if path == "" && key == outerKey {
			sub = ""
			p.outer = true
		} else if path != "" {
			sub = path + "." + key
		}
		if !seen.add(key) {
			p.duplicates = append(p.duplicates, sub)
		}
		if err := p.value(sub, key); err != nil {
			return err
		}
	}
	p.at++
	return nil
}

func (p *flattener) array(path string) error {
	for i := 0; p.next() != ']'; i++ {
		if p.at >= len(p.text) {
			return errNotObject
		}
		if err := p.value(path+"["+strconv.Itoa(i)+"]", ""); err != nil {
			return err
		}
	}
	p.at++
	return nil
}

// keySet finds the keys that an object names twice: a list while it is short.
type keySet struct {
	list []string
	set  map[string]struct{}
}

func (s *keySet) add(key string) bool {
	const short = 48
	if s.set == nil && len(s.list) < short {
		if slices.Contains(s.list, key) {
			return false
		}
		s.list = append(s.list, key)
		return true
	}
	if s.set == nil {
		s.set = make(map[string]struct{}, 4*short)
		for _, k := range s.list {
			s.set[k] = struct{}{}
		}
	}
	_, twice := s.set[key]
	s.set[key] = struct{}{}
	return !twice
}
