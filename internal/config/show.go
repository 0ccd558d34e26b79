package config

import (
	"fmt"
	"sort"
	"strings"
)

// Entry is one effective value as `config show` prints it, secrets masked.
type Entry struct {
	Key    string `json:"key"`
	Value  string `json:"value"`
	From   string `json:"from"`
	Source string `json:"source,omitempty"`
}

// Entries lists every key with its effective value and where it came from.
func (c *Config) Entries() []Entry {
	var out []Entry
	for _, k := range keys() {
		value := c.shown[k.path]
		if strings.HasPrefix(k.path, "institution.") {
			value = c.Institution[strings.TrimPrefix(k.path, "institution.")]
		}
		if k.path == "institution.preparerPhone" && value != "" {
			value = mask // a person's phone stays off the screen
		}
		o := c.origins[k.path]
		out = append(out, Entry{Key: k.path, Value: value, From: o.From, Source: o.Name})
	}
	for _, rule := range sortedKeys(c.Rules) {
		out = append(out, Entry{Key: "rules." + rule, Value: c.Rules[rule], From: "file", Source: c.File})
	}
	for _, domain := range sortedKeys(c.Aliases) {
		for _, word := range sortedKeys(c.Aliases[domain]) {
			out = append(out, Entry{Key: "aliases." + domain + "." + word, Value: c.Aliases[domain][word], From: "file", Source: c.File})
		}
	}
	return out
}

// Origin tells where the value of a key came from.
func (c *Config) Origin(path string) Origin { return c.origins[path] }

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

// Example is a commented configuration with every key, what `config init`
// writes and config.example.yaml holds. given replaces defaults by values. No
// blank follows the # of a key: taking away the # alone, as people do, must
// leave the key in its column.
func Example(given map[string]string) string {
	var b strings.Builder
	b.WriteString("# hbupload 配置。优先级：命令行参数 > 环境变量（" + envPrefix + "…）> 本文件 > 默认值。\n")
	b.WriteString("# 紧跟在 # 后面的是配置项（默认值或示例）：只删去这个 # 就生效，前面的空格不要动；“# ”加空格的是说明。\n")
	b.WriteString("# 冒号用英文的“:”，后面留一个空格。本文件含账号信息，请保持仅本人可读（chmod 600）。\n")
	group := ""
	for _, k := range keys() {
		parts := strings.Split(k.path, ".")
		openGroups(&b, &group, parts[:len(parts)-1])
		indent := strings.Repeat("  ", len(parts)-1)
		value, set := given[k.path]
		if !set {
			value = k.def
		}
		mark := "#"
		if set {
			mark = ""
		}
		fmt.Fprintf(&b, "%s# %s\n", indent, k.help)
		fmt.Fprintf(&b, "%s%s%s: %s\n", indent, mark, parts[len(parts)-1], yamlValue(k.kind, value))
	}
	b.WriteString(exampleMaps)
	return b.String()
}

// openGroups writes the headings of the groups that begin with this key.
func openGroups(b *strings.Builder, current *string, groups []string) {
	path := ""
	for i, g := range groups {
		path += g + "."
		if strings.HasPrefix(*current, path) {
			continue
		}
		if i == 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(b, "%s%s:\n", strings.Repeat("  ", i), g)
		*current = path
	}
	if len(groups) == 0 {
		*current = ""
		b.WriteString("\n")
	} else {
		*current = strings.Join(groups, ".") + "."
	}
}

func yamlValue(k kind, value string) string {
	switch k {
	case kindWords:
		return "{" + value + "}"
	case kindTexts, kindInts:
		if value == "" {
			return "[]"
		}
		return "[" + value + "]"
	case kindInt, kindRate, kindDuration, kindChoice:
		return value
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(value) + `"`
}

const exampleMaps = `
# 检查规则的级别：error 阻止上传，warning 只提示，off 关闭。规则编号见 hbupload rules。
#rules:
#  phone-format: off
#  required.propose: warning

# 本地名称 → 字典名称（或代码）。键为字典代码（careType、hazard、item …）或字段名（sexCode …）。
#aliases:
#  careType: {岗中: 在岗期间, 岗前: 上岗前}

# 一台电脑为几家机构上传时，每家一组，写法与上面相同；用 --profile 名称 选择。
#profiles:
#  一院:
#    platform: {username: "…", password_file: "…"}
`
