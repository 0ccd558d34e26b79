package dict

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"hbupload/internal/fault"
)

// meta is the content of meta.json.
type meta struct {
	BaseURL  string    `json:"base_url"`
	Username string    `json:"username"`
	Current  pullMeta  `json:"current"`
	Previous *pullMeta `json:"previous,omitempty"`
}

// pullMeta describes the contents file of one pull.
type pullMeta struct {
	File         string     `json:"file"`
	SHA256       string     `json:"sha256"`
	Version      string     `json:"version"`
	Dictionaries []dictMeta `json:"dictionaries"`
}

type dictMeta struct {
	Code     string    `json:"code"`
	Entries  int       `json:"entries"`
	PulledAt time.Time `json:"pulled_at"`
	Sample   bool      `json:"sample,omitempty"`
}

// Load reads the dictionaries of the last pull. When there was none, the error
// is of kind "dictionary", wraps ErrMissing and says what to run.
func (s *Store) Load() (*Set, error) {
	m, err := s.readMeta()
	if errors.Is(err, fs.ErrNotExist) {
		names := make([]string, 0, 8)
		for _, l := range labels() {
			names = append(names, l.Name)
		}
		missing := fault.Newf(fault.Dictionary, "还没有从平台 %s 下载过字典（%s）", s.baseURL, strings.Join(names, "、")).Next(hintPull)
		if s.baseURL == "" {
			missing = fault.New(fault.Dictionary, "没有配置平台地址 platform.base_url，也就没有它的字典").
				Next("请在终端运行 hbupload setup（或先运行 hbupload config init），或在 hbupload.yaml 里写上 platform.base_url，再运行 hbupload dict pull")
		}
		return nil, missing.By(errors.Join(ErrMissing, err))
	}
	if err != nil {
		return nil, s.damaged(err)
	}
	set, err := s.read(m.Current)
	if err != nil {
		return nil, s.damaged(err)
	}
	if err := set.Require(Codes()...); err != nil {
		return nil, err
	}
	return set, nil
}

// Previous reads the dictionaries of the pull before the last, for Diff; nil
// without error when there was none.
func (s *Store) Previous() (*Set, error) {
	m, err := s.readMeta()
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, s.damaged(err)
	}
	if m.Previous == nil {
		return nil, nil
	}
	set, err := s.read(*m.Previous)
	if err != nil {
		return nil, s.damaged(err)
	}
	return set, nil
}

func (s *Store) damaged(cause error) error {
	return fault.New(fault.Dictionary, "本机保存的字典文件已损坏（"+s.folder+"）").Next("请重新运行 hbupload dict pull").By(cause)
}

func (s *Store) readMeta() (*meta, error) {
	data, err := readRegular(filepath.Join(s.folder, metaName))
	if err != nil {
		return nil, err
	}
	var m meta
	if err := json.Unmarshal(data, &m); err != nil {
		return nil, err
	}
	if m.Current.File == "" {
		return nil, errContents
	}
	return &m, nil
}

// read loads one contents file and compares it with what was saved.
func (s *Store) read(p pullMeta) (*Set, error) {
	// Base: a name out of a file must not lead elsewhere.
	data, err := readRegular(filepath.Join(s.folder, filepath.Base(p.File)))
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	if hex.EncodeToString(sum[:]) != p.SHA256 {
		return nil, errContents
	}
	dicts, err := decode(string(data))
	if err != nil {
		return nil, err
	}
	for _, d := range dicts {
		for _, dm := range p.Dictionaries {
			if dm.Code == d.Code {
				d.PulledAt = dm.PulledAt
				d.Sample = dm.Sample
			}
		}
	}
	// The hash of the contents is the version: no need to compute it again.
	set := &Set{dicts: make(map[string]*Dictionary, len(dicts)), version: p.SHA256[:12]}
	for _, d := range dicts {
		set.dicts[d.Code] = d
	}
	return set, nil
}

// readRegular reads a file; a pipe or a device in its place would never end.
func readRegular(path string) ([]byte, error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return nil, errContents
	}
	return os.ReadFile(path)
}
