package report_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"hbupload/internal/push"
	"hbupload/internal/report"
	"hbupload/internal/rules"
	"hbupload/internal/spec"
	"hbupload/internal/workbook/booktest"
)

// scene is an input that was read and checked, with its tally.
type scene struct {
	*booktest.Scene
	tally *report.Tally
}

func check(t testing.TB, path string) *scene {
	t.Helper()
	s := &scene{tally: report.NewTally(booktest.Entry)}
	s.tally.KeepRows = true
	s.Scene = booktest.Check(t, path, s.tally.Add)
	return s
}

func (s *scene) page(t *testing.T) string {
	t.Helper()
	p := &report.Page{Inputs: []string{"导出.xlsx"}, Records: s.Batch.Records, Findings: s.Batch.Findings, Tally: s.tally, Institution: "测试医院", Tool: "1.0", Command: "push", When: booktest.Noon(),
		Rows: report.Rows{Read: 543, Used: 540}, Summary: func(id spec.RuleID) string { r, _ := rules.Find(id); return r.Summary }}
	path, err := report.WritePage(t.TempDir(), "导出.xlsx", p)
	if err != nil {
		t.Fatal(err)
	}
	if base := filepath.Base(path); base != "导出-汇总-20261123-120000.html" {
		t.Errorf("name %s", base)
	}
	if st, err := os.Stat(path); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", st.Mode(), err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestPageHoldsNothingPersonalAndAsksForNothing(t *testing.T) {
	t.Parallel()
	s := check(t, booktest.Broken(t))
	s.Batch.Records[0].State, s.Batch.Records[0].Message, s.Batch.Records[0].Reply = push.Rejected, "***已存在", &push.Reply{Verbatim: "测试甲子已存在"}
	html := s.page(t)
	if len(s.Names) < 50 {
		t.Fatalf("only %d personal values", len(s.Names))
	}
	for name := range s.Names {
		if len(name) > 1 && strings.Contains(html, name) {
			t.Errorf("the page holds %q", name)
		}
	}
	for _, word := range []string{"<script", "http:", "https:", "src=", "@import", "url(", "<link", "ZgotmplZ"} {
		if strings.Contains(html, word) {
			t.Errorf("the page holds %s", word)
		}
	}
	if regexp.MustCompile(`\d{15,}`).MatchString(strings.ReplaceAll(html, ".", "x")) {
		t.Error("the page holds a long number")
	}
}

func TestPageFiguresAreTheRecords(t *testing.T) {
	t.Parallel()
	s := check(t, booktest.Broken(t))
	for i, state := range []push.State{push.Accepted, push.Accepted, push.Rejected, push.InDoubt} {
		for n := i; n < len(s.Batch.Records); n += 5 {
			s.Batch.Records[n].State = state
			s.Batch.Records[n].Message = "机构<b>编码</b>有误"
		}
	}
	html := s.page(t)
	for state, n := range push.Counts(s.Batch.Records) {
		if want := "<b>" + strconv.Itoa(n) + "</b><span>" + state.Label() + " "; n > 0 && !strings.Contains(html, want) {
			t.Errorf("no %s", want)
		}
		if state == push.InDoubt && strings.Count(html, "<li>") != n {
			t.Errorf("%d keys listed, %d in doubt", strings.Count(html, "<li>"), n)
		}
	}
	if want := "<b>" + strconv.Itoa(len(s.Batch.Records)) + "</b><span>体检人次"; !strings.Contains(html, want) {
		t.Errorf("no %s", want)
	}
	if strings.Contains(html, "<b>编码</b>") || !strings.Contains(html, "机构&lt;b&gt;编码&lt;/b&gt;有误") {
		t.Error("the platform's words are not escaped")
	}
	sum := 0
	for _, m := range regexp.MustCompile(`<tr><td class="name">测试[^<]*公司</td>.*?<td class="n">(\d+) `).FindAllStringSubmatch(html, -1) {
		n := 0
		for _, c := range m[1] {
			n = n*10 + int(c-'0')
		}
		sum += n
	}
	if sum != len(s.Batch.Records) {
		t.Errorf("the employers add up to %d of %d", sum, len(s.Batch.Records))
	}
}

// A second reading of the input, after a sheet had to be sorted, must not count
// anybody twice.
// TestPageTellsStatesApart: no two outcomes have one colour, and rows of nobody
// are no share of the people.
func TestPageTellsStatesApart(t *testing.T) {
	t.Parallel()
	s := check(t, booktest.Broken(t))
	s.Batch.Records[0].State, s.Batch.Records[1].State, s.Batch.Records[2].State = push.InDoubt, push.Changed, push.Undelivered
	s.Batch.Findings = append(s.Batch.Findings, spec.Finding{Record: -1, Rule: spec.RowOrphan, Severity: spec.Error}, spec.Finding{Record: -1, Rule: spec.RowOrphan, Severity: spec.Error})
	html := s.page(t)
	for _, class := range []string{"warn", "again", "away"} {
		if !strings.Contains(html, `<div class="tile `+class+`">`) || !strings.Contains(html, "i."+class+" {") {
			t.Errorf("no colour %s", class)
		}
	}
	if !strings.Contains(html, `<td class="n">2 <small>行</small>`) {
		t.Error("rows of nobody are counted as people")
	}
}

func TestTallyAfterARestart(t *testing.T) {
	t.Parallel()
	s := check(t, booktest.Standard)
	ref := s.In.Sheets()[0].Ref
	rec := &spec.Record{Key: "X", Place: spec.Place{Sheet: ref, Row: 2}}
	rec.At(spec.EmpOrgName).Text = "重读公司"
	s.tally.Add(0, rec)
	s.tally.Add(1, &spec.Record{Key: "Y", Place: spec.Place{Sheet: ref, Row: 3}})
	s.Batch.Records = s.Batch.Records[:2]
	if html := s.page(t); !strings.Contains(html, "重读公司") || strings.Contains(html, "测试机械") {
		t.Error("the first reading is still there")
	}
}

func TestPageWithoutAnybody(t *testing.T) {
	t.Parallel()
	s := check(t, booktest.Standard)
	s.Batch.Records, s.Batch.Findings = nil, nil
	if html := s.page(t); !strings.Contains(html, "没有可上报的记录") || strings.Contains(html, "NaN") {
		t.Error(html)
	}
}
