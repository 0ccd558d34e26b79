package draft

import (
	yaml "go.yaml.in/yaml/v3"
)

// child is the value of a key in a mapping node, nil if it has none.
func child(n *yaml.Node, key string) *yaml.Node {
	if i := keyOf(n, key); i >= 0 {
		return n.Content[i+1]
	}
	return nil
}

// keyOf is where a key stands in a mapping node, -1 if it does not; blanks and width do
// not count.
func keyOf(n *yaml.Node, key string) int {
	if n == nil || n.Kind != yaml.MappingNode {
		return -1
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if same(n.Content[i].Value, key) {
			return i
		}
	}
	return -1
}

// block is child, made where it is not there or holds nothing.
func block(n *yaml.Node, key string, kind yaml.Kind) *yaml.Node {
	c := child(n, key)
	if c == nil {
		c = &yaml.Node{}
		n.Content = append(n.Content, scalar(key), c)
	}
	if c.Kind != kind {
		*c = yaml.Node{Kind: kind, LineComment: c.LineComment, HeadComment: c.HeadComment}
	}
	return c
}

func scalar(text string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text}
	if yamlText(text) != text {
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}

// flow is a mapping on one line.
func flow(pairs ...string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
	for _, text := range pairs {
		n.Content = append(n.Content, scalar(text))
	}
	return n
}

// set gives a key of a mapping node a value.
func set(n *yaml.Node, key string, value *yaml.Node) {
	if i := keyOf(n, key); i >= 0 {
		n.Content[i+1] = value
		return
	}
	n.Content = append(n.Content, scalar(key), value)
}

// keyAt finds the key that stands in a line: what holds it, nil for none, and where.
func keyAt(n *yaml.Node, line int) (in *yaml.Node, at int) {
	for i, c := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 0 && c.Line == line {
			return n, i
		}
	}
	for _, c := range n.Content {
		if in, at = keyAt(c, line); in != nil {
			return in, at
		}
	}
	return nil, 0
}
