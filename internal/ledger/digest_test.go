package ledger

import (
	"bytes"
	"slices"
	"sync"
	"testing"
)

func testDigester() *Digester { return NewDigester(bytes.Repeat([]byte{1}, KeySize)) }

func TestNameIgnoresBlanksAndMiddleDots(t *testing.T) {
	t.Parallel()
	d := testDigester()
	want := d.Name("阿依古丽·买买提")
	for _, same := range []string{"阿依古丽•买买提", "阿依古丽・买买提", " 阿依古丽 · 买买提　", "阿依古丽买买提", "阿依古丽\u00a0·买买提"} {
		if d.Name(same) != want {
			t.Errorf("%q counts as another name", same)
		}
	}
	for _, other := range []string{"阿依古丽·买买", "阿依古丽-买买提", ""} {
		if d.Name(other) == want {
			t.Errorf("%q counts as the same name", other)
		}
	}
}

func TestDigestsAreKeyedAndSeparated(t *testing.T) {
	t.Parallel()
	d, other := testDigester(), NewDigester(bytes.Repeat([]byte{2}, KeySize))
	if d.Identity("a", "b") == other.Identity("a", "b") || d.Leaf("p", "t") == other.Leaf("p", "t") {
		t.Error("the key does not matter")
	}
	if d.Identity("ab", "c") == d.Identity("a", "bc") || d.Identity("a", "") == d.Identity("a") || d.Leaf("ab", "c") == d.Leaf("a", "bc") {
		t.Error("parts run into one another")
	}
	if d.Identity("x") == d.Name("x") {
		t.Error("an identity looks like a name")
	}
	if d.Identity("a", "b") != testDigester().Identity("a", "b") {
		t.Error("not repeatable")
	}
}

func TestDigesterIsConcurrent(t *testing.T) {
	t.Parallel()
	d := testDigester()
	want := d.AppendLeaf(nil, "ohEmployees.age", "25")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 500 {
				if !bytes.Equal(d.AppendLeaf(nil, "ohEmployees.age", "25"), want) {
					t.Error("two digests of one leaf")
				}
			}
		})
	}
	wg.Wait()
}

func TestDiffLeaves(t *testing.T) {
	t.Parallel()
	d := testDigester()
	pack := func(pairs ...string) (out []byte) {
		for i := 0; i < len(pairs); i += 2 {
			out = d.AppendLeaf(out, pairs[i], pairs[i+1])
		}
		return out
	}
	before := pack("a", "1", "b", "2", "c", "", "d", "4")
	for _, tc := range []struct {
		name  string
		after []byte
		want  []string
	}{
		{"nothing", pack("d", "4", "b", "2", "a", "1"), nil},
		{"a blank that is absent", pack("a", "1", "b", "2", "d", "4"), nil},
		{"one value", pack("a", "1", "b", "3", "d", "4"), []string{"b"}},
		{"one gone, one new", pack("a", "1", "c", "3", "d", "4"), []string{"b", "c"}},
		{"all gone", nil, []string{"a", "b", "d"}},
	} {
		var got []string
		for _, h := range diffLeaves(before, tc.after) {
			p, ok := d.path(h)
			if !ok {
				t.Errorf("%s: a path without a name", tc.name)
			}
			got = append(got, p)
		}
		slices.Sort(got)
		if !slices.Equal(got, tc.want) {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
}

// FuzzDiffLeaves: leaves come from a file that anything may have happened to.
func FuzzDiffLeaves(f *testing.F) {
	d := testDigester()
	f.Add(d.AppendLeaf(nil, "a", "1"), d.AppendLeaf(nil, "a", "2"))
	f.Add([]byte{1, 2, 3}, []byte(nil))
	f.Fuzz(func(t *testing.T, a, b []byte) {
		if got := diffLeaves(a, a); len(got) != 0 {
			t.Errorf("a record differs from itself: %v", got)
		}
		if !slices.Equal(diffLeaves(a, b), diffLeaves(b, a)) {
			t.Error("the difference depends on the direction")
		}
	})
}
