//go:build dist

package main

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"

	"github.com/tc-hib/winres"
	"github.com/tc-hib/winres/version"
)

// addResources puts version, icon and manifest where the toolchain links them from.
func addResources(t *testing.T, source, arch string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "run", "./cmd/winres", "-arch", arch, "-o", "cmd/hbupload/rsrc_windows_"+arch+".syso")
	cmd.Dir = source
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
}

// checkResources reads them out of the finished program.
func checkResources(t *testing.T, name string, program []byte) {
	t.Helper()
	set, err := winres.LoadFromEXE(bytes.NewReader(program))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	for _, want := range []string{`level="asInvoker"`, ">true</longPathAware>", ">UTF-8</activeCodePage>", "35138b9a-5d96-4fbd-8e2d-a2440225f93a"} {
		if !strings.Contains(string(set.Get(winres.RT_MANIFEST, winres.ID(1), 0x0409)), want) {
			t.Errorf("%s: the manifest lacks %s", name, want)
		}
	}
	var picture bytes.Buffer
	icon, err := set.GetIcon(winres.ID(1))
	if err == nil {
		err = icon.SaveICO(&picture)
	}
	if err != nil || picture.Len() < 1000 {
		t.Errorf("%s: an icon of %d bytes: %v", name, picture.Len(), err)
	}
	said := ""
	set.WalkType(winres.RT_VERSION, func(_ winres.Identifier, lang uint16, data []byte) bool { // one a language
		info, err := version.FromBytes(data)
		if err != nil || info.FileVersion == [4]uint16{} {
			t.Errorf("%s: version in %#04x: %v", name, lang, err)
			return true
		}
		text, err := info.MarshalJSON()
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		said += string(text)
		return true
	})
	for _, want := range []string{"上传工具", "Uploads", "hbupload.exe"} {
		if !strings.Contains(said, want) {
			t.Errorf("%s: the version lacks %q: %s", name, want, said)
		}
	}
}
