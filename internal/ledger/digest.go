package ledger

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"path/filepath"
	"sort"
	"strings"
	"sync"
)

// KeySize is the length of an installation's key in bytes.
const KeySize = 32

// Digest is a truncated HMAC-SHA256 of an identity or a name (16 bytes).
type Digest [16]byte

// Digest8 is a truncated HMAC-SHA256 of one leaf (8 bytes).
type Digest8 [8]byte

// leafSize is the packed size of one leaf: path hash, then the first half of its
// digest. Whether a record changed is decided by its SHA-256; the leaves only
// name the fields, and a record has hundreds of them.
const leafSize = 4 + 4

// shortDigest is a leaf's digest as it is packed.
type shortDigest [4]byte

// Digester makes keyed digests. It is safe for concurrent use and remembers the
// paths it has seen, so that Plan can name changed fields.
type Digester struct {
	pool  sync.Pool
	mu    sync.RWMutex
	paths map[uint32]string
}

// NewDigester returns the digester of a key (KeySize random bytes).
func NewDigester(key []byte) *Digester {
	k := append([]byte(nil), key...)
	d := &Digester{paths: map[uint32]string{}}
	d.pool.New = func() any { return &mac{h: hmac.New(sha256.New, k)} }
	return d
}

// mac is a keyed hash with its buffers; Reset restores the keyed state cheaply.
type mac struct {
	h   hash.Hash
	buf []byte
	sum [sha256.Size]byte
}

// digest hashes one domain-separated message held in m.buf.
func (m *mac) digest() *[sha256.Size]byte {
	m.h.Reset()
	m.h.Write(m.buf)
	m.h.Sum(m.sum[:0])
	return &m.sum
}

// appendPart appends a length-prefixed part, so that ("ab","c") and ("a","bc") differ.
func appendPart(dst []byte, s string) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(s)))
	return append(dst, s...)
}

// Identity digests ohOrgCode, idType, idcard, peDate, peFlag (in this order).
func (d *Digester) Identity(parts ...string) Digest {
	m := d.pool.Get().(*mac)
	defer d.pool.Put(m)
	m.buf = append(m.buf[:0], 'i')
	for _, p := range parts {
		m.buf = appendPart(m.buf, p)
	}
	return Digest(m.digest()[:16])
}

// Name digests a person's name; blanks and middle dots are ignored.
func (d *Digester) Name(name string) Digest {
	m := d.pool.Get().(*mac)
	defer d.pool.Put(m)
	m.buf = append(m.buf[:0], 'n')
	m.buf = append(m.buf, strings.Map(nameRune, name)...)
	return Digest(m.digest()[:16])
}

// Mask is what stands for a text that tells who a person is: no part of it, and
// a digest by which the same text is known again.
func (d *Digester) Mask(text string) string {
	m := d.pool.Get().(*mac)
	defer d.pool.Put(m)
	m.buf = append(append(m.buf[:0], 'm'), text...)
	return "***·" + hex.EncodeToString(m.digest()[:4])
}

// MaskFile masks the base name of a file and keeps its extension.
func (d *Digester) MaskFile(base string) string {
	ext := filepath.Ext(base)
	return d.Mask(strings.TrimSuffix(base, ext)) + ext
}

// nameRune drops what people write differently in one and the same name.
func nameRune(r rune) rune {
	switch r {
	case ' ', '\t', '\n', '\r', '\u00a0', '\u3000', '\u200b', '\ufeff', // blanks
		'·', '\u0387', '•', '・', '‧', '∙', '⋅', '･': // middle dots
		return -1
	}
	return r
}

// Leaf digests the text of one leaf of data.json.
func (d *Digester) Leaf(path, text string) Digest8 {
	m := d.pool.Get().(*mac)
	defer d.pool.Put(m)
	return m.leaf(path, text)
}

func (m *mac) leaf(path, text string) Digest8 {
	m.buf = append(m.buf[:0], 'l')
	m.buf = appendPart(m.buf, path)
	m.buf = append(m.buf, text...)
	return Digest8(m.digest()[:8])
}

// AppendLeaf appends the packed leaf (path hash and digest) to a record's leaves.
// A blank leaf is not kept: absent and "" are the same value.
func (d *Digester) AppendLeaf(dst []byte, path, text string) []byte {
	return d.AppendLeaves(dst, 1, func(int) (string, string) { return path, text })
}

// AppendLeaves appends the packed leaves of a record, of which leaf returns the
// i-th; see AppendLeaf.
func (d *Digester) AppendLeaves(dst []byte, n int, leaf func(i int) (path, text string)) []byte {
	m := d.pool.Get().(*mac)
	defer d.pool.Put(m)
	for i := range n {
		path, text := leaf(i)
		if text == "" {
			continue
		}
		sum := m.leaf(path, text)
		dst = binary.BigEndian.AppendUint32(dst, d.intern(path))
		dst = append(dst, sum[:4]...)
	}
	return dst
}

// intern returns the path's hash (FNV-1a) and remembers the path.
func (d *Digester) intern(path string) uint32 {
	h := pathHash(path)
	d.mu.RLock()
	_, known := d.paths[h]
	d.mu.RUnlock()
	if !known {
		d.mu.Lock()
		d.paths[h] = strings.Clone(path)
		d.mu.Unlock()
	}
	return h
}

// path names a hash, if this process has met it.
func (d *Digester) path(h uint32) (string, bool) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	p, ok := d.paths[h]
	return p, ok
}

// beyond returns the paths that this process has met beside the known; nil where
// those are n, as before.
func (d *Digester) beyond(known map[uint32]struct{}, n int) map[uint32]string {
	d.mu.RLock()
	defer d.mu.RUnlock()
	if len(d.paths) == len(known)+n {
		return nil
	}
	out := map[uint32]string{}
	for h, path := range d.paths {
		if _, ok := known[h]; !ok {
			out[h] = path
		}
	}
	return out
}

func pathHash(path string) uint32 {
	h := uint32(2166136261)
	for i := 0; i < len(path); i++ {
		h = (h ^ uint32(path[i])) * 16777619
	}
	return h
}

// unpack reads packed leaves into a map of path hash to digest; a tail that is
// no whole leaf is ignored.
func unpack(leaves []byte) map[uint32]shortDigest {
	out := make(map[uint32]shortDigest, len(leaves)/leafSize)
	for ; len(leaves) >= leafSize; leaves = leaves[leafSize:] {
		out[binary.BigEndian.Uint32(leaves)] = shortDigest(leaves[4:leafSize])
	}
	return out
}

// diffLeaves returns the hashes of the paths whose values differ, ascending.
func diffLeaves(before, after []byte) []uint32 {
	old := unpack(before)
	now := unpack(after)
	var out []uint32
	for h, sum := range now {
		if o, ok := old[h]; !ok || o != sum {
			out = append(out, h)
		}
	}
	for h := range old {
		if _, ok := now[h]; !ok {
			out = append(out, h)
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i] < out[j] })
	return out
}
