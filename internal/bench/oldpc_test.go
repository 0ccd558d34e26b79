//go:build unix

package bench

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
)

// oldPC is a PC of 2010: 32 bits, one processor, little memory. The whole command
// with its reports is measured, as an operator runs it.
func (l *lab) oldPC() {
	if runtime.GOOS != "linux" || runtime.GOARCH != "amd64" {
		l.b.Log("the rows of an old PC need linux/amd64, which runs programs of 32 bits")
		return
	}
	whole := l.bin
	config := l.config
	defer func() { l.bin, l.config = whole, config }()
	url, stop := l.sandbox()
	defer stop()
	old := filepath.Join(l.dir, "hbupload-386")
	l.command(context.Background(), "env", "GOARCH=386", "CGO_ENABLED=0", "go", "build", "-trimpath", "-o", old, "../../cmd/hbupload")
	l.bin = old
	l.configure(url)
	for name, value := range map[string]string{"GOMAXPROCS": "1", "GOMEMLIMIT": "256MiB"} {
		l.b.Setenv(name, value)
		defer func() { _ = os.Unsetenv(name) }()
	}
	l.run(0, "dict", "pull", "--quiet")
	book := l.people(clinic)
	validate := l.run(0, "validate", book, "--quiet")
	push := l.run(0, "push", book, "--quiet", "--yes")
	l.row("old PC (386, 1 processor, GOMEMLIMIT 256MiB): peak MiB of validate, %d people", "≤ 128", mib(validate.peak), clinic)
	l.row("old PC: seconds", "–", validate.wall.Seconds())
	l.row("old PC: peak MiB of push with reports", "≤ 128", mib(push.peak))
	l.row("old PC: seconds", "–", push.wall.Seconds())
}
