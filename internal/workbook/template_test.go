package workbook_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hbupload/internal/sandbox"
	"hbupload/internal/spec"
	"hbupload/internal/workbook"
)

func template(t *testing.T) string {
	t.Helper()
	dicts := sandbox.SampleSet()
	path, err := workbook.WriteTemplate(filepath.Join(t.TempDir(), "标准工作簿.xlsx"), &workbook.Template{Version: dicts.Version(), Legal: func(id spec.FieldID) []string {
		var out []string
		f := id.Field()
		for _, e := range f.Enum.Entries() {
			out = append(out, e.Name)
		}
		if f.Dict != "" {
			for _, e := range dicts.Dict(f.Dict).Entries {
				out = append(out, e.Name)
			}
		}
		return out
	}})
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func TestTemplateReadsAsEmpty(t *testing.T) {
	t.Parallel()
	path := template(t)
	s := check(t, path)
	acc := s.Source.Accounts()
	if len(s.Batch.Records) != 0 || len(s.Batch.Findings) != 0 || len(acc.Unrecognised) != 0 || len(acc.Ignored) != 0 || len(acc.Orphans) != 0 {
		t.Errorf("%d people, %d findings, %+v", len(s.Batch.Records), len(s.Batch.Findings), acc)
	}
	examples := 0
	for _, row := range acc.Skipped {
		if row.Reason == "example" {
			examples++
		}
	}
	if examples != int(spec.NumSheets) {
		t.Errorf("%d example rows skipped", examples)
	}
	if st, err := os.Stat(path); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", st.Mode(), err)
	}
}

func TestTemplateExplainsEveryColumn(t *testing.T) {
	t.Parallel()
	f := openBook(t, template(t))
	if got := strings.Join(f.GetSheetList(), " "); got != "体检信息 危害因素 体检项目 字典" {
		t.Errorf("sheets %s", got)
	}
	if visible, _ := f.GetSheetVisible("字典"); visible {
		t.Error("the lists are shown")
	}
	for id := spec.SheetPerson; id < spec.NumSheets; id++ {
		notes := notesOf(t, f, id.String())
		onPaper(t, f, id.String(), "'"+id.String()+"'!$A:$A,'"+id.String()+"'!$1:$1")
		lists, err := f.GetDataValidations(id.String())
		if err != nil {
			t.Fatal(err)
		}
		for i, field := range spec.SheetFields(id) {
			letter := spec.ColumnName(i + 1)
			if got, _ := f.GetCellValue(id.String(), letter+"1"); got != field.Label {
				t.Errorf("%s1 is %q, want %s", letter, got, field.Label)
			}
			text := notes[letter+"1"].Text
			if helper := field.Section == spec.SectionHelper; strings.Contains(text, "依据") == helper && field.Clause != "" {
				t.Errorf("%s: the document says nothing of helpers, and of all others: %q", field.Label, text)
			}
			if clause := field.Clause; field.Section != spec.SectionHelper && !strings.Contains(text, clause) || field.Required && field.ID != spec.HazardNames && !strings.Contains(text, "必填") || !strings.Contains(text, field.Note) {
				t.Errorf("%s: note %q", field.Label, text)
			}
			listed := false
			for _, dv := range lists {
				listed = listed || strings.HasPrefix(dv.Sqref, letter+"2:") && strings.Contains(dv.Formula1, "字典!$")
			}
			if takes := field.Kind == spec.KindEnum || field.Kind == spec.KindCode; listed != takes {
				t.Errorf("%s: drop-down %v", field.Label, listed)
			}
			style, _ := f.GetCellStyle(id.String(), letter+"9")
			look, err := f.GetStyle(style)
			if err != nil {
				t.Fatal(err)
			}
			if (field.Kind == spec.KindIdentity || field.Kind == spec.KindDigits || field.Kind == spec.KindKey) && look.NumFmt != 49 {
				t.Errorf("%s: cells are not text: %d", field.Label, look.NumFmt)
			}
		}
	}
}

func TestTemplateNeverOverwrites(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a.xlsx")
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := workbook.WriteTemplate(path, &workbook.Template{})
	if err != nil || filepath.Base(got) != "a (2).xlsx" {
		t.Errorf("%s %v", got, err)
	}
	if data, _ := os.ReadFile(path); string(data) != "mine" {
		t.Error("overwritten")
	}
}
