// Command win7 writes what `go build -overlay` needs for a program that starts on
// Windows 7: copies of two files of the standard library with eight small edits.
// Go's own builds stop there before main, because the runtime asks for a function
// that Windows 8 was the first to have.
//
//	go run ./cmd/win7 -o DIR
//	GOOS=windows go build -overlay DIR/overlay.json ./cmd/hbupload
//
// Each text to replace must stand in the toolchain's file exactly once; else
// nothing is written and the build stops.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "win7:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("win7", flag.ContinueOnError)
	dir := flags.String("o", "", "folder to write to")
	root := flags.String("goroot", "", "the toolchain (default: go env GOROOT)")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *dir == "" {
		return errors.New("the folder to write to is missing (-o DIR)")
	}
	if *root == "" {
		text, err := exec.CommandContext(ctx, "go", "env", "GOROOT").Output()
		if err != nil {
			return fmt.Errorf("go env GOROOT: %w", err)
		}
		*root = strings.TrimSpace(string(text))
	}
	overlay, err := write(*root, *dir)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, overlay)
	return err
}

// write writes the edited files and overlay.json into a folder and returns the
// latter's path.
func write(root, dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return "", err
	}
	replace := map[string]string{}
	for _, f := range files() {
		source := filepath.Join(root, "src", filepath.FromSlash(f.path))
		text, err := os.ReadFile(source)
		if err != nil {
			return "", err
		}
		edited, err := f.apply(string(text))
		if err != nil {
			return "", err
		}
		target := filepath.Join(dir, strings.ReplaceAll(f.path, "/", "_"))
		if err := os.WriteFile(target, []byte(edited), 0o600); err != nil {
			return "", err
		}
		replace[source] = target
	}
	text, err := json.MarshalIndent(map[string]any{"Replace": replace}, "", "\t")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "overlay.json")
	return path, os.WriteFile(path, append(text, '\n'), 0o600)
}
