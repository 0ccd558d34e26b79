package host

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/windows"
)

// TestExtraPrivateFolder: nothing is inherited, and only three may open it.
func TestExtraPrivateFolder(t *testing.T) {
	t.Parallel()
	root, err := os.MkdirTemp("", "hbupload-private-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = RemoveTree(root) }) // testing's own way is not Wine's
	dir := filepath.Join(root, "甲院", "data")
	for range 2 { // the second time it is there
		if err := MakePrivate(dir); err != nil {
			t.Fatal(err)
		}
	}
	sd, err := windows.GetNamedSecurityInfo(dir, windows.SE_FILE_OBJECT, windows.DACL_SECURITY_INFORMATION)
	if err != nil {
		t.Fatal(err)
	}
	text := sd.String()
	for _, others := range []string{";;;WD)", ";;;BU)", ";;;AU)"} { // everyone, users, authenticated users
		if strings.Contains(text, others) {
			t.Errorf("others may open it: %s", text)
		}
	}
}
