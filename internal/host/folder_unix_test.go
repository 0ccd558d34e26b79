//go:build unix

package host

import (
	"os"
	"path/filepath"
	"testing"
)

func TestOwnFolder(t *testing.T) {
	t.Parallel()
	open := t.TempDir()
	must(t, os.Chmod(open, 0o777))
	closed := t.TempDir()
	for _, dir := range []string{open, closed} {
		must(t, os.Mkdir(filepath.Join(dir, "ours"), 0o700))
		must(t, os.Symlink("ours", filepath.Join(dir, "link")))
		must(t, os.WriteFile(filepath.Join(dir, "file"), nil, 0o600))
	}
	for path, want := range map[string]bool{
		filepath.Join(open, "ours"): true, filepath.Join(open, "link"): false, filepath.Join(open, "file"): false, filepath.Join(open, "none"): true,
		filepath.Join(closed, "ours"): true, filepath.Join(closed, "link"): true,
	} {
		if got, err := OwnFolder(path); got != want || err != nil {
			t.Errorf("%s: %v, %v", path, got, err)
		}
	}
	if os.Geteuid() == 0 {
		must(t, os.Mkdir(filepath.Join(open, "theirs"), 0o700))
		must(t, os.Lchown(filepath.Join(open, "theirs"), 40002, -1))
		if got, _ := OwnFolder(filepath.Join(open, "theirs")); got {
			t.Error("somebody else's folder is taken")
		}
	}
}

// No link is followed on the way to a report, and nothing but a file of ours
// with one name is given to the group.
func TestShareFileFollowsNoLink(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	at := func(parts ...string) string { return filepath.Join(append([]string{dir}, parts...)...) }
	secret := at("home", "secret")
	must(t, os.MkdirAll(at("home"), 0o700))
	must(t, os.MkdirAll(at("failed", "2026-03"), 0o700))
	must(t, os.WriteFile(secret, nil, 0o600))
	must(t, os.WriteFile(at("failed", "2026-03", "report"), nil, 0o600))
	must(t, os.Symlink(secret, at("failed", "2026-03", "link")))
	must(t, os.Link(secret, at("failed", "2026-03", "second-name")))
	must(t, os.Symlink("../home", at("failed", "2026-04")))
	must(t, ShareFile(at("failed", "2026-03", "report"), os.Getegid()))
	for path, mode := range map[string]os.FileMode{at("failed", "2026-03", "report"): 0o640, at("failed", "2026-03"): 0o750, at("failed"): 0o750} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
	for _, path := range []string{at("failed", "2026-03", "link"), at("failed", "2026-03", "second-name"), at("failed", "2026-04", "secret")} {
		if err := ShareFile(path, os.Getegid()); err == nil {
			t.Errorf("%s is shared", path)
		}
	}
	if info, err := os.Stat(secret); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the secret: %v, %v", info.Mode(), err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
