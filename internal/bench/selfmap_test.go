//go:build unix

package bench

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/xuri/excelize/v2"

	"hbupload/internal/spec"
)

// selfMapping writes the mapping that maps each sheet of a standard workbook to
// itself, by the headers that are there.
func (l *lab) selfMapping(book string) string {
	f, err := excelize.OpenFile(book)
	if err != nil {
		l.b.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	blocks := map[spec.SheetID]string{spec.SheetPerson: "person: {%s}", spec.SheetHazard: "hazards: [{%s}]", spec.SheetItem: "items: [{%s}]"}
	var b strings.Builder
	b.WriteString("name: itself\nsheets:\n")
	for id := spec.SheetPerson; id < spec.NumSheets; id++ {
		rows, err := f.Rows(id.String())
		if err != nil {
			l.b.Fatal(err)
		}
		rows.Next()
		header, err := rows.Columns()
		_ = rows.Close()
		if err != nil {
			l.b.Fatal(err)
		}
		known := spec.Headers(id)
		var fields []string
		for _, name := range header {
			if field, ok := known[spec.HeaderKey(name)]; ok && field != spec.ExamKey {
				fields = append(fields, fmt.Sprintf("%s: %q", field.Key(), name))
			}
		}
		fmt.Fprintf(&b, "  - sheet: %s\n    key: %s\n    "+blocks[id]+"\n", id, spec.ExamKey.Label(), strings.Join(fields, ", "))
	}
	path := filepath.Join(l.dir, "itself.yaml")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		l.b.Fatal(err)
	}
	return path
}
