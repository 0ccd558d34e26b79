package inbox

import (
	"errors"
	"io/fs"
	"path/filepath"
	"sort"
	"strings"
	"time"
)

// Box is a folder into which files are put.
type Box struct {
	Dir     string
	Pattern string // globs parted by , or ;, case ignored; "" stands for the formats we read
	Settle  time.Duration
	Disk    Disk
	Now     func() time.Time

	seen map[string]sighting
}

// formats are the names taken when no pattern is given.
const formats = "*.xlsx,*.xlsm,*.xls,*.csv,*.tsv,*.zip"

// File is a file of the folder.
type File struct {
	Path    string
	Size    int64
	ModTime time.Time
}

// Why a file is left where it is.
type Why string

// The reasons.
const (
	Growing Why = "growing" // its size or time has changed lately
	Open    Why = "open"    // another program has it open
	Hidden  Why = "hidden"  // it cannot be looked at

	Irregular Why = "irregular" // a link, a pipe, a device: never offered
)

// Waiting is a file that is not offered yet.
type Waiting struct {
	File
	Why Why
}

// Look is what a scan saw: files that may be read, oldest first, and files that
// may not yet.
type Look struct {
	Settled []File
	Waiting []Waiting
}

// sighting is since when a file has looked as it looks.
type sighting struct {
	size    int64
	modTime time.Time
	since   time.Time
}

// ErrPattern is a pattern that is no glob.
var ErrPattern = errors.New("bad pattern")

// patterns are the lower-case globs of the box.
func (b *Box) patterns() ([]string, error) {
	text := b.Pattern
	if strings.TrimSpace(text) == "" {
		text = formats
	}
	var out []string
	for _, p := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return r == ',' || r == ';' || r == '，' || r == '；' }) {
		p = strings.TrimSpace(p)
		if _, err := filepath.Match(p, "x"); err != nil || p == "" || strings.ContainsAny(p, `/`) {
			return nil, ErrPattern
		}
		out = append(out, p)
	}
	if len(out) == 0 {
		return nil, ErrPattern
	}
	return out, nil
}

// Scan looks at the folder once. A file is settled when its size and time have
// been the same for Settle: as its own time says, or, where that lies in the
// future or is fresh, as this Box has seen since its first Scan. The clock may
// jump: a sighting from the future begins anew.
func (b *Box) Scan() (Look, error) {
	patterns, err := b.patterns()
	if err != nil {
		return Look{}, err
	}
	entries, err := b.Disk.ReadDir(b.Dir)
	if err != nil {
		return Look{}, err
	}
	now := b.Now()
	before := b.seen
	b.seen = map[string]sighting{}
	names := map[string]bool{}
	for _, e := range entries {
		names[strings.ToLower(e.Name())] = true
	}
	var look Look
	for _, e := range entries {
		if e.IsDir() || passing(e.Name()) || !matches(patterns, e.Name()) {
			continue
		}
		b.look(e.Name(), now, before, names, &look)
	}
	sort.Slice(look.Settled, func(i, j int) bool { return older(look.Settled[i], look.Settled[j]) })
	sort.Slice(look.Waiting, func(i, j int) bool { return older(look.Waiting[i].File, look.Waiting[j].File) })
	return look, nil
}

func older(a, b File) bool {
	if !a.ModTime.Equal(b.ModTime) {
		return a.ModTime.Before(b.ModTime)
	}
	return a.Path < b.Path
}

// look judges one file.
func (b *Box) look(name string, now time.Time, before map[string]sighting, names map[string]bool, out *Look) {
	path := filepath.Join(b.Dir, name)
	info, err := b.Disk.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return // taken away meanwhile
	case err != nil:
		out.Waiting = append(out.Waiting, Waiting{File{Path: path}, Hidden})
		return
	case info.IsDir():
		return // it was a file when the folder was read
	case !info.Mode().IsRegular():
		// Who may put files here must not make us read those of others by a link.
		out.Waiting = append(out.Waiting, Waiting{File{Path: path, Size: info.Size(), ModTime: info.ModTime()}, Irregular})
		return
	}
	f := File{path, info.Size(), info.ModTime()}
	rested := b.rested(f, now, before)
	switch {
	case !rested:
		out.Waiting = append(out.Waiting, Waiting{f, Growing})
	case owned(names, name) || b.Disk.Busy(path):
		out.Waiting = append(out.Waiting, Waiting{f, Open})
	default:
		out.Settled = append(out.Settled, f)
	}
}

// rested reports whether a file has stayed as it is for long enough, and notes how it
// is seen now.
func (b *Box) rested(f File, now time.Time, before map[string]sighting) bool {
	s, known := before[f.Path]
	if !known || s.size != f.Size || !s.modTime.Equal(f.ModTime) || s.since.After(now) {
		s = sighting{f.Size, f.ModTime, now}
	}
	b.seen[f.Path] = s
	if age := now.Sub(f.ModTime); age >= b.Settle && age >= 0 {
		return true
	}
	return now.Sub(s.since) >= b.Settle && (known || b.Settle == 0)
}

// owned reports whether a spreadsheet program's owner file stands beside it: on a
// share seen from another system that is all one sees of an open workbook.
func owned(names map[string]bool, name string) bool {
	name = strings.ToLower(name)
	return names["~$"+name] || names[".~lock."+name+"#"] || names[".~"+name]
}

// passing tells names that programs give to what is not finished, or not meant
// for us.
func passing(name string) bool {
	lower := strings.ToLower(name)
	if strings.HasPrefix(lower, "~") || strings.HasPrefix(lower, ".") || strings.HasSuffix(lower, "~") {
		return true
	}
	switch filepath.Ext(lower) {
	case ".tmp", ".temp", ".part", ".partial", ".crdownload", ".filepart", ".download", ".swp", ".lock", ".bak":
		return true
	}
	return false
}

func matches(patterns []string, name string) bool {
	for _, p := range patterns {
		if ok, _ := filepath.Match(p, strings.ToLower(name)); ok {
			return true
		}
	}
	return false
}
