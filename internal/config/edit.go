package config

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	yaml "go.yaml.in/yaml/v3"
)

// Change is a new value of one key of a configuration file.
type Change struct {
	Profile string // "": the file's own value
	Key     string // as in help: 约定 5.2, for example platform.base_url
	Value   string
}

func (c Change) path() []string {
	path := strings.Split(c.Key, ".")
	if c.Profile != "" {
		path = append([]string{"profiles", c.Profile}, path...)
	}
	return path
}

// Edit changes values in the text of a configuration file. Everything else stays
// as people wrote it: comments, order, other keys. An empty text is a new file.
func Edit(text []byte, changes ...Change) ([]byte, error) {
	for _, c := range changes {
		path := c.path()
		before, err := flat(text)
		if err != nil {
			return nil, err
		}
		edited, err := editLines(text, path, c.Value)
		if err != nil || !onlyChanged(before, edited, path, c.Value) {
			// A form that is not edited by lines: write the whole anew, with its comments.
			if edited, err = editNodes(text, path, c.Value); err != nil {
				return nil, err
			}
		}
		if !onlyChanged(before, edited, path, c.Value) {
			return nil, fail("", "配置文件的写法太特别，没有改动："+c.Key, "请用记事本把这一项改好")
		}
		text = edited
	}
	return text, nil
}

// errForm is a form of YAML that is not edited by lines.
var errForm = errors.New("not a form that is edited by lines")

// document is a text in lines, and what YAML makes of it.
type document struct {
	bom   bool
	crlf  bool
	lines []string
	root  *yaml.Node
}

func newDocument(text []byte) (*document, error) {
	root, err := parse(text)
	if err != nil {
		return nil, err
	}
	rest, bom := bytes.CutPrefix(text, []byte("\ufeff"))
	d := &document{bom: bom, crlf: bytes.Contains(rest, []byte("\r\n")), root: root}
	whole := strings.ReplaceAll(string(rest), "\r\n", "\n")
	d.lines = strings.Split(strings.TrimSuffix(whole, "\n"), "\n")
	if whole == "" {
		d.lines = nil
	}
	return d, nil
}

func (d *document) bytes() []byte {
	text := strings.Join(d.lines, "\n") + "\n"
	if d.crlf {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	if d.bom {
		text = "\ufeff" + text
	}
	return []byte(text)
}

// editLines changes one value by changing, adding or bringing back one line.
func editLines(text []byte, path []string, value string) ([]byte, error) {
	d, err := newDocument(text)
	if err != nil {
		return nil, err
	}
	var parent *yaml.Node // the key above
	n := d.root
	for i, name := range path {
		if n.Kind != yaml.MappingNode || n.Style&yaml.FlowStyle != 0 && i > 0 && keyNode(n, name) == nil {
			return nil, errForm
		}
		key := keyNode(n, name)
		if key == nil {
			return d.insert(parent, n, path[i:], value)
		}
		v := child(n, name)
		last := i == len(path)-1
		switch {
		case last && v.Kind == yaml.ScalarNode:
			return d.replace(key, v, n.Style&yaml.FlowStyle != 0, value)
		case last:
			return nil, errForm
		case v.Kind == yaml.ScalarNode && v.Tag == "!!null" && v.Value == "":
			return d.insert(key, nil, path[i+1:], value)
		}
		parent = key
		n = v
	}
	return nil, errForm
}

// keyNode is the key of a mapping, compared as child does.
func keyNode(n *yaml.Node, name string) *yaml.Node {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if strings.EqualFold(n.Content[i].Value, name) {
			return n.Content[i]
		}
	}
	return nil
}

// replace writes a value over the one that stands in a line.
func (d *document) replace(key, v *yaml.Node, flow bool, value string) ([]byte, error) {
	if v.Tag == "!!null" && v.Value == "" {
		line := d.lines[key.Line-1]
		at := runeOffset(line, key.Column-1) + len(key.Value)
		head, rest, ok := strings.Cut(line[at:], ":")
		if !ok || flow {
			return nil, errForm
		}
		d.lines[key.Line-1] = line[:at] + head + ": " + quoted(value) + rest
		return d.bytes(), nil
	}
	if v.Style&(yaml.LiteralStyle|yaml.FoldedStyle|yaml.TaggedStyle) != 0 || v.Line < 1 || v.Line > len(d.lines) {
		return nil, errForm
	}
	line := d.lines[v.Line-1]
	at := runeOffset(line, v.Column-1)
	n := scalarLength(line[at:], v.Style, flow)
	if n < 0 {
		return nil, errForm
	}
	d.lines[v.Line-1] = line[:at] + quoted(value) + line[at+n:]
	return d.bytes(), nil
}

