package workbook_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"hbupload/internal/push"
	"hbupload/internal/report"
	"hbupload/internal/spec"
	"hbupload/internal/table"
	"hbupload/internal/workbook"
	"hbupload/internal/workbook/booktest"
)

func openBook(t testing.TB, path string) *excelize.File {
	t.Helper()
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func fillOf(t testing.TB, f *excelize.File, sheet, cell string) string {
	t.Helper()
	id, err := f.GetCellStyle(sheet, cell)
	if err != nil {
		t.Fatal(err)
	}
	style, err := f.GetStyle(id)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(style.Fill.Color, ",")
}

func notesOf(t testing.TB, f *excelize.File, sheet string) map[string]excelize.Comment {
	t.Helper()
	list, err := f.GetComments(sheet)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]excelize.Comment{}
	for _, c := range list {
		out[c.Cell] = c
	}
	return out
}

func TestAnnotatedCopyMarksTheCells(t *testing.T) {
	t.Parallel()
	s := check(t, broken(t))
	f := openBook(t, s.annotate(t))
	if got, want := f.GetSheetList(), []string{"待修改", "体检信息", "危害因素", "体检项目", "说明", "结果"}; !slices.Equal(got, want) {
		t.Errorf("sheets %v, want %v", got, want)
	}
	if got := f.GetSheetName(f.GetActiveSheetIndex()); got != "待修改" {
		t.Errorf("shown sheet %s", got)
	}
	for i := range s.Batch.Findings {
		x := &s.Batch.Findings[i]
		want := "FFF0B5"
		if x.Severity == spec.Error {
			want = "FFC9CE"
		}
		if got := fillOf(t, f, x.Place.Sheet.Name, x.Place.Cell()); got != want {
			t.Errorf("%s %s: fill %q, want %s", x.Rule, x.Place.Cell(), got, want)
		}
		note := notesOf(t, f, x.Place.Sheet.Name)[x.Place.Cell()]
		if note.Author == "前台" {
			continue
		}
		what, _, _ := strings.Cut(x.Message, "；请")
		if note.Author != "hbupload" || !strings.Contains(note.Text, what) || !strings.Contains(note.Text, "办法：") {
			t.Errorf("%s %s: note by %q: %s", x.Rule, x.Place.Cell(), note.Author, note.Text)
		}
	}
	once := notesOf(t, f, spec.SheetPerson.String())[column(t, spec.SheetPerson, spec.TypeOfWorkCode)+"3"].Text
	for _, part := range []string{"hbupload dict search", "00-20 电焊工"} {
		if strings.Count(once, part) != 1 {
			t.Errorf("%q not once: %s", part, once)
		}
	}
	person := spec.SheetPerson.String()
	phone := column(t, spec.SheetPerson, spec.EmpPhone)
	if got := notesOf(t, f, person); got["A2"].Text != "首位" || got[phone+"6"].Text != "电话问过了" {
		t.Errorf("the user's notes: %v", got)
	}
	if got := fillOf(t, f, person, "A2"); got != "" {
		t.Errorf("a good cell is coloured %s", got)
	}
}

func TestAnnotatedCopyOffersValues(t *testing.T) {
	t.Parallel()
	s := check(t, broken(t))
	f := openBook(t, s.annotate(t))
	person, smoke, work := spec.SheetPerson.String(), column(t, spec.SheetPerson, spec.SmokingStatus), column(t, spec.SheetPerson, spec.TypeOfWorkCode)
	lists, err := f.GetDataValidations(person)
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]string{}
	for _, dv := range lists {
		if len(dv.Formula1) > 257 {
			t.Errorf("%s: a list of %d characters", dv.Sqref, len(dv.Formula1))
		}
		for _, cell := range strings.Fields(dv.Sqref) {
			at[cell] += dv.Formula1
		}
	}
	if got := at[smoke+"7"]; !strings.Contains(got, "从不吸") {
		t.Errorf("smoking offers %q", got)
	}
	if got := at[work+"3"]; !strings.Contains(got, "00-20") {
		t.Errorf("the work type offers %q", got)
	}
	if _, twice := at[smoke+"4"]; twice || at[smoke+"2:"+smoke+"5"] == "" {
		t.Errorf("the user's own drop-down was not left alone: %v", at)
	}
	if got := at[column(t, spec.SheetPerson, spec.IDCard)+"4"]; got != "" {
		t.Errorf("an identity number offers %q", got)
	}
}

