package xls

import (
	"bytes"
	"crypto/md5"  //nolint:gosec // the format's choice
	"crypto/rc4"  //nolint:gosec // the format's choice
	"crypto/sha1" //nolint:gosec // the format's choice
	"encoding/binary"
	"unicode/utf16"
)

// DefaultPassword is what Excel encrypts with when only the structure of a
// workbook is protected; it and others open such files without asking.
const DefaultPassword = "VelvetSweatshop"

// The length of a stretch of the stream that has a key of its own.
const rc4Block = 1024

// keyOf gives the key of a block.
type keyOf func(block uint32) []byte

// decrypt undoes the encryption that a FILEPASS record announces, if it is one
// with the default password. pos is where the records behind it begin.
func (b *book) decrypt(filePass []byte, pos int) bool {
	if isXOR(filePass, b.biff5) {
		b.undoXOR(xorArray, pos)
		return true
	}
	key := defaultKey(filePass)
	if key == nil {
		return false
	}
	return b.applyKey(key, pos)
}

// applyKey decrypts the records from pos on, or encrypts them: it is the same.
// Where the stream breaks off, the reading says so.
func (b *book) applyKey(key keyOf, pos int) bool {
	stream := make([]byte, len(b.data))
	for at := 0; at < len(stream); at += rc4Block {
		c, err := rc4.NewCipher(key(uint32(at / rc4Block))) //nolint:gosec // the format's choice
		if err != nil {
			return false
		}
		part := stream[at:min(at+rc4Block, len(stream))]
		c.XORKeyStream(part, part)
	}
	for rec, ok := b.record(pos); ok; rec, ok = b.record(pos) {
		for i := plainBytes(rec); i < len(rec.body); i++ {
			rec.body[i] ^= stream[pos+4+i]
		}
		pos = rec.next
	}
	return true
}

// plainBytes is how many bytes of a record are not encrypted.
func plainBytes(rec record) int {
	switch rec.typ {
	case recBOF, recFilePass, recUsrExcl, recFileLock, recInterfaceHdr, recRRDInfo, recRRDHead:
		return len(rec.body)
	case recBoundSheet:
		return min(4, len(rec.body)) // the position of the sheet
	}
	return 0
}

// defaultKey is the key of a FILEPASS record of RC4, nil if it is not of the
// default password.
func defaultKey(body []byte) keyOf {
	if len(body) < 6 || u16(body) != 1 {
		return nil
	}
	major := u16(body[2:])
	minor := u16(body[4:])
	switch rest := body[6:]; {
	case major == 1 && minor == 1 && len(rest) >= 48:
		key := md5Key(rest[:16])
		return verified(key, rest[16:32], rest[32:48], func(v []byte) []byte { h := md5.Sum(v); return h[:] }) //nolint:gosec // the format's choice
	case major >= 2 && major <= 4 && minor == 2 && len(rest) >= 8:
		size := int(u32(rest[4:]))
		if size < 20 || size > len(rest)-8 || len(rest)-8-size < 60 {
			return nil
		}
		bits := int(u32(rest[8+16:]))
		verifier := rest[8+size:]
		key := sha1Key(verifier[4:20], bits)
		return verified(key, verifier[20:36], verifier[40:60], func(v []byte) []byte { h := sha1.Sum(v); return h[:] }) //nolint:gosec // the format's choice
	}
	return nil
}

// verified is the key if it decrypts the verifier to what its hash tells.
func verified(key keyOf, verifier, hash []byte, sum func([]byte) []byte) keyOf {
	c, err := rc4.NewCipher(key(0)) //nolint:gosec // the format's choice
	if err != nil {
		return nil
	}
	v := make([]byte, len(verifier))
	h := make([]byte, len(hash))
	c.XORKeyStream(v, verifier)
	c.XORKeyStream(h, hash)
	if !bytes.Equal(sum(v), h) {
		return nil
	}
	return key
}

// md5Key is the key of RC4 encryption ([MS-OFFCRYPTO] 2.3.6.2).
func md5Key(salt []byte) keyOf {
	h := md5.Sum(passwordBytes())                           //nolint:gosec // the format's choice
	h = md5.Sum(bytes.Repeat(append(h[:5:5], salt...), 16)) //nolint:gosec // the format's choice
	return func(block uint32) []byte {
		k := md5.Sum(binary.LittleEndian.AppendUint32(h[:5:5], block)) //nolint:gosec // the format's choice
		return k[:]
	}
}

// sha1Key is the key of RC4 CryptoAPI encryption ([MS-OFFCRYPTO] 2.3.5.2). One
// of 40 bits is filled up with zeros.
func sha1Key(salt []byte, bits int) keyOf {
	h := sha1.Sum(append(bytes.Clone(salt), passwordBytes()...)) //nolint:gosec // the format's choice
	if bits <= 0 || bits > 128 {
		bits = 40
	}
	return func(block uint32) []byte {
		k := sha1.Sum(binary.LittleEndian.AppendUint32(bytes.Clone(h[:]), block)) //nolint:gosec // the format's choice
		if bits == 40 {
			return append(k[:5:5], make([]byte, 11)...)
		}
		return k[:bits/8]
	}
}

// passwordBytes is the default password in UTF-16.
func passwordBytes() []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune(DefaultPassword)) {
		out = binary.LittleEndian.AppendUint16(out, u)
	}
	return out
}
