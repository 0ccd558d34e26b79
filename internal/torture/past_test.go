package torture

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"hbupload/internal/ledger"
	"hbupload/internal/sandbox/sample"
)

// TestLedgerGoesBack puts an older copy of the ledger in the place of the ledger
// at random moments of a series of pushes: nothing is sent until a person has
// marked what the copy does not know.
func TestLedgerGoesBack(t *testing.T) {
	t.Parallel()
	bin := program(t)
	for seed := range uint64(rounds(2)) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, bin, faulty(t, ""), concurrencies()[seed%2])
			r := rand.New(rand.NewPCG(seed, 11))
			path := filepath.Join(w.data(), ledger.FileName)
			older := filepath.Join(w.dir, "older.db")
			var since []string
			w.push(w.file(3))
			copyFile(t, older, path)
			for range 2 + r.IntN(2) {
				file := w.file(2 + r.IntN(4))
				if o := w.push(file); o.ExitCode != 0 {
					t.Fatalf("exit %d, counts %v", o.ExitCode, o.Counts)
				}
				since = append(since, file)
			}
			stored := w.check("before the ledger goes back", false).stored
			copyFile(t, path, older)
			since = append(since, w.file(2)) // and people nobody has sent
			for _, file := range since {
				if code, out := w.run(pushArgs(file)...); code != 2 {
					t.Errorf("exit %d with a ledger of the past\n%s", code, out)
				}
			}
			if got := len(w.sandbox.Stored()); got != stored {
				t.Fatalf("%d stored, want %d", got, stored)
			}
			for _, file := range since[:len(since)-1] {
				if code, out := w.run("adopt", file); code != 0 {
					t.Fatalf("adopt: exit %d\n%s", code, out)
				}
			}
			if code, out := w.run("ledger", "accept-gap"); code != 0 {
				t.Fatalf("accept-gap: exit %d\n%s", code, out)
			}
			for _, file := range since {
				if o := w.push(file); o.ExitCode != 0 {
					t.Errorf("exit %d, counts %v", o.ExitCode, o.Counts)
				}
			}
			if a := w.check("at the end", false); a.stored != stored+2 || a.accepted != a.stored {
				t.Errorf("%+v, want %d stored", a, stored+2)
			}
		})
	}
}

// TestInputReplaced replaces an export by another one at random moments of its
// push. What is sent belongs to one of the two, and what the push did not send the
// next one does: nobody of the second is lost.
func TestInputReplaced(t *testing.T) {
	t.Parallel()
	bin := program(t)
	for seed := range uint64(rounds(4)) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, bin, faulty(t, ""), concurrencies()[seed%2])
			r := rand.New(rand.NewPCG(seed, 12))
			path := filepath.Join(w.dir, "export.xlsx")
			all := sample.People(1<<20, 7)
			write := func(name string, from, n int) {
				src := sample.Source{N: n, At: func(i int) sample.Person { return all.At(from + i) }}
				if err := sample.WriteXLSX(context.Background(), name, src); err != nil {
					t.Fatal(err)
				}
			}
			next := filepath.Join(w.dir, "next.xlsx")
			write(path, 0, 20)
			write(next, 15, 20) // five people are in both
			nth := 1 + r.IntN(15)
			w.gate.watch(func(n int) {
				if n == nth {
					if err := os.Rename(next, path); err != nil {
						t.Error(err)
					}
				}
			})
			o := w.push(path)
			w.gate.watch(nil)
			w.check(fmt.Sprintf("replaced at upload %d (exit %d)", nth, o.ExitCode), false)
			if o := w.push(path); o.ExitCode != 0 {
				t.Errorf("the second export: exit %d, counts %v", o.ExitCode, o.Counts)
			}
			if a := w.check("at the end", false); a.doubts != 0 || a.stored < 20 {
				t.Errorf("at the end %+v", a)
			}
		})
	}
}

// rounds is a number of worlds, ten times as many in a campaign.
func rounds(n int) int {
	if os.Getenv("HBUPLOAD_KILLS") != "" {
		return 10 * n
	}
	return n
}

// copyFile replaces a file by another one's bytes.
func copyFile(t *testing.T, to, from string) {
	t.Helper()
	in, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = in.Close() }()
	out, err := os.Create(to)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(out, in); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
}