func TestAnnotatedCopyListsEveryFinding(t *testing.T) {
	t.Parallel()
	s := check(t, broken(t))
	s.Batch.Records[0].State, s.Batch.Records[0].Reply, s.Batch.Records[0].Message = push.Rejected, &push.Reply{Verbatim: "=平台原话：测试甲子"}, "***"
	f := openBook(t, s.annotate(t))
	rows, err := f.GetRows("待修改")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(rows[0][0], table.ReportMark) {
		t.Errorf("first cell %q", rows[0][0])
	}
	linked := map[string]bool{}
	for i := 3; i < len(rows); i++ {
		if ok, target, err := f.GetCellHyperLink("待修改", "D"+itoa(i+1)); err == nil && ok {
			linked[target] = true
		}
	}
	for i := range s.Batch.Findings {
		x := &s.Batch.Findings[i]
		if want := "'" + x.Place.Sheet.Name + "'!" + x.Place.Cell(); !linked[want] {
			t.Errorf("no line links to %s (%v)", want, linked)
		}
	}
	results, err := f.GetRows("结果")
	if err != nil {
		t.Fatal(err)
	}
	if len(results) != 3+len(s.Batch.Records) {
		t.Errorf("%d lines for %d people", len(results)-3, len(s.Batch.Records))
	}
	if got := results[3]; got[0] != s.Batch.Records[0].Key || got[1] != "测试某" || got[2] != "平台拒绝" || got[3] != "=平台原话：测试甲子" {
		t.Errorf("first result %q", got)
	}
	if formula, _ := f.GetCellFormula("结果", "D4"); formula != "" {
		t.Errorf("the platform's words became a formula: %s", formula)
	}
}

func TestAnnotatedCopyLeavesTheRest(t *testing.T) {
	t.Parallel()
	path := broken(t)
	s := check(t, path)
	out := s.annotate(t)
	if got, want := cells(t, out), cells(t, path); !reflect.DeepEqual(got, want) {
		for k, w := range want {
			if got[k] != w {
				t.Errorf("%s: %+v, want %+v", k, got[k], w)
			}
		}
		t.Errorf("%d cells, want %d", len(got), len(want))
	}
	before, after := parts(t, path), parts(t, out)
	same := 0
	for name, data := range before {
		if bytes.Equal(after[name], data) {
			same++
			continue
		}
		for _, may := range []string{"sheet2.xml", "sheet3.xml", "sheet4.xml", "styles.xml", "workbook.xml", "workbook.xml.rels", "[Content_Types].xml", "comments", "vmlDrawing", ".rels"} {
			if strings.Contains(name, may) {
				data = nil
			}
		}
		if data != nil {
			t.Errorf("%s changed", name)
		}
	}
	if same == 0 {
		t.Error("every part changed")
	}
	f, old := openBook(t, out), openBook(t, path)
	person, work := spec.SheetPerson.String(), column(t, spec.SheetPerson, spec.TypeOfWorkCode)
	if w, _ := f.GetColWidth(person, "B"); w != 33 {
		t.Errorf("width %v", w)
	}
	a, _ := old.GetCellStyle(person, work+"5")
	b, _ := f.GetCellStyle(person, work+"5")
	was, _ := old.GetStyle(a)
	is, _ := f.GetStyle(b)
	if is.Font == nil || is.Font.Bold != was.Font.Bold || is.NumFmt != was.NumFmt {
		t.Errorf("the marked cell lost its own style: %+v, was %+v", is, was)
	}
	names := f.GetDefinedName()
	if len(names) != 3 || !slices.ContainsFunc(names, func(d excelize.DefinedName) bool { return d.Name == "打印" && d.Scope == spec.SheetItem.String() }) {
		t.Errorf("defined names %+v", names)
	}
	for _, page := range []string{"待修改", "结果"} {
		onPaper(t, f, page, "'"+page+"'!$3:$3")
	}
	if formula, _ := f.GetCellFormula("说明", "B2"); formula != "=1+1" && formula != "1+1" {
		t.Errorf("formula %q", formula)
	}
}

