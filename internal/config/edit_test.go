package config

import (
	"strings"
	"testing"
)

func TestEdit(t *testing.T) {
	t.Parallel()
	address := Change{Key: "platform.base_url", Value: "http://127.0.0.1:1"}
	for _, c := range []struct {
		name, text string
		change     Change
		want       string
	}{
		{"new file", "", address, "platform:\n  base_url: \"http://127.0.0.1:1\"\n"},
		{"plain with a comment", "# 甲\nplatform:\n  base_url: http://a:1 # 旧\n  username: u\n", address, "# 甲\nplatform:\n  base_url: \"http://127.0.0.1:1\" # 旧\n  username: u\n"},
		{"quoted", "platform: {base_url: 'it''s', username: \"a\\\"b\"}\n", Change{Key: "platform.username", Value: `x"y\z`}, "platform: {base_url: 'it''s', username: \"x\\\"y\\\\z\"}\n"},
		{"plain in braces", "platform: {username: u, base_url: http://a}\n", Change{Key: "platform.username", Value: "v"}, "platform: {username: \"v\", base_url: http://a}\n"},
		{"no value", "platform:\n  username:\n  timeout: 5s\n", Change{Key: "platform.username", Value: "v"}, "platform:\n  username: \"v\"\n  timeout: 5s\n"},
		{"no value, comment", "platform:\n  username: # 填这里\n", Change{Key: "platform.username", Value: "v"}, "platform:\n  username: \"v\" # 填这里\n"},
		{"key missing", "platform:\n    # 说明\n    username: u\nupload: {rate: 1}\n", address, "platform:\n    # 说明\n    username: u\n    base_url: \"http://127.0.0.1:1\"\nupload: {rate: 1}\n"},
		{"below a text over lines", "platform:\n  username: |\n    a\n    b\nupload: {rate: 1}\n", address, "platform:\n  username: |\n    a\n    b\n  base_url: \"http://127.0.0.1:1\"\nupload: {rate: 1}\n"},
		{"group missing", "upload: {rate: 1}\n", address, "upload: {rate: 1}\nplatform:\n  base_url: \"http://127.0.0.1:1\"\n"},
		{"commented out", "platform:\n  # 地址\n  #base_url: \"\"\n  #username: \"\"\n\ninstitution:\n  #base_url: x\n", address,
			"platform:\n  # 地址\n  base_url: \"http://127.0.0.1:1\"\n  #username: \"\"\n\ninstitution:\n  #base_url: x\n"},
		{"windows", "\ufeffplatform:\r\n  base_url: a\r\n", address, "\ufeffplatform:\r\n  base_url: \"http://127.0.0.1:1\"\r\n"},
		{"no last line end", "platform:\n  base_url: a", address, "platform:\n  base_url: \"http://127.0.0.1:1\"\n"},
		{"profile", "profiles:\n  一院: {platform: {username: a}}\n  二院:\n    platform:\n      username: b # 二\n", Change{Profile: "二院", Key: "platform.username", Value: "c"},
			"profiles:\n  一院: {platform: {username: a}}\n  二院:\n    platform:\n      username: \"c\" # 二\n"},
		{"new profile", "platform: {username: a}\n", Change{Profile: "二 院", Key: "platform.username", Value: "c"}, "platform: {username: a}\nprofiles:\n  \"二 院\":\n    platform:\n      username: \"c\"\n"},
		{"capitals", "Platform:\n  BASE_URL: a\n", address, "Platform:\n  BASE_URL: \"http://127.0.0.1:1\"\n"},
		{"into braces", "# 头\nplatform: {username: a} # 行\n", address, "# 头\nplatform: {username: a, base_url: \"http://127.0.0.1:1\"} # 行\n"},
		{"over lines", "platform:\n  username: >\n    a\n    b\n  timeout: 5s\n", Change{Key: "platform.username", Value: "v"}, "platform:\n  username: \"v\"\n  timeout: 5s\n"},
	} {
		got, err := Edit([]byte(c.text), c.change)
		if err != nil || string(got) != c.want {
			t.Errorf("%s: %v\n%q\nwant\n%q", c.name, err, got, c.want)
		}
		again, err := Edit(got, c.change)
		if err != nil || string(again) != c.want {
			t.Errorf("%s, again: %v\n%q", c.name, err, again)
		}
	}
	if _, err := Edit([]byte("platform:\n\tbase_url: a\n"), address); err == nil {
		t.Error("a broken file was edited")
	}
}

// TestEditExample changes every key of the commented configuration; what was there stays.
func TestEditExample(t *testing.T) {
	t.Parallel()
	text := []byte(Example(nil))
	lines := strings.Count(string(text), "\n")
	var changes []Change
	for _, k := range append(platformKeys(), institutionKeys()...) {
		if k.kind != kindWords {
			changes = append(changes, Change{Key: k.path, Value: "值 " + k.path})
		}
	}
	got, err := Edit(text, changes...)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(got), "\n"); n != lines {
		t.Errorf("%d lines of %d", n, lines)
	}
	values, err := flat(got)
	if err != nil || len(values) != len(changes) {
		t.Errorf("%v, %d values", err, len(values))
	}
}
