package cli

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hbupload/internal/inbox"
	"hbupload/internal/sandbox/sample"
	"hbupload/internal/spec"
)

// TestSyncTortureMonth is thirty nights of one clinic: files arrive, some with
// mistakes, some unreadable, some still growing, some twice; the platform is
// away for nights, forgets answers, refuses people; done lies on another file
// system that fills up; the process is killed while it moves files; the clock
// is set. At the end everybody is stored once and every file is where it
// belongs. `make torture` prints the nights.
func TestSyncTortureMonth(t *testing.T) {
	t.Parallel()
	long := os.Getenv("HBUPLOAD_TORTURE") != ""
	seeds, last := []uint64{1}, 10
	if long {
		seeds, last = []uint64{1, rand.Uint64N(1_000_000)}, 30
	}
	for _, seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			m := newMonth(t, seed, long)
			m.away = last / 3
			for night := 1; night <= last; night++ {
				m.night(night)
			}
			m.calmDown()
			m.judge()
			if long {
				t.Log("\n" + m.table.String())
			}
		})
	}
}

// month is the clinic of the month.
type month struct {
	*nights
	r      *rand.Rand
	size   int
	away   int             // the night from which the platform is away for three
	next   int             // the first person nobody has examined yet
	people map[string]bool // identity keys (exam keys) that must be stored at the end
	clean  map[string]int  // contents that must end in done, by base name
	bad    map[string]int  // that must pass through failed
	mend   []batch         // to be sent again, mended
	junk   int
	table  strings.Builder
}

// batch is people from off to off+k.
type batch struct{ off, k int }

func newMonth(t *testing.T, seed uint64, long bool) *month {
	m := &month{nights: newNights(t, fmt.Sprintf("seed=%d;504-after@rate=0.04 x1;503-before@rate=0.05 x1;reject:工种不符@rate=0.04 x1", seed)),
		r: rand.New(rand.NewPCG(seed, 8)), size: 3, people: map[string]bool{}, clean: map[string]int{}, bad: map[string]int{}}
	if long {
		m.size = 6
	}
	m.configure("dict: {max_age: 7d}\n")
	fmt.Fprintf(&m.table, "夜  退出码        新到  所遇                     存有  收件箱  完成  失败\n")
	return m
}

// arrive puts a new file into the inbox; bad has a mistake in the first person.
func (m *month) arrive(name string, b batch, bad bool) {
	var change []func(int, *sample.Person)
	if bad {
		change = append(change, oneBad)
		m.bad[name]++
		m.mend = append(m.mend, b)
	} else {
		m.clean[name]++
	}
	m.nights.people(name, b.off, b.k, change...)
	for i := b.off; i < b.off+b.k; i++ {
		m.people[fmt.Sprintf("TJ%07d", i+1)] = true
	}
}

func (m *month) fresh() batch {
	b := batch{m.next, 1 + m.r.IntN(m.size)}
	m.next += b.k
	return b
}

