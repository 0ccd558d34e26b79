package mapping_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"hbupload/internal/dict"
	"hbupload/internal/fault"
	"hbupload/internal/wire"
)

// joinKeys are exam keys as they stand in exports: alike but for case, zeros,
// width and blanks, or missing.
func joinKeys() []string {
	return []string{"A1", "A2", "0012", "12", "Ａ1", " A1 ", "A3", "", "TJ9", "a1"}
}

// joinTables makes the tables of an export from bytes: people, then results.
func joinTables(people, results []byte) (persons, items []string) {
	keys := joinKeys()
	for i, b := range people {
		persons = append(persons, fmt.Sprintf("%s,甲%d,%d", keys[int(b)%len(keys)], i, i))
	}
	for i, b := range results {
		items = append(items, fmt.Sprintf("%s,收缩压,%d", keys[int(b)%len(keys)], 100+i))
	}
	return persons, items
}

// FuzzJoin joins small tables. No row may vanish: a result is in somebody's record,
// an orphan, or in a row that is skipped with a reason; and the order in which the
// results of different people stand changes nobody's record.
func FuzzJoin(f *testing.F) {
	f.Add([]byte{0, 1}, []byte{0, 0, 1})
	f.Add([]byte{0, 1, 2}, []byte{0, 7, 7, 1, 3, 2})
	f.Add([]byte{0, 0, 4}, []byte{5, 9, 0, 8})
	f.Add([]byte{2, 3}, []byte{2, 3, 2, 3})
	f.Add([]byte{7, 7}, []byte{7})
	f.Fuzz(func(t *testing.T, people, results []byte) {
		if len(people) > 12 || len(results) > 24 {
			return
		}
		persons, items := joinTables(people, results)
		first, ok := joined(t, persons, items)
		if !ok || slices.ContainsFunc(items, func(row string) bool { return strings.HasPrefix(row, ",") }) {
			return // a row without a key belongs to whoever stands above it
		}
		// Results of one person keep their order: what one key may be of is one here.
		whose := func(row string) string {
			key, _, _ := strings.Cut(row, ",")
			return strings.TrimLeft(dict.Loose(key), "0")
		}
		slices.SortStableFunc(items, func(a, b string) int { return strings.Compare(whose(b), whose(a)) })
		if second, _ := joined(t, persons, items); second != first {
			t.Errorf("the order of the results matters: %v, %v", persons, items)
		}
	})
}

// joined reads the tables and returns all records; ok is false where the input as
// a whole is refused.
func joined(t *testing.T, persons, items []string) (records string, ok bool) {
	t.Helper()
	dir := sheetsDir(t, map[string]string{
		"体检信息.csv": "体检编号,姓名,联系电话\n" + strings.Join(persons, "\n") + "\n",
		"危害因素.csv": "体检编号,危害因素\n",
		"体检项目.csv": "体检编号,项目,检查结果\n" + strings.Join(items, "\n") + "\n",
	})
	j, src, err := mapInput(t, dir, nil)
	if err != nil {
		var kinded interface{ Hint() string }
		if !errors.As(err, &kinded) && fault.Of(err) == nil {
			t.Fatalf("no sentence for a person: %v", err)
		}
		return "", false
	}
	acc := src.Accounts()
	if acc.Read != acc.Used+len(acc.Skipped) {
		t.Fatalf("%d rows read, %d used, %d skipped", acc.Read, acc.Used, len(acc.Skipped))
	}
	found := map[int32]bool{} // several people of one key share their rows, and are all withheld
	enc := wire.NewEncoder(wire.Options{})
	var all []string
	for i := range j.records {
		for k := range j.records[i].Items {
			found[j.records[i].Items[k].Place.Row] = true
		}
		all = append(all, j.records[i].Key+string(enc.Encode(nil, &j.records[i])))
	}
	skipped := 0
	for _, s := range acc.Skipped {
		if s.Sheet.Name == "体检项目" {
			skipped++
		}
	}
	if len(found)+skipped-1 != len(items) { // its header is skipped too; orphans are among the skipped
		t.Fatalf("%d results: %d in records, %d skipped, %d orphans", len(items), len(found), skipped-1, len(acc.Orphans))
	}
	return strings.Join(all, "\n"), true
}
