package mapping_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"

	"hbupload/internal/mapping/layout"
	"hbupload/internal/sandbox/sample"
	"hbupload/internal/spec"
)

// wideCSV writes a sheet of one row a person: ten fixed columns and groups of
// four for each item, nearly all of them empty.
func wideCSV(t *testing.T, people, columns int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "wide.csv")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriter(f)
	w.WriteString("体检编号,姓名,身份证号,联系电话,体检日期,危害因素")
	groups := (columns - 6) / 4
	for g := range groups {
		fmt.Fprintf(w, ",项目%d结果,项目%d单位,项目%d参考范围,项目%d标记", g, g, g, g)
	}
	w.WriteByte('\n')
	for i := range people {
		fmt.Fprintf(w, "W%06d,试样%d,%s,13900000000,2024-05-20,噪声", i, i, sample.IDCard("130102", sample.Day(1970, 1, 1).AddDate(0, 0, i), 101))
		for g := range groups {
			if (g+i)%25 == 0 {
				fmt.Fprintf(w, ",%d.5,g/L,3.5-9.5,", g)
			} else {
				w.WriteString(",,,,")
			}
		}
		w.WriteByte('\n')
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

const wideMapping = `
sheets:
  - key: 体检编号
    person: {姓名: 姓名, 身份证号: 身份证号, 联系电话: 联系电话, 体检日期: 体检日期}
    hazards: [{危害因素: {column: 危害因素, split: true}}]
    items: [{检查结果: "{item}结果", 计量单位: "{item}单位", 参考范围: "{item}参考范围", 是否异常: {column: "{item}标记", default: 正常}}]
`

// counter counts what a wide sheet holds and looks at the heap now and then.
type counter struct {
	people, items int
	most          uint64
}

func (c *counter) Restart() { c.people, c.items = 0, 0 }

func (c *counter) Record(rec *spec.Record) error {
	c.people++
	c.items += len(rec.Items)
	if c.people%500 == 0 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		c.most = max(c.most, m.HeapAlloc)
	}
	return nil
}

// TestWideSheetInBoundedMemory reads 1,500 columns × 5,000 rows. It does not
// run beside others, whose memory it would count.
func TestWideSheetInBoundedMemory(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(100)) // whatever make test collects with
	people := 5000
	if testing.Short() {
		people = 1000
	}
	const columns = 1498
	path := wideCSV(t, people, columns)
	lay, err := layout.Parse("wide.yaml", []byte(strings.TrimSpace(wideMapping)))
	if err != nil {
		t.Fatal(err)
	}
	src := openLayout(t, path, lay)
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	c := &counter{}
	if err := src.Each(context.Background(), c); err != nil {
		t.Fatal(err)
	}
	groups := (columns - 6) / 4
	want := 0
	for i := range people {
		for g := range groups {
			if (g+i)%25 == 0 {
				want++
			}
		}
	}
	if c.people != people || c.items != want || src.Accounts().NotDone != people*groups-want {
		t.Errorf("%d people with %d items, %d not done; want %d, %d, %d", c.people, c.items, src.Accounts().NotDone, people, want, people*groups-want)
	}
	if grown := int64(c.most) - int64(before.HeapAlloc); grown > 64<<20 {
		t.Errorf("the heap grew by %d MiB", grown>>20)
	}
}
