package config

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/viper"
	yaml "go.yaml.in/yaml/v3"

	"hbupload/internal/notation"
)

// Request is everything of the process that configuration depends on.
type Request struct {
	File    string            // --config; "" looks in the usual places
	Profile string            // --profile
	Flags   map[string]string // key → text, of flags that were given
	Names   map[string]string // key → flag name, for messages
	Environ []string          // as os.Environ
	WorkDir string
	UserDir string // the user's configuration folder; "" if unknown
	DataDir string // the system's place for data; "" if unknown
	// The folder that the program lies in; "" if unknown.
	ProgramDir string
}

// FileName is the configuration's name in the working folder.
const FileName = "hbupload.yaml"

// envPrefix begins every variable: HBUPLOAD_PLATFORM_BASE_URL.
const envPrefix = "HBUPLOAD_"

// maxFile bounds a configuration file, and with it what YAML aliases can blow
// up to.
const maxFile = 1 << 20

// Load reads and checks the configuration.
func Load(req Request) (*Config, error) {
	l := &loader{req: req, vip: viper.New(), keys: keys(), origins: map[string]Origin{}, env: map[string]string{}}
	for _, pair := range req.Environ {
		if name, value, ok := strings.Cut(pair, "="); ok && strings.HasPrefix(name, envPrefix) {
			l.env[name] = value
		}
	}
	if err := l.readFile(); err != nil {
		return nil, err
	}
	if err := l.layer(); err != nil {
		return nil, err
	}
	return l.decode()
}

type loader struct {
	req     Request
	vip     *viper.Viper
	keys    []key
	env     map[string]string
	path    string
	root    *yaml.Node // the file's top mapping, nil without a file
	profile *yaml.Node
	origins map[string]Origin
	warn    []string
}

func (l *loader) readFile() error {
	l.path = Find(l.req)
	if l.path == "" || l.path == os.DevNull { // “no configuration”, as scripts say it
		return nil
	}
	if err := l.readTop(); err != nil {
		return err
	}
	if err := l.checkKeys(l.root, "", false); err != nil {
		return err
	}
	return l.findProfile()
}

// readTop parses the file into its top mapping.
func (l *loader) readTop() error {
	info, err := os.Stat(l.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fail(l.path, "配置文件不存在", "请检查 --config 的路径，或运行 hbupload config init 生成一份").By(err)
	case err != nil:
		return fail(l.path, "配置文件无法读取", "请检查文件权限").By(err)
	case info.IsDir() || info.Size() > maxFile:
		return fail(l.path, "这不是配置文件（是文件夹，或超过 1 MB）", "请检查 --config 的路径")
	case !info.Mode().IsRegular():
		// A pipe or a device may never end, or never begin.
		return fail(l.path, "这不是普通文件", "请用 --config 指定一个普通文件")
	}
	data, err := os.ReadFile(l.path)
	if err != nil {
		return fail(l.path, "配置文件无法读取", "请检查文件权限").By(err)
	}
	root, err := parse(data)
	if err != nil {
		return fail(l.path, "配置文件不是合法的 YAML："+err.Error(), "请检查缩进、冒号后的空格和引号").By(err)
	}
	l.root = root
	shortSense(root)
	return nil
}

// shortSense writes "sense: off" out as the group it stands for, in profiles too.
func shortSense(n *yaml.Node) {
	if v := child(n, "sense"); v != nil && v.Kind == yaml.ScalarNode && v.Tag != "!!null" {
		value := *v
		if value.Value == "false" {
			value.Value = "off"
		}
		name := yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: "enabled", Line: v.Line, Column: v.Column}
		*v = yaml.Node{Kind: yaml.MappingNode, Line: v.Line, Column: v.Column, Content: []*yaml.Node{&name, &value}}
	}
	if profiles := child(n, "profiles"); profiles != nil {
		for i := 1; i < len(profiles.Content); i += 2 {
			shortSense(profiles.Content[i])
		}
	}
}

// parse reads a YAML document whose top is a mapping. Anchors are refused: a
// configuration needs none, and they can be made to explode.
func parse(data []byte) (*yaml.Node, error) {
	top, err := notation.Document(bytes.TrimPrefix(data, []byte("\ufeff")))
	switch {
	case err != nil:
		return nil, err
	case top == nil, top.Kind == yaml.ScalarNode && top.Tag == "!!null":
		return &yaml.Node{Kind: yaml.MappingNode}, nil
	case top.Kind != yaml.MappingNode:
		return nil, errors.New("最外层应是“键: 值”")
	}
	return top, noAliases(top, 0)
}

// maxDepth is deeper than any configuration.
const maxDepth = 20

func noAliases(n *yaml.Node, depth int) error {
	if n.Kind == yaml.AliasNode || depth > maxDepth {
		return fmt.Errorf("第 %d 行：不支持 YAML 引用（*）或过深的嵌套", n.Line)
	}
	for _, c := range n.Content {
		if err := noAliases(c, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// findProfile finds and checks the profile's own keys.
func (l *loader) findProfile() error {
	profiles := child(l.root, "profiles")
	if profiles != nil {
		if profiles.Kind != yaml.MappingNode && profiles.Tag != "!!null" {
			return fail(l.at(profiles), "profiles 下应是“名称: {配置项}”", colonFix)
		}
		for i := 0; i+1 < len(profiles.Content); i += 2 {
			if l.req.Profile != "" && profiles.Content[i].Value != l.req.Profile {
				continue // another institution's slip is not this one's night
			}
			if profiles.Content[i+1].Kind != yaml.MappingNode {
				return fail(l.at(profiles.Content[i]), "profiles."+profiles.Content[i].Value+" 下应是“键: 值”", "")
			}
			if err := l.checkKeys(profiles.Content[i+1], "", true); err != nil {
				return err
			}
		}
	}
	return nil
}

func (l *loader) at(n *yaml.Node) string { return fmt.Sprintf("%s 第 %d 行", l.path, n.Line) }

// child is the value of a key in a mapping; keys are compared as viper does.
func child(n *yaml.Node, name string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if strings.EqualFold(n.Content[i].Value, name) {
			return n.Content[i+1]
		}
	}
	return nil
}

// lookup is the node of a dotted key.
func lookup(n *yaml.Node, path string) *yaml.Node {
	for _, part := range strings.Split(path, ".") {
		n = child(n, part)
	}
	return n
}
