package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
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
	if !DepthWithin(text, MaxDepth) {
		return nil, errTooDeep
	}
	if !json.Valid(text) {
		return nil, errNotJSON(text)
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	t := &tree{}
	if err := t.value(dec, "", ""); err != nil {
		return nil, err
	}
	return t, nil
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

func (t *tree) value(dec *json.Decoder, path, key string) error {
	tok, err := dec.Token()
	if err != nil {
		return err
	}
	switch v := tok.(type) {
	case json.Delim:
		if v == '{' {
			return t.object(dec, path)
		}
		return t.array(dec, path)
	case string:
		return t.add(node{path, key, v, 's'})
	case json.Number:
		return t.add(node{path, key, v.String(), 'n'})
	case bool:
		return t.add(node{path, key, strconv.FormatBool(v), 'b'})
	default:
		return t.add(node{path, key, "", '0'})
	}
}

func (t *tree) add(n node) error {
	if len(t.nodes) >= maxLeaves {
		return errTooManyLeaves
	}
	t.nodes = append(t.nodes, n)
	return nil
}

func (t *tree) object(dec *json.Decoder, path string) error {
	seen := make(map[string]struct{}, 16)
	for dec.More() {
		tok, err := dec.Token()
		if err != nil {
			return err
		}
		key, _ := tok.(string)
		sub := key
		if path == "" && key == outerKey {
			sub, t.outer = "", true
		} else if path != "" {
			sub = path + "." + key
		}
		if _, twice := seen[key]; twice {
			t.duplicates = append(t.duplicates, sub)
		}
		seen[key] = struct{}{}
		if err := t.value(dec, sub, key); err != nil {
			return err
		}
	}
	_, err := dec.Token()
	return err
}

func (t *tree) array(dec *json.Decoder, path string) error {
	for i := 0; dec.More(); i++ {
		if err := t.value(dec, path+"["+strconv.Itoa(i)+"]", ""); err != nil {
			return err
		}
	}
	_, err := dec.Token()
	return err
}
