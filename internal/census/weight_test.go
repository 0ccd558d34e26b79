package census

import (
	"testing"
	"unsafe"
)

// TestWeightOfAnEntry bounds what is kept of each record, beside its key.
func TestWeightOfAnEntry(t *testing.T) {
	t.Parallel()
	if n := unsafe.Sizeof(entry{}); n > 80 {
		t.Errorf("an entry takes %d bytes", n)
	}
}
