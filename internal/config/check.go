package config

import (
	"fmt"
	"strings"

	yaml "go.yaml.in/yaml/v3"

	"hbupload/internal/nearest"
)

// checkKeys refuses keys that help: 约定 5.2 does not have, naming the nearest, and
// keys given twice.
func (l *loader) checkKeys(n *yaml.Node, prefix string, inProfile bool) error {
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name := n.Content[i]
		value := n.Content[i+1]
		path := prefix + name.Value
		if line := seen[strings.ToLower(path)]; line != 0 {
			return fail(l.at(name), fmt.Sprintf("配置项 %s 重复（第 %d 行已有）", path, line), "请删去其中一个")
		}
		seen[strings.ToLower(path)] = name.Line
		switch kind := l.pathKind(path); {
		case kind == pathMap && !(inProfile && path == "profiles"):
			continue
		case kind == pathLeaf:
			if err := l.checkLeaf(path, name, value); err != nil {
				return err
			}
		case kind == pathGroup:
			if value.Kind == yaml.ScalarNode && value.Tag == "!!null" {
				continue
			}
			if value.Kind != yaml.MappingNode {
				return fail(l.at(name), "配置项 "+path+" 下应是“键: 值”", colonFix)
			}
			if err := l.checkKeys(value, path+".", inProfile); err != nil {
				return err
			}
		default:
			return fail(l.at(name), "不认识的配置项 "+path, l.suggest(path))
		}
	}
	return nil
}

// checkLeaf refuses what is no single value, and a secret that YAML made nothing
// of: a # begins a comment and ~ is nothing to it.
func (l *loader) checkLeaf(path string, name, value *yaml.Node) error {
	kind := l.kindOf(path)
	comment := value.LineComment + name.LineComment
	switch {
	case value.Kind == yaml.MappingNode:
		return fail(l.at(name), "配置项 "+path+" 应是一个值，不是一组", "以 { 开头的文字请加引号")
	case value.Kind == yaml.SequenceNode && kind != kindTexts && kind != kindInts:
		return fail(l.at(name), "配置项 "+path+" 应是一个值，不是列表", "以 [ 开头的文字请加引号")
	case kind != kindSecret || value.Tag != "!!null":
		return nil
	case value.Value != "":
		return fail(l.at(name), "配置项 "+path+" 的值"+value.Value+"在 YAML 里表示空", "如果它就是密码，请加引号")
	case strings.HasPrefix(comment, "#") && !strings.HasPrefix(comment, "# "):
		return fail(l.at(name), "配置项 "+path+" 的值以 # 开头，被 YAML 当作注释", "请加引号，例如 \"#…\"")
	}
	return nil
}

// kindOf is the kind of a key.
func (l *loader) kindOf(path string) kind {
	for _, k := range l.keys {
		if strings.EqualFold(k.path, path) {
			return k.kind
		}
	}
	return kindText
}

type pathKind uint8

const (
	pathUnknown pathKind = iota
	pathLeaf
	pathGroup
	pathMap
)

func (l *loader) pathKind(path string) pathKind {
	for _, m := range maps() {
		if strings.EqualFold(path, m) {
			return pathMap
		}
	}
	for _, k := range l.keys {
		if strings.EqualFold(k.path, path) && k.kind == kindWords {
			return pathMap
		}
		if strings.EqualFold(k.path, path) {
			return pathLeaf
		}
		if len(k.path) > len(path) && k.path[len(path)] == '.' && strings.EqualFold(k.path[:len(path)], path) {
			return pathGroup
		}
	}
	return pathUnknown
}

// suggest names the known key nearest to an unknown one.
func (l *loader) suggest(path string) string {
	names := maps()
	for _, k := range l.keys {
		names = append(names, k.path)
		if group, _, ok := strings.Cut(k.path, "."); ok {
			names = append(names, group)
		}
	}
	return "最接近的是 " + nearest.Name(path, names) + "；全部配置项见 hbupload help 约定"
}

// colonFix is what people without YAML must be told: the line reads right to
// them.
const colonFix = "每行一个配置项；冒号用英文的“:”（不是“：”），后面留一个空格"
