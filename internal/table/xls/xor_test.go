package xls

import (
	"bytes"
	"math/bits"
	"testing"
)

// obfuscate is what undoXOR undoes: a FILEPASS record goes behind the BOF.
func obfuscate(stream []byte, filePass string) []byte {
	first := 4 + int(u16(stream[2:]))
	var b biff
	b.Write(stream[:first])
	b.rec(recFilePass, filePass)
	added := b.Len() - first
	b.Write(stream[first:])
	out := &book{data: b.Bytes()}
	moveSheets(out, added)
	pos := first + added
	for rec, ok := out.record(pos); ok; rec, ok = out.record(pos) {
		for i := plainBytes(rec); i < len(rec.body); i++ {
			at := (pos + 4 + len(rec.body) + i) % 16
			rec.body[i] = bits.RotateLeft8(rec.body[i]^xorArray[at], -3)
		}
		pos = rec.next
	}
	return out.data
}

// TestXOR: the oldest encryption with the default password is undone; with
// another password it is not, and the advice knows both cases.
func TestXOR(t *testing.T) {
	t.Parallel()
	stream := workbook(nil, func(b *biff) {
		for i := range 50 {
			b.rec(recLabel, i, 0, 0, 1, byte(1), wide("尘")).rec(recNumber, i, 1, 0, float64(i))
		}
	})
	want, err := dump(mustOpen(t, stream), 0)
	if err != nil {
		t.Fatal(err)
	}
	sealed := obfuscate(stream, "\x00\x00"+xorPass)
	if bytes.Contains(sealed, wide("尘")) {
		t.Error("nothing is encrypted")
	}
	if got, err := dump(mustOpen(t, sealed), 0); err != nil || got != want {
		t.Errorf("%.200s, %v", got, err)
	}
	old := bare(func(b *biff) { b.label(0, 0, gbk(t, "尘肺")).rec(recNumber, 0, 1, 0, 46084.0) })
	b, err := openBytes(obfuscate(old, xorPass))
	if err != nil {
		t.Fatal(err)
	}
	expect(t, b, 0, "1|A1=T 尘肺|B1=N 46084")
	for _, pass := range []string{"", "\x00\x00", "\x00\x00\x4A\x51\x1A\xCC", xorPass, "\x00\x00" + xorPass + "\x00"} {
		if _, err := openBytes(xlsFile(obfuscate(stream, pass))); err == nil {
			t.Errorf("%q is read", pass)
		}
	}
}
