package push

import (
	"reflect"
	"testing"
	"unsafe"
)

// TestWeightOfAPerson bounds what a run keeps of each person, beside the key. A
// hundred thousand people are pushed in 128 MiB.
func TestWeightOfAPerson(t *testing.T) {
	t.Parallel()
	if unsafe.Sizeof(uintptr(0)) != 8 {
		t.Skip("counted for 64 bits")
	}
	if n := unsafe.Sizeof(Record{}); n > 128 {
		t.Errorf("a record takes %d bytes", n)
	}
	if n := unsafe.Sizeof(job{}); n > 40 {
		t.Errorf("a job takes %d bytes", n)
	}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[job]()) {
		switch f.Type.Kind() {
		case reflect.Pointer, reflect.String, reflect.Slice, reflect.Map, reflect.Interface, reflect.Func, reflect.Chan:
			t.Errorf("the collector has to look through every job for %s", f.Name)
		}
	}
}
