package dict

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"hbupload/internal/fault"
)

// metaName is the file that says which contents count; replacing it is the
// moment at which a pull takes effect.
const metaName = "meta.json"

// leftover is the age beyond which files that nothing refers to are deleted;
// younger ones may belong to another process that is saving right now.
const leftover = 24 * time.Hour

// Store is the place of the dictionaries of one platform address and account
// under the data folder.
type Store struct {
	folder   string
	baseURL  string // as shown and stored: never with a password
	username string
	write    func(ctx context.Context, path string, fill func(io.Writer) error) error
}

// Open names the place; it touches no file. dir is the folder that holds the
// dictionaries of all addresses. Institutions may see different dictionaries,
// hence a folder per address and account, named by a hash of both.
func Open(dir, baseURL, username string) *Store {
	address := canonical(baseURL)
	sum := sha256.Sum256([]byte(address + "\x00" + username))
	return &Store{
		folder:   filepath.Join(dir, hex.EncodeToString(sum[:])[:16]),
		baseURL:  address,
		username: username,
		write: func(ctx context.Context, path string, fill func(io.Writer) error) error {
			return replaced(ctx, path, fill)
		},
	}
}

// Folder is where the dictionaries of this address and account are kept.
func (s *Store) Folder() string { return s.folder }

// canonical writes one address in one way and takes a password out of it.
func canonical(baseURL string) string {
	text := strings.TrimRight(strings.TrimSpace(baseURL), "/")
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		// Unparsable text may hold anything before an @.
		return text[strings.LastIndexByte(text, '@')+1:]
	}
	u.User = nil
	u.RawQuery = ""
	u.Fragment = ""
	u.Scheme = strings.ToLower(u.Scheme)
	u.Host = strings.ToLower(u.Host)
	if (u.Scheme == "http" && u.Port() == "80") || (u.Scheme == "https" && u.Port() == "443") {
		u.Host = strings.TrimSuffix(u.Host, ":"+u.Port())
	}
	return u.String()
}

// Save keeps a whole pull: all eight dictionaries or, on any error, none, and
// then the ones saved before stay. What was current becomes Previous.
func (s *Store) Save(ctx context.Context, dicts ...*Dictionary) error {
	set := NewSet(dicts...)
	if err := complete(set); err != nil {
		return err
	}
	old, _ := s.readMeta() // a damaged meta.json is replaced
	contents := fmt.Sprintf("pull-%s-%d.tsv", set.Version(), set.PulledAt().UnixNano())
	sum := sha256.New()
	now := meta{BaseURL: s.baseURL, Username: s.username, Current: pullMeta{File: contents, Version: set.Version()}}
	for _, d := range set.All() {
		now.Current.Dictionaries = append(now.Current.Dictionaries, dictMeta{d.Code, len(d.Entries), d.PulledAt, d.Sample})
	}
	if old != nil {
		now.Previous = &old.Current
	}
	if err := ctx.Err(); err != nil {
		return s.failed(err)
	}
	err := s.write(ctx, filepath.Join(s.folder, contents), func(w io.Writer) error {
		return encode(io.MultiWriter(w, sum), set.All())
	})
	if err != nil {
		return s.failed(err)
	}
	now.Current.SHA256 = hex.EncodeToString(sum.Sum(nil))
	if err := ctx.Err(); err != nil {
		return s.failed(err)
	}
	err = s.write(ctx, filepath.Join(s.folder, metaName), func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(now)
	})
	if err != nil {
		return s.failed(err)
	}
	s.sweep(now, old, set.PulledAt())
	return nil
}

// complete refuses a pull that would leave a check without its dictionary.
// peType alone may be empty: no field uses it.
func complete(set *Set) error {
	if err := set.Require(Codes()...); err != nil {
		return err
	}
	for _, d := range set.All() {
		if d.Len() == 0 && d.Code != "peType" {
			return fault.New(fault.Dictionary, "平台返回的字典 "+describe(d.Code)+" 没有任何条目，本次下载未保存，原有字典不变").
				Next("请稍后重试 hbupload dict pull；仍为空请联系平台")
		}
	}
	return nil
}

func (s *Store) failed(cause error) error {
	return fault.New(fault.Dictionary, "字典没有保存成功（"+s.folder+"），原有字典不变").
		Next("请检查数据目录是否可写、磁盘是否已满，然后重新运行 hbupload dict pull").By(cause)
}

// sweep deletes the contents that the new meta.json no longer names, and what
// killed processes left. Nothing depends on its success.
func (s *Store) sweep(now meta, old *meta, at time.Time) {
	keep := []string{now.Current.File}
	if now.Previous != nil {
		keep = append(keep, now.Previous.File)
	}
	if old != nil && old.Previous != nil && !slices.Contains(keep, old.Previous.File) {
		_ = os.Remove(filepath.Join(s.folder, filepath.Base(old.Previous.File)))
	}
	for _, pattern := range unfinished() {
		paths, _ := filepath.Glob(filepath.Join(s.folder, pattern))
		for _, path := range paths {
			info, err := os.Stat(path)
			if err == nil && at.Sub(info.ModTime()) > leftover && !slices.Contains(keep, filepath.Base(path)) {
				_ = os.Remove(path)
			}
		}
	}
}
