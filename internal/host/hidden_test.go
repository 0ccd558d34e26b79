package host

import (
	"encoding/json"
	"strings"
	"testing"
)

// The name of a person may be a word of ours; only the name of the file goes.
func TestHiddenKeepsOurWords(t *testing.T) {
	t.Parallel()
	doc := `{"error": {"kind": "row", "message": "error: 体检编号「体检编号」 A1 2024-05-20"}, "rule": "null-word", "state": "valid", "key": "A1", "row": 3, "cell": "A1", "date": "2024-05-20"}`
	for _, stem := range []string{"NULL", "null", "null-word", "valid", "error", "row", "体检", "体检编号", "A1", "2024", "rule", "2024-05-20", "kind", "state"} {
		h := &Hidden{}
		h.Add(stem, "***·0123abcd")
		if got := h.Text(doc); stem != "体检编号" && got != doc { // 「体检编号」 may be a sheet
			t.Errorf("%s: our words became %s", stem, got)
		}
		for _, form := range []string{
			"读不了%.xlsx：", "/home/a/%.csv", "%/b.csv", "/home/%/b.csv", "在「%」第 3 行", "%!A1", "%-含个人信息-20240520-103000.xlsx", "%-无法读取-1.txt",
			`{"file": "%.xlsx", "sheet": "%", "row": 1}`, `{"sheet":"%"}`, `{"file": "C:\\b\\%"}`,
		} {
			text := strings.ReplaceAll(form, "%", stem)
			if got, want := h.Text(text), strings.ReplaceAll(form, "%", "***·0123abcd"); got != want {
				t.Errorf("%s: %q, want %q", stem, got, want)
			}
		}
	}
}

func TestHiddenNames(t *testing.T) {
	t.Parallel()
	h := &Hidden{}
	h.Add("张三", "<1>")
	h.Add("张三-复查", "<2>")
	h.Add("13010219680101101X", "<3>")
	h.Add(`a"b&c<d>`, "<4>")
	quoted, _ := json.Marshal(`a"b&c<d>.csv`)
	for text, want := range map[string]string{
		"张三": "<1>", "（张三）": "（<1>）", "张三丰": "张三丰", "张三-复查.csv": "<2>.csv", "x13010219680101101X": "x<3>", "<td>张三</td>": "<td><1></td>",
		string(quoted): `"<4>.csv"`, `"\"张三\""`: `"\"<1>\""`, "": "", "a": "a",
	} {
		if got := h.Text(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
	var none *Hidden
	if none.Text("张三") != "张三" {
		t.Error("nil hides something")
	}
}
