//go:build unix

package bench

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"hbupload/internal/sandbox/sample"
)

// people is the size of the workbook most rows speak of: 20,000 people with
// some twelve results each, three sheets.
const people = 20_000

// BenchmarkTable prints the ratios of issue 9, each against a baseline that
// runs beside it. It measures the program as it is shipped, in processes of
// its own; one pass takes minutes, so b.N does not matter. -bench Table/small runs
// the rows of one part alone.
func BenchmarkTable(b *testing.B) {
	l := newLab(b)
	parts := []struct {
		name string
		run  func()
	}{
		{"validate", l.standard}, {"small", l.small}, {"sense", l.sense}, {"memory", l.memory}, {"delivery", l.delivery}, {"startup", l.startup}, {"old", l.oldPC},
	}
	for _, part := range parts {
		b.Run(part.name, func(b *testing.B) {
			l.b = b
			part.run()
		})
	}
	b.Log("\n" + strings.Join(l.rows, "\n"))
}

// clinic is how many people a small clinic examines in a year.
const clinic = 5_000

// check is how long a check of a workbook takes, without reports: the median of so
// many runs.
func (l *lab) check(runs int, book string, more ...string) time.Duration {
	return median(runs, func() time.Duration {
		return l.run(0, append([]string{"validate", book, "--no-report", "--quiet"}, more...)...).wall
	})
}

// standard compares the check of a workbook with excelize's reading of it, and with
// the same check through a mapping.
func (l *lab) standard() {
	book := l.people(people)
	raw := median(3, func() time.Duration { return l.excelizeRaw(book) })
	validate := l.check(3, book)
	l.row("validate %d people, all rules / excelize raw iteration", "≤ 0.15", validate.Seconds()/raw.Seconds(), people)
	mapped := l.check(3, book, "--mapping", l.selfMapping(book))
	l.row("the same through a mapping of each sheet to itself / the standard layout", "≤ 1.05", mapped.Seconds()/validate.Seconds())
}

// small is the same where what every run costs weighs more (issue 24).
func (l *lab) small() {
	const runs = 7
	book := l.people(clinic)
	raw := median(runs, func() time.Duration { return l.excelizeRaw(book) })
	l.row("validate %d people / excelize raw", "≤ 0.20", l.check(runs, book).Seconds()/raw.Seconds(), clinic)
}

// sense compares the CPU of a check with and without medical sense, the two in
// turn: on a busy machine the time on the clock tells little.
func (l *lab) sense() {
	book := l.people(people)
	with := l.config
	text, err := os.ReadFile(with)
	if err != nil {
		l.b.Fatal(err)
	}
	without := filepath.Join(filepath.Dir(with), "without.yaml")
	if err := os.WriteFile(without, append(text, "sense: off\n"...), 0o600); err != nil {
		l.b.Fatal(err)
	}
	defer func() { l.config = with }()
	l.b.Setenv("GOMAXPROCS", "1") // idle processors spin, and count
	defer func() { _ = os.Unsetenv("GOMAXPROCS") }()
	var on, off []time.Duration
	for range 5 {
		for _, c := range []struct {
			config string
			took   *[]time.Duration
		}{{with, &on}, {without, &off}} {
			l.config = c.config
			*c.took = append(*c.took, l.run(0, "validate", book, "--no-report", "--quiet").user)
		}
	}
	l.row("user CPU of validate with medical sense / with sense: off", "≤ 1.10", slices.Min(on).Seconds()/slices.Min(off).Seconds())
}

// memory compares the peak of a large input with that of a tenth of it.
func (l *lab) memory() {
	const many = 84_000 // a million item rows
	small := l.run(0, "validate", l.workbook("small.xlsx", sample.People(many/10, 1)), "--no-report", "--quiet").peak
	sorted := l.run(0, "validate", l.workbook("large.xlsx", sample.People(many, 1)), "--no-report", "--quiet").peak
	src := sample.People(many, 1)
	src.Shuffled = true
	shuffled := l.run(0, "validate", l.workbook("shuffled.xlsx", src), "--no-report", "--quiet").peak
	l.row("peak MiB at 1,000,000 item rows, sheets sorted alike", "≤ 96", mib(sorted))
	l.row("the same / peak at 100,000 item rows", "≤ 1.3", mib(sorted)/mib(small))
	l.row("peak MiB at 1,000,000 item rows, sheets shuffled", "≤ 256", mib(shuffled))
}

// delivery pushes to a stand-in platform in another process.
func (l *lab) delivery() {
	book := l.people(people)
	validate := l.check(3, book)
	bare := l.bareLoop(people, 16)
	url, stop := l.sandbox()
	defer stop()
	l.configure(url)
	l.run(0, "dict", "pull", "--quiet")
	push := l.run(0, "push", book, "--no-report", "--quiet", "--yes", "--concurrency", "16").wall
	again := median(3, func() time.Duration {
		return l.run(0, "push", book, "--no-report", "--quiet", "--yes").wall
	})
	l.row("push %d people, 16 workers, whole command: records/s / bare net/http loop", "≥ 0.35", bare.Seconds()/push.Seconds(), people)
	l.row("push again, all skipped / validate of the same file", "≤ 1.1", again.Seconds()/validate.Seconds())
}

// startup compares with a program that does nothing.
func (l *lab) startup() {
	empty := filepath.Join(l.dir, "empty")
	src := filepath.Join(l.dir, "empty.go")
	if err := os.WriteFile(src, []byte("package main\n\nfunc main() {}\n"), 0o600); err != nil {
		l.b.Fatal(err)
	}
	l.command(context.Background(), "go", "build", "-o", empty, src)
	const times = 21
	nothing := median(times, func() time.Duration { return l.command(context.Background(), empty).wall })
	version := median(times, func() time.Duration { return l.run(0, "version").wall })
	l.row("ms that hbupload version takes longer than an empty program", "≤ 15", (version-nothing).Seconds()*1000)
}

func (l *lab) row(format, target string, value float64, args ...any) {
	l.b.Helper()
	line := fmt.Sprintf("%-80s %10.3f   target %s", fmt.Sprintf(format, args...), value, target)
	l.rows = append(l.rows, line)
	fmt.Fprintln(os.Stderr, line)
}

func mib(kib int64) float64 { return float64(kib) / 1024 }