// night lets things arrive and happen, and runs sync until it is not killed.
func (m *month) night(night int) {
	var met []string
	arrived := 1 + m.r.IntN(2)
	for i := range arrived {
		m.arrive(fmt.Sprintf("%02d-%d.xlsx", night, i), m.fresh(), m.r.IntN(5) == 0)
	}
	if m.r.IntN(4) == 0 && len(m.mend) > 0 {
		m.arrive(fmt.Sprintf("%02d-改.xlsx", night), m.mend[0], false)
		m.mend = m.mend[1:]
		met = append(met, "改好重来")
	}
	if m.r.IntN(6) == 0 && m.next > 3 {
		b := batch{m.r.IntN(m.next - 2), 2}
		m.nights.people(fmt.Sprintf("%02d-又.xlsx", night), b.off, b.k)
		m.clean[fmt.Sprintf("%02d-又.xlsx", night)]++
		met = append(met, "旧人又来")
	}
	if m.r.IntN(7) == 0 {
		name := fmt.Sprintf("%02d-坏.xlsx", night)
		must(m.t, os.WriteFile(m.path("inbox", name), []byte(name), 0o600))
		m.rest(name, time.Hour)
		m.junk++
		met = append(met, "坏文件")
	}
	if m.onWait = nil; m.r.IntN(6) == 0 {
		name := fmt.Sprintf("%02d-长.xlsx", night)
		m.arrive(name, m.fresh(), false)
		m.rest(name, 0)
		m.onWait = func() { m.rest(name, 0) } // somebody is still writing it
		met = append(met, "还在写")
	}
	d := &flakyDisk{Disk: inbox.System(), across: m.r.IntN(2) == 0}
	switch m.r.IntN(6) {
	case 0:
		d.dieAt = 1 + m.r.IntN(25)
		met = append(met, "中途被杀")
	case 1:
		d.full, d.across = true, true
		met = append(met, "磁盘满")
	case 2:
		m.later(-2 * time.Hour)
		met = append(met, "时钟拨回")
	}
	down := night >= m.away && night < m.away+3 || m.r.IntN(10) == 0
	if down {
		met = append(met, "平台不通")
	}
	m.setDown(down)
	m.process.Disk = d
	codes := []string{m.once()}
	if d.died() { // the machine comes up again in the same night
		m.process.Disk = &flakyDisk{Disk: inbox.System(), across: d.across}
		codes = append(codes, m.once())
	}
	fmt.Fprintf(&m.table, "%2d  %-12s  %4d  %-22s  %4d  %6d  %4d  %4d\n", night, strings.Join(codes, "→"), arrived, strings.Join(met, "、"), len(m.platform.Stored()),
		m.count("inbox"), m.count("done"), m.count("failed"))
	m.later(24 * time.Hour)
}

// once is one run; in the morning somebody looks up what is in doubt.
func (m *month) once() string {
	code := m.run("sync")
	switch code {
	case 0, 3, 4:
	default:
		m.t.Fatalf("a night ended with %d\n%s%s", code, m.out.String(), m.err.String())
	}
	m.resolve()
	return fmt.Sprint(code)
}

// resolve does what an operator does: what is in doubt is looked up on the
// platform, what is there is marked as sent, the rest to be sent again.
func (m *month) resolve() {
	there := map[string]bool{}
	for _, s := range m.platform.Stored() {
		there[strings.Split(s.Identity, "|")[2]] = true
	}
	led := m.doubts()
	for key, person := range led {
		flag := "--resend"
		if there[person] {
			flag = "--sent"
		}
		if code := m.run("resolve", key, flag); code != 0 {
			m.t.Fatalf("resolve %s: %d %s", key, code, m.err.String())
		}
	}
}

// doubts are the keys in doubt with their people's numbers.
func (m *month) doubts() map[string]string {
	m.t.Helper()
	if code := m.run("history", "--json", "--limit", "0"); code != 0 {
		m.t.Fatalf("history: %d %s", code, m.err.String())
	}
	all := sample.People(m.next+1, 7)
	out := map[string]string{}
	for _, key := range inDoubt(m.t, m.out.Bytes()) {
		var i int
		_, err := fmt.Sscanf(key, "TJ%d", &i)
		must(m.t, err)
		for c, f := range spec.SheetFields(spec.SheetPerson) {
			if f.ID == spec.IDCard {
				out[key] = all.At(i - 1).Row[c].Sent
			}
		}
	}
	return out
}

func (m *month) count(top string) int {
	n := 0
	for _, name := range strings.Fields(m.tree()) {
		if strings.HasPrefix(name, top+"/") && !strings.HasSuffix(name, ".why") {
			n++
		}
	}
	return n
}

