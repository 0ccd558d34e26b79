package mapping

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"hbupload/internal/codebook"
	"hbupload/internal/sandbox"
	"hbupload/internal/spec"
)

// learnedWords is a code book of some entries, as a file.
func learnedWords(t *testing.T, lines string) *codebook.Words {
	t.Helper()
	path := filepath.Join(t.TempDir(), codebook.FileName)
	if err := os.WriteFile(path, []byte("本院写法,字典,代码\n"+lines), 0o600); err != nil {
		t.Fatal(err)
	}
	book, err := codebook.Read(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	return book.For(sandbox.SampleSet(), codebook.Institution{})
}

// TestCodeBookComesLast: exact matches and configured aliases are asked first, and a
// word of one field's dictionary is no word of another's.
func TestCodeBookComesLast(t *testing.T) {
	t.Parallel()
	o := Options{Aliases: map[string]map[string]string{"hazard": {"吵": "2006"}},
		Book: learnedWords(t, "吵,危害因素,2008\n机器声,危害因素,2008\n大老爷们,性别,1\n噪声 ,危害因素,2006\n")}
	for _, c := range []struct {
		field spec.FieldID
		text  string
		want  string
		step  spec.StepKind
	}{
		{spec.HazardCode, "机器声", "2008", spec.StepCodeBook},
		{spec.ContactHazardCode, "机器声、2006", "2008,2006", spec.StepCodeBook},
		{spec.HazardCode, "吵", "2006", spec.StepAlias},
		{spec.HazardCode, "噪声", "2008", spec.StepName},
		{spec.SexCode, "大老爷们", "1", spec.StepCodeBook},
		{spec.SexCode, "男", "1", spec.StepEnum},
	} {
		v := code(t, o, c.field, text(c.text), false)
		if v.Text != c.want || v.Fault != nil || !v.Has(c.step) {
			t.Errorf("%s: %q %+v %+v", c.text, v.Text, v.Steps, v.Fault)
		}
	}
	wantFault(t, code(t, o, spec.CareTypeCode, text("机器声"), false), spec.UnknownCode)
}

// TestLearnedItemKeepsToItsClass: a word learned for an item of one class is not
// taken for a row of another.
func TestLearnedItemKeepsToItsClass(t *testing.T) {
	t.Parallel()
	item := sandbox.SampleSet().Dict(spec.DictItem).Entries[0]
	other := ""
	for _, e := range sandbox.SampleSet().Dict(spec.DictItem).Entries {
		if e.Class != item.Class {
			other = e.Class
		}
	}
	c := testCoder(t, Options{Book: learnedWords(t, "本院项目,项目,"+item.Code+"\n")}, false)
	for class, want := range map[string]bool{item.Class: true, "": true, "本院分类": true, other: false} {
		rec := &spec.Record{Items: make([]spec.Item, 1)}
		v := rec.Items[0].At(spec.ItemCode)
		v.Raw, v.Text, v.Cell = "本院项目", "本院项目", spec.CellText
		rec.Items[0].At(spec.ItemClassName).Text = class
		c.codeItems(rec)
		if (v.Text == item.Code) != want || (v.Fault == nil) != want {
			t.Errorf("class %q: %q, %+v", class, v.Text, v.Fault)
		}
	}
}
