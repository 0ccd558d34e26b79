package schedule

import (
	"slices"
	"strings"
	"testing"
)

// FuzzCrontab: what is not ours stays, line by line, and what was put in comes
// out again.
func FuzzCrontab(f *testing.F) {
	j := Job{Program: "/opt/hbupload", Args: []string{"sync"}, Hour: 2, Minute: 30}
	block := j.begin() + "\nx\n" + j.end() + "\n"
	for _, s := range []string{"", "0 1 * * * backup\n", "MAILTO=a\r\n" + block + "# end", block + block, j.begin() + "\n" + block, j.end() + "\n" + j.begin(), "\x00%\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, table string) {
		with, err := j.CronInstall(table)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(with, j.end()+"\n") || !strings.Contains(with, j.begin()+"\n30 2 * * * ") {
			t.Errorf("%q has no job of ours", with)
		}
		without, was := j.CronRemove(table)
		kept := strings.Split(strings.TrimSuffix(without, "\n"), "\n")
		if got := strings.Split(with, "\n"); without != "" && (len(got) < len(kept) || !slices.Equal(got[:len(kept)], kept)) {
			t.Errorf("%q lost something of %q", with, without)
		}
		if !was && without != table {
			t.Errorf("removed nothing, and changed %q to %q", table, without)
		}
		if !strings.Contains(table, "hbupload sync") {
			back, ok := j.CronRemove(with)
			if !ok || strings.TrimSuffix(back, "\n") != strings.TrimSuffix(table, "\n") {
				t.Errorf("%q came back as %q", table, back)
			}
		}
	})
}

// FuzzTime: a time of day, or an error.
func FuzzTime(f *testing.F) {
	for _, s := range []string{"02:30", "24:00", "2:3", "+1:00", "00:00", "１２：００"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		h, m, err := ParseTime(text)
		if err == nil && (h < 0 || h > 23 || m < 0 || m > 59) {
			t.Errorf("%q: %d:%d", text, h, m)
		}
	})
}
