package wire

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

func TestZipIsOneDeflatedEntryWithSizesInFront(t *testing.T) {
	t.Parallel()
	text := NewEncoder(Options{}).Encode(nil, bigSample())
	data := Zip(nil, text)
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	f := r.File[0]
	if len(r.File) != 1 || f.Name != entryName || f.Method != zip.Deflate || f.Flags != 0 || f.Modified.Year() != 1980 {
		t.Errorf("%d entries, %+v", len(r.File), f.FileHeader)
	}
	if got := binary.LittleEndian.Uint32(data[22:]); got != uint32(len(text)) {
		t.Errorf("local header says %d bytes, want %d", got, len(text))
	}
	rc, err := f.Open()
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(rc)
	if err != nil || !bytes.Equal(got, text) {
		t.Errorf("content differs: %v", err)
	}
}

func TestZipIsReproducible(t *testing.T) {
	t.Parallel()
	z := NewZipper(0)
	rng := rand.New(rand.NewPCG(1, 2))
	texts := make([][]byte, 40)
	for i := range texts {
		texts[i] = make([]byte, rng.IntN(40_000))
		for j := range texts[i] {
			texts[i][j] = byte('a' + rng.IntN(3+i%20))
		}
	}
	var wg sync.WaitGroup
	for range 4 { // reused compressors, several at once
		wg.Go(func() {
			for _, text := range texts {
				if !bytes.Equal(z.Zip(nil, text), Zip(nil, text)) {
					t.Error("a reused compressor gives other bytes than a fresh one")
				}
			}
		})
	}
	wg.Wait()
}

func TestZipAppendsAndTakesEmpty(t *testing.T) {
	t.Parallel()
	data := Zip([]byte("head"), nil)
	if !bytes.HasPrefix(data, []byte("head")) {
		t.Fatal("dst is lost")
	}
	if text, err := Unzip(data[4:]); err != nil || len(text) != 0 {
		t.Errorf("%q %v", text, err)
	}
}

// TestZipForOthers lets readers that are not Go's look at the archive.
func TestZipForOthers(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "data.zip")
	if err := os.WriteFile(file, Zip(nil, NewEncoder(Options{}).Encode(nil, sample())), 0o600); err != nil {
		t.Fatal(err)
	}
	tried := 0
	for _, cmd := range [][]string{{"unzip", "-tqq", file}, {"python3", "-m", "zipfile", "-t", file}} {
		if _, err := exec.LookPath(cmd[0]); err != nil {
			continue
		}
		tried++
		if out, err := exec.CommandContext(context.Background(), cmd[0], cmd[1:]...).CombinedOutput(); err != nil {
			t.Errorf("%v: %v %s", cmd, err, out)
		}
	}
	if tried == 0 {
		t.Skip("neither unzip nor python3 is here")
	}
}
