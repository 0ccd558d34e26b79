package run

import (
	"bytes"
	"strings"
	"testing"

	"charm.land/lipgloss/v2"
	"charm.land/lipgloss/v2/table"
)

// TestTableIsLipglosss: the lines are those that lipgloss sets, which needs all rows
// in memory.
func TestTableIsLipglosss(t *testing.T) {
	t.Parallel()
	headers := []string{"体检编号", "状态", "次", "平台的答复"}
	rows := [][]string{
		{"TJ0000001", "已接收", "1", "操作成功"},
		{"", "结果不明", "", strings.Repeat("很长的答复 ", 30)},
		{"e\u0301", "👩‍⚕️", "a\tb\nc", ""},
		{"一", "", "-", "ｆｕｌｌ"},
	}
	t.Run("plain", func(t *testing.T) {
		t.Parallel()
		set := table.New().Border(lipgloss.HiddenBorder()).BorderTop(false).BorderBottom(false).BorderLeft(false).BorderRight(false).
			BorderHeader(false).BorderColumn(false).Headers(headers...).
			StyleFunc(func(int, int) lipgloss.Style { return lipgloss.NewStyle().PaddingRight(2) })
		for _, row := range rows {
			set.Row(safe(row)...)
		}
		var want strings.Builder
		for _, line := range strings.Split(set.Render(), "\n") {
			want.WriteString(strings.TrimRight(line, " ") + "\n")
		}
		if got := screen(0, headers, rows); got != want.String() {
			t.Errorf("\n got %q\nwant %q", got, want.String())
		}
	})
	t.Run("list", func(t *testing.T) {
		t.Parallel()
		want := "体检编号 TJ0000001\n  状态：已接收\n  次：1\n  平台的答复：操作成功\n体检编号\n  状态：结果不明\n"
		if got := screen(20, headers, rows); !strings.HasPrefix(got, want) {
			t.Errorf("got %q", got)
		}
	})
	t.Run("wrapped", func(t *testing.T) {
		t.Parallel()
		got := screen(60, headers, rows)
		if lines := strings.Count(got, "\n"); lines < len(rows)+2 || lipgloss.Width(got) > 60 {
			t.Errorf("%d lines, %d wide: %s", lines, lipgloss.Width(got), got)
		}
		if first, _, _ := strings.Cut(got, "\n"); strings.Join(strings.Fields(first), " ") != strings.Join(headers, " ") {
			t.Errorf("the header is %q: narrow columns were squeezed", first)
		}
	})
	if got := screen(0, headers, nil); got != "（没有）\n" {
		t.Errorf("nothing is shown as %q", got)
	}
}

// screen is what a terminal of a width shows; 0 is no terminal.
func screen(width int, headers []string, rows [][]string) string {
	var out bytes.Buffer
	env := &Env{Machine: &Machine{Stdout: &out, StdoutTTY: width > 0, Width: width}}
	env.Table(headers, rows)
	return out.String()
}
