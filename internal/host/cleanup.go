package host

import (
	"os"
	"path/filepath"
	"time"

	"hbupload/internal/pattern"
)

// RemoveTree deletes a throw-away folder of ours. os.RemoveAll needs a way of
// deleting that not every Windows file system has (Wine 8 and some shares say
// "invalid function"); one by one always works for files that are closed.
func RemoveTree(dir string) error {
	err := os.RemoveAll(dir)
	if err == nil {
		return nil
	}
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		if e.IsDir() { // a link is removed, never followed
			_ = RemoveTree(path)
			continue
		}
		_ = os.Remove(path)
	}
	return os.Remove(dir)
}

// reScratch is the name of our folders and files in the system's temporary
// folder.
var reScratch = pattern.New(`^hbupload-((sandbox-)?\d+|\d+\.tmp)$`)

// staleAfter is the age beyond which no run of ours can still be using its
// temporary folder.
const staleAfter = 48 * time.Hour

// oldUnfinished is how versions before 2026-11 called a file while it was being
// written, beside its final name: it may hold a token or a person's record.
const oldUnfinished = ".new-*.tmp"

// SweepScratch removes the temporary folders and files of killed runs: they may hold rows
// of an export. Those of other users cannot be removed and stay.
func SweepScratch(parent string, now time.Time) {
	entries, err := os.ReadDir(parent)
	if err != nil {
		return
	}
	for _, e := range entries {
		if !e.IsDir() && !e.Type().IsRegular() || !reScratch.MatchString(e.Name()) { // a link is neither
			continue
		}
		if info, err := e.Info(); err == nil && now.Sub(info.ModTime()) > staleAfter {
			_ = RemoveTree(filepath.Join(parent, e.Name()))
		}
	}
}

// SweepAll is SweepUnfinished for what older versions left too.
func SweepAll(dir string, now time.Time) {
	SweepUnfinished(dir, now)
	sweepPattern(dir, oldUnfinished, now)
}
