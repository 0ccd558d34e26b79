package sandbox

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"unicode/utf8"
)

// node is one value of data.json with the order of its keys.
type node struct {
	kind byte // '{', '[' or 's'
	text string
	keys []string
	vals []*node // of the keys, or of the list
}

// maxDepth bounds the nesting: the document's structure has six levels.
const maxDepth = 16

// parseJSON reads a text into nodes. Whatever a lenient reader would swallow
// is a refusal: duplicate keys, values that are no string, text after the end.
func parseJSON(text []byte) (*node, string) {
	if bytes.HasPrefix(text, []byte("\xef\xbb\xbf")) {
		return nil, "data.json 不得有 BOM"
	}
	if !utf8.Valid(text) {
		return nil, "data.json 不是 UTF-8"
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	n, refusal := parseNode(dec, "", 0)
	if refusal != "" {
		return nil, refusal
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, "data.json 的 JSON 之后还有内容"
	}
	return n, ""
}

func parseNode(dec *json.Decoder, path string, depth int) (*node, string) {
	if depth > maxDepth {
		return nil, "data.json 嵌套过深"
	}
	tok, err := dec.Token()
	if err != nil {
		return nil, "data.json 不是合法的 JSON"
	}
	switch v := tok.(type) {
	case string:
		return &node{kind: 's', text: v}, ""
	case json.Delim:
		if v == '{' {
			return parseObject(dec, path, depth)
		}
		return parseList(dec, path, depth)
	}
	return nil, "字段 " + path + " 的值应为字符串"
}

func parseObject(dec *json.Decoder, path string, depth int) (*node, string) {
	n := &node{kind: '{'}
	seen := map[string]bool{}
	for dec.More() {
		tok, err := dec.Token()
		key, ok := tok.(string)
		if err != nil || !ok {
			return nil, "data.json 不是合法的 JSON"
		}
		if seen[key] {
			return nil, "字段 " + join(path, key) + " 重复"
		}
		seen[key] = true
		val, refusal := parseNode(dec, join(path, key), depth+1)
		if refusal != "" {
			return nil, refusal
		}
		n.keys = append(n.keys, key)
		n.vals = append(n.vals, val)
	}
	if _, err := dec.Token(); err != nil {
		return nil, "data.json 不是合法的 JSON"
	}
	return n, ""
}

func parseList(dec *json.Decoder, path string, depth int) (*node, string) {
	n := &node{kind: '['}
	for dec.More() {
		val, refusal := parseNode(dec, path+"[]", depth+1)
		if refusal != "" {
			return nil, refusal
		}
		n.vals = append(n.vals, val)
	}
	if _, err := dec.Token(); err != nil {
		return nil, "data.json 不是合法的 JSON"
	}
	return n, ""
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// decodeLeaves takes the Base64 off every leaf: standard alphabet, padded, of
// valid UTF-8 (help: 接口读法 T11). The empty string stays empty.
func (n *node) decodeLeaves(path string) string {
	if n.kind == 's' {
		if n.text == "" {
			return ""
		}
		raw, err := base64.StdEncoding.Strict().DecodeString(n.text)
		switch {
		case err != nil || containsAny(n.text, "\r", "\n"):
			return "字段 " + path + " 的值不是 Base64"
		case !utf8.Valid(raw):
			return "字段 " + path + " 的值解码后不是 UTF-8"
		}
		n.text = string(raw)
		return ""
	}
	for i, v := range n.vals {
		at := path + "[]"
		if n.kind == '{' {
			at = join(path, n.keys[i])
		}
		if refusal := v.decodeLeaves(at); refusal != "" {
			return refusal
		}
	}
	return ""
}

// echo is how a leaf appears in the data that a success returns, as JSON.
type echo func(key, text string) []byte

func echoPlain(_, text string) []byte { return quote(text) }

// render writes the node as JSON, each leaf as the echo has it.
func (n *node) render(leaf echo) json.RawMessage {
	var b bytes.Buffer
	n.renderTo(&b, "", leaf)
	return b.Bytes()
}

func (n *node) renderTo(b *bytes.Buffer, key string, leaf echo) {
	switch n.kind {
	case 's':
		b.Write(leaf(key, n.text))
	case '[':
		b.WriteByte('[')
		for i, v := range n.vals {
			comma(b, i)
			v.renderTo(b, key, leaf)
		}
		b.WriteByte(']')
	default:
		b.WriteByte('{')
		for i, v := range n.vals {
			comma(b, i)
			b.Write(quote(n.keys[i]))
			b.WriteByte(':')
			v.renderTo(b, n.keys[i], leaf)
		}
		b.WriteByte('}')
	}
}

func comma(b *bytes.Buffer, i int) {
	if i > 0 {
		b.WriteByte(',')
	}
}

// quote writes a string as JSON, Chinese and < as they are.
func quote(s string) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if enc.Encode(s) != nil { // a string always encodes
		return []byte(`""`)
	}
	return bytes.TrimRight(b.Bytes(), "\n")
}