func TestAnnotatedCopyOfACopy(t *testing.T) {
	t.Parallel()
	path := broken(t)
	first := check(t, path).annotate(t)
	s := check(t, first)
	if acc := s.Source.Accounts(); !slices.Equal(acc.Unrecognised, []string{"说明"}) {
		t.Errorf("unrecognised %v", acc.Unrecognised)
	}
	second := s.annotate(t)
	for _, page := range []string{"待修改", "结果"} {
		onPaper(t, openBook(t, second), page, "'"+page+"'!$3:$3")
	}
	if base := filepath.Base(second); base != "导出-含个人信息-20261123-120000.xlsx" {
		t.Errorf("name %s", base)
	}
	f, g := openBook(t, first), openBook(t, second)
	if !slices.Equal(f.GetSheetList(), g.GetSheetList()) {
		t.Errorf("sheets %v", g.GetSheetList())
	}
	person, work := spec.SheetPerson.String(), column(t, spec.SheetPerson, spec.TypeOfWorkCode)
	if a, b := notesOf(t, f, person), notesOf(t, g, person); len(a) != len(b) {
		t.Errorf("%d notes, then %d", len(a), len(b))
	}
	s.Batch.Findings = nil
	h := openBook(t, s.annotate(t))
	if got := fillOf(t, h, person, work+"3"); got != "" {
		t.Errorf("our colour stayed: %s", got)
	}
	if got := fillOf(t, h, person, work+"5"); got != "00B0F0" {
		t.Errorf("the user's colour came back as %q", got)
	}
	if got := notesOf(t, h, person); len(got) != 2 {
		t.Errorf("notes left: %v", got)
	}
	if lists, _ := h.GetDataValidations(person); len(lists) != 1 {
		t.Errorf("%d drop-downs left", len(lists))
	}
	if !reflect.DeepEqual(cells(t, path), cells(t, second)) {
		t.Error("the data changed")
	}
}

func TestUsersOwnSheetOfThatNameStays(t *testing.T) {
	t.Parallel()
	f := openBook(t, broken(t))
	if _, err := f.NewSheet("结果"); err != nil {
		t.Fatal(err)
	}
	if err := f.SetCellStr("结果", "A1", "我的"); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "a.xlsx")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	g := openBook(t, check(t, check(t, path).annotate(t)).annotate(t))
	if got := g.GetSheetList(); len(got) != 7 || got[6] != "结果2" {
		t.Errorf("sheets %v", got)
	}
	if v, _ := g.GetCellValue("结果", "A1"); v != "我的" {
		t.Errorf("A1 = %q", v)
	}
}

func TestOnlyBadHoldsTheRowsToMend(t *testing.T) {
	t.Parallel()
	tally := report.NewTally(nil)
	tally.KeepRows = true
	s := &scene{booktest.Check(t, broken(t), tally.Add)}
	a := s.annotation(t.TempDir())
	a.Only = workbook.NewSelection()
	bad := 0
	for i := range s.Batch.Records {
		if r := &s.Batch.Records[i]; r.State == push.Invalid {
			tally.Select(a.Only, r.Place)
			bad++
		}
	}
	path, err := workbook.Annotate(context.Background(), a)
	if err != nil {
		t.Fatal(err)
	}
	again := check(t, path)
	if len(again.Batch.Records) != bad || bad == 0 {
		t.Errorf("%d people, want %d", len(again.Batch.Records), bad)
	}
	for i := range again.Batch.Records {
		if r := &again.Batch.Records[i]; r.State != push.Invalid {
			t.Errorf("%s is %s", r.Key, r.State)
		}
	}
	f := openBook(t, path)
	for i := range again.Batch.Findings {
		if x := &again.Batch.Findings[i]; x.Severity == spec.Error && notesOf(t, f, x.Place.Sheet.Name)[x.Place.Cell()].Author != "hbupload" {
			t.Errorf("%s %s is not marked", x.Rule, x.Place.Cell())
		}
	}
}

func TestReportsArePrivateAndNeverCollide(t *testing.T) {
	t.Parallel()
	s := check(t, standard)
	dir := t.TempDir()
	var names []string
	for range 3 {
		path, err := workbook.Annotate(context.Background(), s.annotation(dir))
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, filepath.Base(path))
		if st, err := os.Stat(path); err != nil || st.Mode().Perm() != 0o600 || st.Size() == 0 {
			t.Errorf("%s: %v %v", path, st.Mode(), err)
		}
	}
	if want := []string{"standard-含个人信息-20261123-120000.xlsx", "standard-含个人信息-20261123-120000 (2).xlsx", "standard-含个人信息-20261123-120000 (3).xlsx"}; !slices.Equal(names, want) {
		t.Errorf("names %q", names)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	if _, err := workbook.Annotate(context.Background(), s.annotation(filepath.Join(dir, "nowhere"))); err == nil {
		t.Error("no error for a folder that is not there")
	}
}
