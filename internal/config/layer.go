package config

import (
	"fmt"
	"net/url"
	"os"
	"runtime"
	"strings"

	yaml "go.yaml.in/yaml/v3"

	"hbupload/internal/host"
)

// layer fills viper from the lowest layer to the highest: defaults, file,
// profile, environment, flags, and notes where each value came from.
func (l *loader) layer() error {
	for _, k := range l.keys {
		l.vip.SetDefault(k.path, k.def)
		l.origins[k.path] = Origin{From: "default"}
	}
	if l.root != nil {
		if err := l.merge(l.root, "file"); err != nil {
			return err
		}
		l.checkMode()
	}
	if err := l.useProfile(); err != nil {
		return err
	}
	for _, k := range l.keys {
		name := EnvName(k.path)
		// An empty variable is no value, as for every viper program: a unit file
		// that clears one must not clear the configuration.
		if value := l.env[name]; value != "" {
			l.vip.Set(k.path, value)
			l.origins[k.path] = Origin{From: "env", Name: name}
		}
		if value, ok := l.req.Flags[k.path]; ok {
			l.vip.Set(k.path, value)
			l.origins[k.path] = Origin{From: "flag", Name: l.req.Names[k.path]}
		}
	}
	return nil
}

// EnvName is the variable of a key: HBUPLOAD_ and the key, dots as _.
func EnvName(path string) string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(path, ".", "_"))
}

// merge takes the leaves of a YAML mapping.
func (l *loader) merge(n *yaml.Node, from string) error {
	for _, k := range l.keys {
		v := lookup(n, k.path)
		if v == nil || (v.Kind == yaml.ScalarNode && v.Tag == "!!null") {
			continue
		}
		if k.kind == kindWords { // people's own names: viper would fold them
			l.origins[k.path] = Origin{From: from, Name: l.at(v)}
			continue
		}
		if v.Kind == yaml.SequenceNode {
			list := make([]string, 0, len(v.Content))
			for _, item := range v.Content {
				list = append(list, item.Value)
			}
			l.vip.Set(k.path, list)
		} else {
			l.vip.Set(k.path, v.Value)
		}
		l.origins[k.path] = Origin{From: from, Name: l.at(v)}
	}
	return nil
}

func (l *loader) useProfile() error {
	if l.req.Profile == "" {
		return nil
	}
	// A profile's name is a folder's name too.
	if strings.ContainsAny(l.req.Profile, `/\:*?"<>|`) || strings.HasPrefix(l.req.Profile, ".") {
		return fail("--profile", "profile 的名称不能含有路径符号："+l.req.Profile, "")
	}
	profiles := child(l.root, "profiles")
	var names []string
	if profiles != nil {
		for i := 0; i+1 < len(profiles.Content); i += 2 {
			if profiles.Content[i].Value == l.req.Profile {
				l.profile = profiles.Content[i+1]
				return l.merge(l.profile, "profile")
			}
			names = append(names, profiles.Content[i].Value)
		}
	}
	fix := "配置文件里还没有 profiles"
	if len(names) > 0 {
		fix = "已有：" + strings.Join(names, "、")
	}
	return fail("--profile", "没有名为“"+l.req.Profile+"”的 profile", fix)
}

// checkMode warns about a configuration that others can write, who then choose
// where the data goes and what runs afterwards, and about one with a password,
// of whatever profile, that others can read.
func (l *loader) checkMode() {
	info, err := os.Stat(l.path)
	if err != nil || runtime.GOOS == "windows" {
		return
	}
	mode := info.Mode().Perm()
	if mode&0o022 != 0 {
		l.warn = append(l.warn, fmt.Sprintf("配置文件 %s 其他用户可以修改（可改变上传的地址和结束后执行的命令），请执行 chmod go-w %s", l.path, host.ShellQuote(l.path)))
	}
	if mode&0o077 != 0 && l.holdsPassword() {
		l.warn = append(l.warn, fmt.Sprintf("配置文件 %s 含有密码且其他用户可读，请执行 chmod 600 %s", l.path, host.ShellQuote(l.path)))
	}
	if v := lookup(l.root, "ledger"); v != nil && mode&0o077 != 0 {
		if u, err := url.Parse(v.Value); err == nil && u.User != nil {
			if _, has := u.User.Password(); has {
				l.warn = append(l.warn, fmt.Sprintf("配置文件 %s 的 ledger 含有密码且其他用户可读，请执行 chmod 600 %s", l.path, host.ShellQuote(l.path)))
			}
		}
	}
}

// holdsPassword reports whether a password stands in the file.
func (l *loader) holdsPassword() bool {
	places := []*yaml.Node{l.root}
	if profiles := child(l.root, "profiles"); profiles != nil {
		places = append(places, profiles.Content...)
	}
	for _, n := range places {
		for _, path := range []string{"platform.password", "platform.password_md5"} {
			if v := lookup(n, path); v != nil && v.Value != "" {
				return true
			}
		}
	}
	return false
}
