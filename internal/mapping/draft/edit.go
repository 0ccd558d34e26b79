package draft

import (
	"slices"

	yaml "go.yaml.in/yaml/v3"
)

// child is the value of a key in a mapping node, nil if it has none.
func child(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
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
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			n.Content[i+1] = value
			return
		}
	}
	n.Content = append(n.Content, scalar(key), value)
}

// without takes the key that stands in a line out of whatever holds it.
func without(n *yaml.Node, line int) bool {
	if n.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Line == line {
				n.Content = slices.Delete(n.Content, i, i+2)
				return true
			}
		}
	}
	return slices.ContainsFunc(n.Content, func(c *yaml.Node) bool { return without(c, line) })
}
