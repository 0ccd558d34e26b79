package main

import (
	"bytes"
	"context"
	"encoding/xml"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestNumbers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		r    release
		want [4]uint16
	}{
		{release{"v1.2.3", "2026-11-28"}, [4]uint16{1, 2, 3}},
		{release{"v1.2.3-4-gabc", "2026-11-28"}, [4]uint16{1, 2, 3}},
		{release{"abcdef0", "2026-11-28"}, [4]uint16{2026, 11, 28}},
		{release{"dev", ""}, [4]uint16{}},
		{release{"v99999.0.0", ""}, [4]uint16{}},
	} {
		if got := numbers(c.r); got != c.want {
			t.Errorf("%+v: %v", c.r, got)
		}
	}
}

// TestSameBytes: a release's resources do not depend on the time or the folder.
func TestSameBytes(t *testing.T) {
	t.Parallel()
	for _, arch := range []string{"amd64", "386"} {
		var all [][]byte
		for range 2 {
			path := filepath.Join(t.TempDir(), "x.syso")
			if err := run(context.Background(), []string{"-arch", arch, "-o", path}); err != nil {
				t.Fatal(err)
			}
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, data)
		}
		if !bytes.Equal(all[0], all[1]) || len(all[0]) < 1000 {
			t.Errorf("%s: %d and %d bytes differ", arch, len(all[0]), len(all[1]))
		}
	}
	if err := run(context.Background(), []string{"-arch", "arm", "-o", "x"}); err == nil {
		t.Error("an architecture that is not built")
	}
}

func TestManifestIsXML(t *testing.T) {
	t.Parallel()
	d := xml.NewDecoder(strings.NewReader(manifest))
	for {
		_, err := d.Token()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestIcon draws; ICON=FILE keeps the largest picture for a look.
func TestIcon(t *testing.T) {
	t.Parallel()
	all := pictures()
	if len(all) < 4 {
		t.Fatalf("%d pictures", len(all))
	}
	if path := os.Getenv("ICON"); path != "" {
		var b bytes.Buffer
		if err := png.Encode(&b, all[len(all)-1]); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
