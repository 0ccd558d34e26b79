package config

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestProfilesNamesThemAllEvenTheBrokenOnes(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), FileName)
	text := "profiles:\n  乙院: {platform: {usrname: a}}\n  甲院: {}\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := Profiles(Request{File: path})
	if err != nil || !slices.Equal(got, []string{"乙院", "甲院"}) {
		t.Errorf("got %q, %v", got, err)
	}
	if got, err := Profiles(Request{WorkDir: t.TempDir()}); err != nil || got != nil {
		t.Errorf("without a file: %q, %v", got, err)
	}
	if _, err := Profiles(Request{File: filepath.Join(t.TempDir(), "missing.yaml")}); err == nil {
		t.Error("a missing file passes")
	}
}

// TestProfilesAreAMapping: profiles without names would be ignored in silence.
func TestProfilesAreAMapping(t *testing.T) {
	t.Parallel()
	for text, ok := range map[string]bool{"profiles: 甲院": false, "profiles: [甲院]": false, "profiles:": true, "profiles: {}": true} {
		if _, err := load(t, text, nil); (err == nil) != ok {
			t.Errorf("%s: %v", text, err)
		}
	}
}
