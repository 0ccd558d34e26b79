package cli

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"hbupload/internal/rules"
	"hbupload/internal/spec"
)

// The two workbooks of acceptance. Each is written from cases.txt beside it, a person
// a case, by UPDATE_ACCEPTANCE=1 go test ./internal/cli -run TestAcceptance.
const acceptanceDir = "../../testdata/"

// institutionKeys are the constants that the legal workbook leaves blank once.
const institutionKeys = "institution: {ohOrgCode: \"130827001\", reportOrgName: 某某医院, preparerName: 李某, preparerPhone: 0314-2234567}\n"

// TestAcceptanceViolations: a workbook of every rule's violations brings about
// exactly those rules at exactly those cells, each once, and every rule is in it.
func TestAcceptanceViolations(t *testing.T) {
	t.Parallel()
	got, want := accept(t, "violations", "")
	for _, line := range got.lines() {
		if !slices.Contains(want, line) {
			t.Errorf("unexpected: %s", line)
		}
	}
	for _, line := range want {
		if !slices.Contains(got.lines(), line) {
			t.Errorf("missing: %s", line)
		}
	}
	if len(got.Findings) != len(want) {
		t.Errorf("%d findings, want %d", len(got.Findings), len(want))
	}
	for _, r := range rules.Catalogue() {
		met := slices.ContainsFunc(got.Findings, func(f acceptedFinding) bool { return f.Rule == string(r.ID) })
		if !met && !r.ID.Sense() && !elsewhere(r.ID) {
			t.Errorf("no violation of %s", r.ID)
		}
	}
	if got.ExitCode != 3 || got.Counts["records"] != got.Counts["valid"]+got.Counts["invalid"]+got.Counts["skipped"] {
		t.Errorf("exit %d, counts %v", got.ExitCode, got.Counts)
	}
	for _, f := range got.Findings {
		if strings.Contains(f.Message, "测试姓名") || strings.Contains(f.Message, "13010219") {
			t.Errorf("%s at %s quotes a person: %s", f.Rule, f.Cell, f.Message)
		}
	}
}

// elsewhere are the rules that take a ledger, a dictionary with such a name,
// delimited text, a second column for one field, a code book, or an annotated copy.
func elsewhere(id spec.RuleID) bool {
	return slices.Contains([]spec.RuleID{spec.KeyIdentity, spec.HazardOtherSuspect, spec.BeyondHeader, spec.ColumnConflict, spec.CodeBook, spec.AnswerUnclear}, id)
}

// TestAcceptanceLegal: a workbook of every legal variant is accepted without a word.
func TestAcceptanceLegal(t *testing.T) {
	t.Parallel()
	got, want := accept(t, "legal", institutionKeys)
	if len(want) > 0 || got.ExitCode != 0 || got.Counts["valid"] != got.Counts["records"] || got.Counts["records"] < 150 {
		t.Errorf("exit %d, counts %v, %d findings wanted", got.ExitCode, got.Counts, len(want))
	}
	for _, line := range got.lines() {
		t.Errorf("unexpected: %s", line)
	}
}

// zipParts is all that a zip holds.
func zipParts(t *testing.T, text []byte) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(text), int64(len(text)))
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		out.WriteString(f.Name + "\n")
		if _, err := io.Copy(&out, r); err != nil {
			t.Fatal(err)
		}
	}
	return out.String()
}

// accepted is what --json says of a workbook.
type accepted struct {
	ExitCode int            `json:"exit_code"`
	Counts   map[string]int `json:"counts"`
	Findings []acceptedFinding
	Rows     struct {
		Read, Used int
		Skipped    []struct{ Reason string }
	}
}

type acceptedFinding struct{ Key, Sheet, Cell, Field, Rule, Severity, Message string }

func (a *accepted) lines() []string {
	var out []string
	for _, f := range a.Findings {
		out = append(out, strings.Join([]string{f.Key, f.Rule, f.Sheet, f.Cell, f.Field, f.Severity}, " "))
	}
	return out
}

// accept validates the workbook of a folder and tells what its cases ask for.
func accept(t *testing.T, name, more string) (got accepted, want []string) {
	t.Helper()
	people := readCases(t, filepath.Join(acceptanceDir, name, "cases.txt"))
	book := layOut(people)
	path := filepath.Join(acceptanceDir, name, name+".xlsx")
	text := book.xlsx(t)
	if os.Getenv("UPDATE_ACCEPTANCE") != "" {
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	// The parts are compared and not the zip: another Go may pack them otherwise.
	if kept, err := os.ReadFile(path); err != nil || zipParts(t, kept) != zipParts(t, text) {
		t.Fatalf("%s is not what cases.txt says (%v): run UPDATE_ACCEPTANCE=1 go test ./internal/cli -run TestAcceptance", path, err)
	}
	b := newBench(t)
	b.process.Now = func() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) }
	b.serve(nil)
	items, err := filepath.Abs(filepath.Join(acceptanceDir, "violations", "items.csv"))
	if err != nil {
		t.Fatal(err)
	}
	// Medical sense has cases of its own (package sense).
	b.configure(fmt.Sprintf("sense: off\nspec: {items_file: %q}\n%s", items, more))
	b.want(0, "dict", "pull")
	b.run("validate", path, "--json", "--no-report")
	if err := json.Unmarshal(b.out.Bytes(), &got); err != nil {
		t.Fatalf("%v: %s%s", err, b.out.String(), b.err.String())
	}
	if got.Rows.Read != got.Rows.Used+len(got.Rows.Skipped) || got.Rows.Read != book.rows() {
		t.Errorf("rows: %d read of %d, %d used, %d skipped", got.Rows.Read, book.rows(), got.Rows.Used, len(got.Rows.Skipped))
	}
	return got, book.wanted()
}
