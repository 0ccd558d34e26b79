package push

import (
	"bufio"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"io"
	"os"

	"hbupload/internal/fault"
)

// Spool keeps the zips of a run between its two passes: a 0600 file, encrypted
// under a key that exists only in this process, so that what a kill leaves
// behind is noise.
type Spool struct {
	file *os.File
	buf  *bufio.Writer
	aead cipher.AEAD
	end  int64
	seq  uint32
	box  []byte
}

// spoolPattern is the name of spool files, for the sweep at the next start.
const spoolPattern = "spool-*.tmp"

// NewSpool creates a spool in dir.
func NewSpool(dir string) (*Spool, error) {
	var key [32]byte
	if _, err := rand.Read(key[:]); err != nil {
		return nil, fmt.Errorf("随机数不可用：%w", err)
	}
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	file, err := os.CreateTemp(dir, spoolPattern)
	if err != nil {
		return nil, fault.New(fault.Config, "临时文件无法建立："+dir).Next("请检查数据文件夹的权限和磁盘空间").By(err)
	}
	_ = os.Remove(file.Name()) // where the system keeps an open file without its name; elsewhere Close removes it
	return &Spool{file: file, buf: bufio.NewWriterSize(file, 256<<10), aead: aead}, nil
}

// Slot is where a spooled zip lies.
type Slot struct {
	off  int64
	size int32
	seq  uint32
}

// nonce is the slot's number: each is used once under a key that is used once.
func nonce(seq uint32) []byte {
	var n [12]byte
	binary.LittleEndian.PutUint32(n[:], seq)
	return n[:]
}

// Add appends data and returns where it lies.
func (s *Spool) Add(data []byte) (Slot, error) {
	slot := Slot{off: s.end, seq: s.seq}
	s.seq++
	s.box = s.aead.Seal(s.box[:0], nonce(slot.seq), data, nil)
	slot.size = int32(len(s.box))
	if _, err := s.buf.Write(s.box); err != nil {
		return Slot{}, s.full(err)
	}
	s.end += int64(len(s.box))
	return slot, nil
}

// Flush makes what was added readable.
func (s *Spool) Flush() error {
	if err := s.buf.Flush(); err != nil {
		return s.full(err)
	}
	return nil
}

// Reset forgets what was added, to begin again. Numbers go on: a nonce is never
// used twice.
func (s *Spool) Reset() error {
	s.buf.Reset(s.file)
	s.end = 0
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return s.full(err)
	}
	if err := s.file.Truncate(0); err != nil {
		return s.full(err)
	}
	return nil
}

func (s *Spool) full(err error) error {
	return fault.New(fault.Stopped, "临时文件写入失败，磁盘可能已满；没有上传任何记录").Next("请清理磁盘后重试").By(err)
}

// Get reads what Add wrote, after Flush. It may be called from several
// goroutines.
func (s *Spool) Get(slot Slot) ([]byte, error) {
	box := make([]byte, slot.size)
	if _, err := s.file.ReadAt(box, slot.off); err != nil {
		return nil, fault.New(fault.Internal, "临时文件无法读取").By(err)
	}
	data, err := s.aead.Open(box[:0], nonce(slot.seq), box, nil)
	if err != nil {
		return nil, fault.New(fault.Internal, "临时文件已损坏").By(err)
	}
	return data, nil
}

// Close removes the spool.
func (s *Spool) Close() {
	_ = s.file.Close()
	_ = os.Remove(s.file.Name())
}