// scalarLength is how many bytes a scalar takes in its line, -1 if it does not end there.
func scalarLength(text string, style yaml.Style, flow bool) int {
	switch {
	case style&yaml.DoubleQuotedStyle != 0:
		for i := 1; i < len(text); i++ {
			switch text[i] {
			case '\\':
				i++
			case '"':
				return i + 1
			}
		}
		return -1
	case style&yaml.SingleQuotedStyle != 0:
		for i := 1; i < len(text); i++ {
			if text[i] != '\'' {
				continue
			}
			if i+1 < len(text) && text[i+1] == '\'' {
				i++
				continue
			}
			return i + 1
		}
		return -1
	}
	if i := strings.Index(text, " #"); i >= 0 {
		text = text[:i]
	}
	if i := strings.IndexAny(text, ",}]"); flow && i >= 0 {
		text = text[:i]
	}
	return len(strings.TrimRight(text, " \t"))
}

// insert adds the keys of path below a key, or at the end of the file without one.
// A line of ours that only lacks its life (#key: …) is brought back in its place.
func (d *document) insert(parent, among *yaml.Node, path []string, value string) ([]byte, error) {
	indent := 0
	at := len(d.lines)
	if parent != nil {
		indent = parent.Column + 1
		at = parent.Line
	}
	if among != nil && len(among.Content) > 0 {
		indent = among.Content[0].Column - 1
		if parent != nil {
			at = lastLine(among)
		}
	}
	lines := make([]string, len(path))
	for i, name := range path {
		lines[i] = strings.Repeat(" ", indent+2*i) + yamlKey(name) + ":"
	}
	lines[len(path)-1] += " " + quoted(value)
	if parent != nil {
		if i := d.commented(parent.Line, indent, path); i >= 0 {
			d.lines[i] = lines[0]
			return d.bytes(), nil
		}
	}
	d.lines = slices.Insert(d.lines, at, lines...)
	return d.bytes(), nil
}

// lastLine is the last line in which something of a node begins.
func lastLine(n *yaml.Node) int {
	last := n.Line
	for _, c := range n.Content {
		last = max(last, lastLine(c))
	}
	return last
}

// commented is the line below at that holds the only key of path as a comment of
// ours, -1 if there is none before the group ends.
func (d *document) commented(at, indent int, path []string) int {
	if len(path) != 1 {
		return -1
	}
	for i := at; i < len(d.lines); i++ {
		line := d.lines[i]
		bare := strings.TrimLeft(line, " ")
		if strings.HasPrefix(bare, "#"+path[0]+":") && len(line)-len(bare) == indent {
			return i
		}
		if bare != "" && bare[0] != '#' && len(line)-len(bare) < indent {
			return -1
		}
	}
	return -1
}

func runeOffset(line string, column int) int {
	at := 0
	for ; column > 0 && at < len(line); column-- {
		_, n := utf8.DecodeRuneInString(line[at:])
		at += n
	}
	return at
}

func quoted(value string) string { return yamlValue(kindText, value) }

// yamlKey is a key as YAML writes it: names of profiles are people's words.
func yamlKey(name string) string {
	for _, r := range name {
		if r < utf8.RuneSelf && r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') {
			return quoted(name)
		}
	}
	return name
}

// editNodes sets a value in the tree and writes the whole document anew.
func editNodes(text []byte, path []string, value string) ([]byte, error) {
	root, err := parse(text)
	if err != nil {
		return nil, err
	}
	n := root
	for i, name := range path {
		if n.Kind != yaml.MappingNode {
			*n = yaml.Node{Kind: yaml.MappingNode, HeadComment: n.HeadComment, LineComment: n.LineComment, FootComment: n.FootComment}
		}
		v := child(n, name)
		if v == nil {
			v = &yaml.Node{Kind: yaml.MappingNode}
			n.Content = append(n.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: name}, v)
		}
		if i == len(path)-1 {
			*v = yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: value, Style: yaml.DoubleQuotedStyle, LineComment: v.LineComment}
		}
		n = v
	}
	var out bytes.Buffer
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	if err := enc.Encode(root); err != nil {
		return nil, err
	}
	return out.Bytes(), enc.Close()
}

// flat is every leaf of a document by its path.
func flat(text []byte) (map[string]string, error) {
	root, err := parse(text)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	flatten(root, "", out)
	return out, nil
}

func flatten(n *yaml.Node, path string, out map[string]string) {
	if n.Kind == yaml.ScalarNode && (n.Tag != "!!null" || n.Value != "") {
		out[path] = n.Tag + " " + n.Value
	}
	for i := range n.Content {
		switch {
		case n.Kind == yaml.SequenceNode:
			flatten(n.Content[i], path+"\x00"+string(rune('0'+i)), out)
		case i%2 == 1:
			flatten(n.Content[i], path+"\x00"+strings.ToLower(n.Content[i-1].Value), out)
		}
	}
}

// onlyChanged reports whether an edited text says what it said before and the new
// value, and nothing else.
func onlyChanged(before map[string]string, edited []byte, path []string, value string) bool {
	after, err := flat(edited)
	if err != nil {
		return false
	}
	at := "\x00" + strings.ToLower(strings.Join(path, "\x00"))
	if after[at] != "!!str "+value {
		return false
	}
	delete(after, at)
	for key, old := range before {
		if key != at && after[key] != old {
			return false
		}
		delete(after, key)
	}
	return len(after) == 0
}
