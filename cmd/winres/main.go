// Command winres writes what Windows shows and asks of hbupload.exe: version,
// icon, manifest. The Go toolchain links a file of this kind that lies in the
// folder of the main package.
//
//	go run ./cmd/winres -arch amd64 -o cmd/hbupload/rsrc_windows_amd64.syso
//
// The version is that of the last tag, or the day of the last commit; the same
// commit gives the same bytes.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"github.com/tc-hib/winres"
)

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "winres:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("winres", flag.ContinueOnError)
	arch := flags.String("arch", "amd64", "amd64 or 386")
	path := flags.String("o", "", "file to write")
	if err := flags.Parse(args); err != nil {
		return err
	}
	kinds := map[string]winres.Arch{"amd64": winres.ArchAMD64, "386": winres.ArchI386}
	kind, ok := kinds[*arch]
	if !ok || *path == "" {
		return errors.New("-arch must be amd64 or 386, and -o a file")
	}
	set, err := resources(describe(ctx))
	if err != nil {
		return err
	}
	f, err := os.Create(*path)
	if err != nil {
		return err
	}
	return errors.Join(set.WriteObject(f, kind), f.Close())
}

// release is what git says of the sources.
type release struct {
	text string // v1.2.3, or a description of a commit; "dev" without git
	day  string // 2026-11-28, of the commit; "" without git
}

func describe(ctx context.Context) release {
	ask := func(args ...string) string {
		out, err := exec.CommandContext(ctx, "git", args...).Output() //nolint:gosec // the arguments are written below
		if err != nil {
			return ""
		}
		return strings.TrimSpace(string(out))
	}
	r := release{text: ask("describe", "--tags", "--always"), day: ask("log", "-1", "--format=%cd", "--date=format:%Y-%m-%d")}
	if r.text == "" {
		r.text = "dev"
	}
	return r
}
