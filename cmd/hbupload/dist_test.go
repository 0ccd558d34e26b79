//go:build dist

package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"
)

// target is a system the program is released for. Windows 7 takes a standard
// library with a few edits (cmd/win7).
type target struct{ os, arch, version string }

func targets() []target {
	return []target{
		{"linux", "amd64", ""}, {"linux", "arm64", ""}, {"linux", "loong64", ""},
		{"windows", "amd64", ""}, {"windows", "386", ""}, {"windows", "amd64", "7"}, {"windows", "386", "7"},
		{"darwin", "arm64", ""},
	}
}

// name is how archives call the system.
func (g target) name() string { return g.os + g.version + "-" + g.arch }

func (g target) exe() string {
	if g.os == "windows" {
		return "hbupload.exe"
	}
	return "hbupload"
}

// build builds the program out of a folder with the sources.
func (g target) build(t *testing.T, source, out string) []byte {
	t.Helper()
	args := []string{"build", "-trimpath", "-buildvcs=" + os.Getenv("DIST_VCS"), "-ldflags=-s -w", "-o", out}
	if g.os == "windows" {
		addResources(t, source, g.arch)
	}
	if g.version == "7" {
		args = append(args, "-overlay", windows7Overlay(t, source, out+"-overlay"))
	}
	cmd := exec.CommandContext(t.Context(), "go", append(args, "./cmd/hbupload")...)
	cmd.Dir = source
	cmd.Env = append(os.Environ(), "GOOS="+g.os, "GOARCH="+g.arch, "CGO_ENABLED=0", "GOFLAGS=", "GOAMD64=v1", "GOARM64=v8.0", "GO386=sse2")
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", g.name(), err, text)
	}
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// packedFile is a file of an archive.
type packedFile struct {
	name string
	mode fs.FileMode
	data []byte
}

// members are what every archive holds beside the program.
func members(t *testing.T, root string, g target, program []byte, sbom []byte) []packedFile {
	t.Helper()
	all := []packedFile{{g.exe(), 0o755, program}, {"sbom.cdx.json", 0o644, sbom}}
	files := []string{"README.md", "LICENSE", "config.example.yaml"}
	switch g.os {
	case "linux":
		files = append(files, "cmd/hbupload/testdata/dist/hbupload-sync.service", "cmd/hbupload/testdata/dist/hbupload-sync.timer")
	case "windows":
		files = append(files, "cmd/hbupload/testdata/dist/hbupload-sync.xml")
	}
	for _, name := range files {
		data, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, packedFile{filepath.Base(name), 0o644, data})
	}
	slices.SortFunc(all, func(a, b packedFile) int { return strings.Compare(a.name, b.name) })
	return all
}

