package cli

import (
	"os"
	"testing"
)

// A workbook without one of the three sheets says so once, besides everybody's
// missing hazards: the sheet may only be named otherwise.
func TestMissingSheetsAreSaid(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.serve(nil)
	b.want(0, "dict", "pull")
	text, err := os.ReadFile("../../testdata/standard-gb18030/体检信息.csv")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(b.path("导出"), 0o700); err != nil {
		t.Fatal(err)
	}
	b.write("导出/体检信息.csv", string(text))
	b.want(3, "validate", b.path("导出"), "--no-report")
	says(t, b.err.String(), "没有「危害因素」「体检项目」表")
	says(t, b.out.String(), "没有危害因素")
}

// An input that cannot be read is named in --json by itself, whichever room refused it.
func TestRefusedInputsAreNamed(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.serve(nil)
	b.want(0, "dict", "pull")
	b.write("a.csv", "甲,乙\n1,2\n")
	b.write("empty.xlsx", "")
	for _, name := range []string{"a.csv", "empty.xlsx", "none.xlsx"} {
		b.want(2, "validate", b.path(name), "--no-report", "--json")
		says(t, b.out.String(), `"kind": "input"`, `"file": "`+b.path(name)+`"`)
	}
}
