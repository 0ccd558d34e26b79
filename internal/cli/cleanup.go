package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"time"
)

// removeTree deletes a throw-away folder of ours. os.RemoveAll needs a way of
// deleting that not every Windows file system has (Wine 8 and some shares say
// "invalid function"); one by one always works for files that are closed.
func removeTree(dir string) error {
	err := os.RemoveAll(dir)
	if err == nil {
		return nil
	}
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		if e.IsDir() { // a link is removed, never followed
			_ = removeTree(path)
			continue
		}
		_ = os.Remove(path)
	}
	return os.Remove(dir)
}

// reScratch is the name of our folders and files in the system's temporary
// folder.
var reScratch = regexp.MustCompile(`^hbupload-((sandbox-)?\d+|\d+\.tmp)$`)

// staleAfter is the age beyond which no run of ours can still be using its
// temporary folder.
const staleAfter = 48 * time.Hour

// unfinished is how a file of ours is called while it is being written, beside
// its final name: it may hold a token or a person's record.
const unfinished = ".new-*.tmp"

// sweepScratch removes the temporary folders and files of killed runs: they may hold rows
// of an export. Those of other users cannot be removed and stay.
func sweepScratch(parent string, now time.Time) {
	entries, err := os.ReadDir(parent)
	if err != nil {
		return
	}
	for _, e := range entries {
		if !e.IsDir() && !e.Type().IsRegular() || !reScratch.MatchString(e.Name()) { // a link is neither
			continue
		}
		if info, err := e.Info(); err == nil && now.Sub(info.ModTime()) > staleAfter {
			_ = removeTree(filepath.Join(parent, e.Name()))
		}
	}
}
