package cli

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"hbupload/internal/inbox"
)

// Tonight's export takes the place of yesterday's while that is uploaded: it
// stays, and the next night sends what is new in it.
func TestSyncMovesOnlyWhatItRead(t *testing.T) {
	t.Parallel()
	for _, across := range []bool{false, true} {
		n := newNights(t, "")
		n.process.Disk = &flakyDisk{Disk: inbox.System(), across: across}
		n.people("新.xlsx", 0, 5)
		must(t, os.Rename(n.path("inbox", "新.xlsx"), n.path("new")))
		n.people("导出.xlsx", 0, 2)
		var once sync.Once
		n.onUpload = func() {
			once.Do(func() { must(t, os.Rename(n.path("new"), n.path("inbox", "导出.xlsx"))) })
		}
		n.sync(0)
		n.expect("inbox/导出.xlsx")
		if !strings.Contains(n.out.String(), "换成了别的内容") {
			t.Errorf("not said: %s", n.out.String())
		}
		n.stored(2)
		n.later(24 * time.Hour)
		n.sync(0)
		n.expect("done/MONTH/导出.xlsx")
		n.stored(5)
	}
}

// A file that is replaced while it waits for its turn, or right after it was
// found to be unreadable, is not moved either.
func TestSyncMovesNoBadFileThatWasReplaced(t *testing.T) {
	t.Parallel()
	n := newNights(t, "")
	n.people("好.xlsx", 0, 2)
	good, err := os.ReadFile(n.path("inbox", "好.xlsx"))
	must(t, err)
	must(t, os.WriteFile(n.path("inbox", "好.xlsx"), []byte("PK\x03\x04 no workbook"), 0o600))
	n.rest("好.xlsx", time.Hour)
	d := &countingDisk{Disk: inbox.System(), opens: map[string]int{}}
	d.onOpen = func(path string, times int) {
		if times == 2 { // it was read, and is about to be moved
			must(t, os.WriteFile(path, good, 0o600))
		}
	}
	n.process.Disk = d
	n.sync(3)
	n.expect("inbox/好.xlsx")
	n.rest("好.xlsx", time.Hour)
	n.sync(0)
	n.expect("done/MONTH/好.xlsx")
	n.stored(2)
}

// countingDisk counts how often each file is opened.
type countingDisk struct {
	inbox.Disk
	mu     sync.Mutex
	opens  map[string]int
	onOpen func(path string, times int)
}

func (d *countingDisk) Open(path string) (io.ReadCloser, error) {
	d.mu.Lock()
	d.opens[filepath.Base(path)]++
	times := d.opens[filepath.Base(path)]
	d.mu.Unlock()
	if d.onOpen != nil {
		d.onOpen(path, times)
	}
	return d.Disk.Open(path)
}

// Bad files, and those whose sheets must be sorted first, do not make the
// others be read again: each is opened once to be read and looked at twice when
// it is moved.
func TestSyncReadsEachFileOnce(t *testing.T) {
	t.Parallel()
	n := newNights(t, "")
	const files = 40
	for i := range files {
		name := fmt.Sprintf("%02d.xlsx", i)
		n.people(name, i, 1)
		if i%10 == 3 {
			must(t, os.WriteFile(n.path("inbox", name), []byte(name), 0o600))
			n.rest(name, time.Hour)
		}
	}
	d := &countingDisk{Disk: inbox.System(), opens: map[string]int{}}
	n.process.Disk = d
	n.sync(3)
	n.stored(files - files/10)
	for name, times := range d.opens {
		if strings.HasSuffix(name, ".xlsx") && times != 3 {
			t.Errorf("%s was opened %d times", name, times)
		}
	}
	if got := len(d.opens); got < files {
		t.Errorf("%d files were opened", got)
	}
}