// calmDown lets everything that is left come to its end: the mistakes are
// mended, the platform answers, and refusals are tried once more.
func (m *month) calmDown() {
	m.onWait = nil
	m.setDown(false)
	m.process.Disk = &flakyDisk{Disk: inbox.System(), across: true}
	for i, b := range m.mend {
		m.arrive(fmt.Sprintf("31-改%d.xlsx", i), b, false)
	}
	m.mend = nil
	for range 6 {
		m.once()
		m.later(24 * time.Hour)
		if m.count("inbox") == 0 {
			break
		}
	}
	// Refused people lie in failed: they are put back as they are.
	var off []int
	for try := 0; try < 6 && (try == 0 || len(off) > 0); try++ {
		off = off[:0]
		there := m.there()
		for i := range m.next {
			if !there[fmt.Sprintf("TJ%07d", i+1)] {
				off = append(off, i)
			}
		}
		for _, i := range off {
			m.nights.people(fmt.Sprintf("32-%d-%d.xlsx", try, i), i, 1)
		}
		m.run("sync", "--retry-rejected")
		m.resolve()
		m.later(24 * time.Hour)
	}
	for range 3 {
		m.once()
		m.later(24 * time.Hour)
	}
}

// there are the exam keys of the people that the platform holds.
func (m *month) there() map[string]bool {
	all := sample.People(m.next+1, 7)
	byID := map[string]string{}
	for i := range m.next {
		p := all.At(i)
		for c, f := range spec.SheetFields(spec.SheetPerson) {
			if f.ID == spec.IDCard {
				byID[p.Row[c].Sent] = p.Key
			}
		}
	}
	out := map[string]bool{}
	for _, s := range m.platform.Stored() {
		out[byID[strings.Split(s.Identity, "|")[2]]] = true
	}
	return out
}

// judge looks at the end: P1, P2, and every file where it belongs.
func (m *month) judge() {
	stored := map[string]int{}
	for _, s := range m.platform.Stored() {
		stored[s.Identity] += s.Count
	}
	for id, n := range stored {
		if n != 1 {
			m.t.Errorf("stored %d times: one of the people (%d bytes)", n, len(id))
		}
	}
	if len(stored) != len(m.people) {
		m.t.Errorf("%d people stored, want %d\n%s", len(stored), len(m.people), m.table.String())
	}
	if n := m.count("inbox"); n > 0 {
		m.t.Errorf("the inbox still holds %d files: %s\n%s", n, m.tree(), m.err.String())
	}
	m.placed()
}

// placed wants each file that arrived exactly once under done or failed, the
// broken ones under failed with a word, and nothing half or hidden anywhere.
func (m *month) placed() {
	seen := map[string][]string{}
	_ = filepath.WalkDir(m.dir, func(path string, d os.DirEntry, err error) error {
		rel, _ := filepath.Rel(m.dir, path)
		top, _, _ := strings.Cut(filepath.ToSlash(rel), "/")
		if err != nil || d.IsDir() {
			return nil
		}
		if strings.Contains(d.Name(), "hbupload-part") || d.Name() == "sync-move.json" {
			m.t.Errorf("left behind: %s", rel)
		}
		if (top == "done" || top == "failed") && !strings.Contains(d.Name(), "-含个人信息-") && !strings.Contains(d.Name(), "-汇总-") && !strings.Contains(d.Name(), "-无法读取-") {
			seen[d.Name()] = append(seen[d.Name()], top)
		}
		return nil
	})
	for name := range m.clean {
		// What the platform refused of a sound file sends the file to failed.
		if got := seen[name]; len(got) != 1 {
			m.t.Errorf("%s is in %q", name, got)
		}
	}
	for name := range m.bad {
		if got := seen[name]; len(got) != 1 || got[0] != "failed" {
			m.t.Errorf("%s, which has a mistake, is in %q", name, got)
		}
	}
	broken := 0
	for name, where := range seen {
		if strings.HasSuffix(name, "-坏.xlsx") {
			broken++
			if len(where) != 1 || where[0] != "failed" {
				m.t.Errorf("%s is in %q", name, where)
			}
		}
	}
	if broken != m.junk {
		m.t.Errorf("%d broken files, want %d", broken, m.junk)
	}

}

// inDoubt reads the keys in doubt from history --json.
func inDoubt(t *testing.T, data []byte) []string {
	t.Helper()
	var doc struct {
		Submissions []struct{ Key, State string }
	}
	must(t, json.Unmarshal(data, &doc))
	var out []string
	for _, s := range doc.Submissions {
		if s.State == "in_doubt" {
			out = append(out, s.Key)
		}
	}
	return out
}
