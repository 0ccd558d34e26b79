package help

import (
	"io/fs"
	"slices"
	"strings"
	"testing"

	"charm.land/lipgloss/v2"
)

// TestTopics holds the list of topics against the files, and each topic
// against the form that the list needs.
func TestTopics(t *testing.T) {
	t.Parallel()
	names, err := fs.Glob(files, "*.md")
	if err != nil {
		t.Fatal(err)
	}
	all := Topics()
	if len(all) != len(names) || len(all) != len(order()) {
		t.Errorf("%d topics of %d listed, %d files", len(all), len(order()), len(names))
	}
	for _, topic := range all {
		if topic.Name == "" || topic.Readers == "" || topic.Summary == "" {
			t.Errorf("%s: name %q, readers %q, summary %q", topic.Alias, topic.Name, topic.Readers, topic.Summary)
		}
		for _, word := range []string{topic.Name, topic.Alias, strings.ToUpper(topic.Alias)} {
			found, ok := Find(word)
			if !ok || found.Name != topic.Name {
				t.Errorf("%s finds %q", word, found.Name)
			}
		}
		seen := map[string]bool{}
		for _, id := range topic.Sections() {
			part, ok := topic.Section(id)
			if !ok || part == "" {
				t.Errorf("%s %s: no such section", topic.Name, id)
			}
			if seen[id] && topic.Alias != "commands" {
				t.Errorf("%s has two sections %s", topic.Name, id)
			}
			seen[id] = true
		}
	}
	// Code and other pages name these.
	for _, name := range []string{"上手", "导出的样子", "映射", "状态", "结果不明", "夜间上传", "共用台账", "安全", "接口读法", "约定"} {
		if _, ok := Find(name); !ok {
			t.Errorf("no topic %s", name)
		}
	}
}

// TestNear proposes topics for words that are none.
func TestNear(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]string{"夜间": "夜间上传", "接口": "接口读法", "导出样子": "导出的样子", "in-dubt": "结果不明", "备份": "维护", "systemd": "夜间上传"} {
		if got := Near(word); !slices.Contains(got, want) {
			t.Errorf("%s proposes %v, want %s", word, got, want)
		}
	}
	for _, word := range []string{"", "xyzzy", "完全无关的一句话"} {
		if got := Near(word); len(got) > 0 {
			t.Errorf("%q proposes %v", word, got)
		}
	}
}

// TestRenderFits shows every topic on screens of several widths: no line but an
// example's is wider, no mark of Markdown is left.
func TestRenderFits(t *testing.T) {
	t.Parallel()
	for _, topic := range Topics() {
		for _, width := range []int{40, 80, 100} {
			text := Render(topic.Text, Style{Width: width})
			for _, line := range strings.Split(text, "\n") {
				if strings.HasPrefix(line, "    ") {
					continue
				}
				if lipgloss.Width(line) > width {
					t.Errorf("%s at %d: %q is %d wide", topic.Name, width, line, lipgloss.Width(line))
				}
				if strings.HasPrefix(line, "|-") || strings.HasPrefix(line, "##") || strings.HasPrefix(line, "```") {
					t.Errorf("%s at %d: %q", topic.Name, width, line)
				}
			}
		}
	}
}

// TestRender shows each kind of block.
func TestRender(t *testing.T) {
	t.Parallel()
	const page = "# 标题\n\n一段**文字**，\n接着`a|b`。\n\n- 第一项，\n  还有一行\n- 第二项\n\n1. 先\n\n   ```sh\n   hbupload status\n   ```\n\n| 甲 | 乙 |\n|---|---|\n| `x\\|y` | 很长很长很长很长的一格 |\n"
	const want = "标题\n════\n\n一段文字，接着a|b。\n\n• 第一项，还有一行\n• 第二项\n\n1. 先\n\n       hbupload status\n\n甲   乙\n───────────────────────────\nx|y  很长很长很长很长的一格\n"
	if got := Render(page, Style{Width: 40}); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := Render("# 题\n", Style{Width: 40, Bold: true}); !strings.HasPrefix(got, "\x1b[1m题\x1b[0m") {
		t.Errorf("no bold heading: %q", got)
	}
}

// TestWrap breaks lines where Chinese typesetting allows it.
func TestWrap(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text  string
		width int
		want  string
	}{
		{"一二三四五", 8, "一二三四|五"},
		{"一二三四，五", 8, "一二三|四，五"},
		{"一二三（四）", 8, "一二三|（四）"},
		{"一二 hbupload 三", 12, "一二|hbupload 三"},
		{"abcdefghijklmnop", 8, "abcdefgh|ijklmnop"},
	} {
		if got := strings.Join(wrap(c.text, c.width), "|"); got != c.want {
			t.Errorf("%q at %d: %s, want %s", c.text, c.width, got, c.want)
		}
	}
}
