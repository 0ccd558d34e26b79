package fault

import (
	"errors"
	"fmt"
	"io/fs"
	"testing"
)

func TestKindsHaveNamesAndCodes(t *testing.T) {
	t.Parallel()
	codes := map[string]int{
		"internal": 1, "usage": 2, "config": 2, "input": 2, "dictionary": 2,
		"auth": 4, "unreachable": 4, "rejected": 4, "in-doubt": 4, "stopped": 4, "locked": 5, "interrupted": 130,
	}
	if len(codes) != int(kinds) {
		t.Fatalf("%d kinds, %d expected", kinds, len(codes))
	}
	for k := range kinds {
		code, known := codes[k.String()]
		if !known || code != k.Code() {
			t.Errorf("kind %d: name %q, code %d; want a known name with code %d", k, k, k.Code(), code)
		}
	}
	if k := Kind(200); k.String() != "internal" || k.Code() != ExitInternal {
		t.Errorf("a kind beyond the table: %s, %d", k, k.Code())
	}
}

func TestErrorSentence(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name       string
		err        *Error
		text, file string
	}{
		{"bare", New(Usage, "缺少参数"), "缺少参数", ""},
		{"format", Newf(Usage, "缺少%d个参数", 2), "缺少2个参数", ""},
		{"percent sign", New(Input, "90%d"), "90%d", ""},
		{"place", New(Config, "无法读取").At("hbupload.yaml 第 3 行"), "hbupload.yaml 第 3 行：无法读取", ""},
		{"file is the place", New(Input, "是空的").In("甲.xlsx"), "甲.xlsx：是空的", "甲.xlsx"},
		{"file and place", New(Input, "是空的").At("甲.xlsx「体检信息」").In("甲.xlsx"), "甲.xlsx「体检信息」：是空的", "甲.xlsx"},
	} {
		if c.err.Error() != c.text || c.err.File() != c.file {
			t.Errorf("%s: %q in %q, want %q in %q", c.name, c.err, c.err.File(), c.text, c.file)
		}
	}
}

func TestOfFindsWhatCanBeShown(t *testing.T) {
	t.Parallel()
	base := New(Locked, "另一个上传正在进行").Next("稍后再试").By(fs.ErrExist)
	wrapped := fmt.Errorf("opening: %w", base)
	if told := Of(wrapped); told == nil || told.Hint() != "稍后再试" {
		t.Errorf("Of: %v", told)
	}
	if KindOf(wrapped) != Locked || !Is(wrapped, Auth, Locked) || Is(wrapped, Auth) {
		t.Errorf("kind: %s", KindOf(wrapped))
	}
	if !errors.Is(wrapped, fs.ErrExist) {
		t.Error("the cause is lost")
	}
	if plain := errors.New("x"); KindOf(plain) != Internal || Of(plain) != nil || Is(plain, Internal) {
		t.Error("a plain error is not one that can be shown")
	}
	if Of(nil) != nil {
		t.Error("nil is no error")
	}
}

// TestErrorsAreValues holds that completing an error does not change the one it
// was made from, which may be shared.
func TestErrorsAreValues(t *testing.T) {
	t.Parallel()
	first := New(Config, "甲")
	_ = first.Next("乙").At("丙").In("丁").By(fs.ErrExist)
	if first.Hint() != "" || first.Error() != "甲" || first.File() != "" || first.Unwrap() != nil {
		t.Errorf("the first error was changed: %+v", first)
	}
}