// packed is a zip for Windows, else a tar.gz; the same members give the same
// bytes.
func packed(t *testing.T, g target, folder string, when time.Time, all []packedFile) []byte {
	t.Helper()
	var b bytes.Buffer
	if g.os == "windows" {
		w := zip.NewWriter(&b)
		w.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) { return flate.NewWriter(out, flate.BestCompression) })
		for _, m := range all {
			h := &zip.FileHeader{Name: folder + "/" + m.name, Method: zip.Deflate, Modified: when}
			h.SetMode(m.mode)
			f, err := w.CreateHeader(h)
			if err == nil {
				_, err = f.Write(m.data)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	w := tar.NewWriter(z)
	for _, m := range all {
		err := w.WriteHeader(&tar.Header{Name: folder + "/" + m.name, Mode: int64(m.mode), Size: int64(len(m.data)), ModTime: when, Format: tar.FormatPAX})
		if err == nil {
			_, err = w.Write(m.data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// cyclone is a CycloneDX 1.5 bill of materials.
type cyclone struct {
	BOMFormat   string      `json:"bomFormat"`
	SpecVersion string      `json:"specVersion"`
	Version     int         `json:"version"`
	Metadata    metadata    `json:"metadata"`
	Components  []component `json:"components"`
}

type metadata struct {
	Timestamp string    `json:"timestamp"`
	Component component `json:"component"`
}

type component struct {
	Type    string `json:"type"`
	Name    string `json:"name"`
	Version string `json:"version"`
	PURL    string `json:"purl,omitempty"`
	BOMRef  string `json:"bom-ref"`
}

// billOf is the list of what is inside a program, read from the program.
func billOf(t *testing.T, info *debug.BuildInfo, when time.Time) []byte {
	t.Helper()
	self := component{"application", "hbupload", info.Main.Version, "", "hbupload"}
	doc := cyclone{"CycloneDX", "1.5", 1, metadata{when.UTC().Format(time.RFC3339), self},
		[]component{{"library", "std", info.GoVersion, "pkg:golang/std@" + strings.TrimPrefix(info.GoVersion, "go"), "std"}}}
	for _, m := range info.Deps {
		purl := "pkg:golang/" + m.Path + "@" + m.Version
		doc.Components = append(doc.Components, component{"library", m.Path, m.Version, purl, purl})
	}
	data, err := json.MarshalIndent(doc, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return append(data, '\n')
}

// commitTime is the time of everything in the archives.
func commitTime(info *debug.BuildInfo) time.Time {
	for _, s := range info.Settings {
		if when, err := time.Parse(time.RFC3339, s.Value); s.Key == "vcs.time" && err == nil {
			return when.UTC()
		}
	}
	return time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
}

// copyOf is the sources in another folder: what is committed, or, where git
// cannot be asked, all that stands there.
func copyOf(t *testing.T, root, name string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), name)
	cmd := exec.CommandContext(t.Context(), "git", "clone", "-q", root, dir)
	if os.Getenv("DIST_VCS") != "true" {
		cmd = exec.CommandContext(t.Context(), "cp", "-R", root+"/.", dir)
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return dir
}

// TestDist writes the release of what is committed into dist: each program is
// built twice, out of two folders, and must come out the same byte by byte.
// DIST_CACHE names a build cache for the second time: an empty folder compiles
// everything anew, which takes some minutes a system.
func TestDist(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(root, "dist")
	if err := errors.Join(os.RemoveAll(out), os.MkdirAll(out, 0o755)); err != nil {
		t.Fatal(err)
	}
	source, again, scratch := copyOf(t, root, "one"), copyOf(t, root, "another"), t.TempDir()
	var sums strings.Builder
	for _, g := range targets() {
		first := g.build(t, source, filepath.Join(scratch, "one"))
		if cache := os.Getenv("DIST_CACHE"); cache != "" {
			t.Setenv("GOCACHE", cache)
		}
		if second := g.build(t, again, filepath.Join(scratch, "two")); !bytes.Equal(first, second) {
			t.Fatalf("%s: two builds differ", g.name())
		}
		if g.os == "windows" {
			checkResources(t, g.name(), first)
		}
		info, err := buildinfo.Read(bytes.NewReader(first))
		if err != nil {
			t.Fatal(err)
		}
		version, when := strings.Trim(strings.ReplaceAll(info.Main.Version, "(devel)", "dev"), "v"), commitTime(info)
		folder := fmt.Sprintf("hbupload-%s-%s", version, g.name())
		all := members(t, source, g, first, billOf(t, info, when))
		archive, name := packed(t, g, folder, when, all), folder+".tar.gz"
		if g.os == "windows" {
			name = folder + ".zip"
		}
		if !bytes.Equal(archive, packed(t, g, folder, when, all)) {
			t.Fatalf("%s: two archives differ", name)
		}
		if err := os.WriteFile(filepath.Join(out, name), archive, 0o644); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(archive), name)
		t.Logf("%s: %d bytes, %d libraries", name, len(archive), len(info.Deps))
	}
	if err := os.WriteFile(filepath.Join(out, "SHA256SUMS"), []byte(sums.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}
