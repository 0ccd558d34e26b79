package main

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"

	"github.com/rogpeppe/go-internal/testscript"
)

// cmdZipped packs files into a zip, under the names given.
func cmdZipped(ts *testscript.TestScript, _ bool, args []string) {
	var packed bytes.Buffer
	z := zip.NewWriter(&packed)
	for _, name := range args[1:] {
		data, err := os.ReadFile(ts.MkAbs(name))
		ts.Check(err)
		w, err := z.Create(name)
		ts.Check(err)
		_, err = w.Write(data)
		ts.Check(err)
	}
	ts.Check(z.Close())
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), packed.Bytes(), 0o600))
}

// cmdSame makes sure that two folders hold the same files.
func cmdSame(ts *testscript.TestScript, _ bool, args []string) {
	got, err := os.ReadDir(ts.MkAbs(args[0]))
	ts.Check(err)
	want, err := os.ReadDir(ts.MkAbs(args[1]))
	ts.Check(err)
	if len(got) != len(want) || len(want) == 0 {
		ts.Fatalf("%s has %d files, %s %d", args[0], len(got), args[1], len(want))
	}
	for i := range want {
		a, err := os.ReadFile(filepath.Join(ts.MkAbs(args[0]), got[i].Name()))
		ts.Check(err)
		b, err := os.ReadFile(filepath.Join(ts.MkAbs(args[1]), want[i].Name()))
		ts.Check(err)
		if got[i].Name() != want[i].Name() || !bytes.Equal(a, b) {
			ts.Fatalf("%s/%s is not %s/%s", args[0], got[i].Name(), args[1], want[i].Name())
		}
	}
}
