package host

import "testing"

func TestShellQuote(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{"/etc/x.yaml": "/etc/x.yaml", "/体检/密码.txt": "/体检/密码.txt", "/a b/c": "'/a b/c'", "/it's": `'/it'\''s'`, "": "''", "/a;rm": "'/a;rm'"} {
		if got := ShellQuote(path); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}
