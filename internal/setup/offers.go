package setup

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"hbupload/internal/spec"
	"hbupload/internal/table"
	"hbupload/internal/table/grid"
)

// offer is a value that an export holds for a question.
type offer struct{ value, from string }

// The bounds within which exports are looked into: setup must not keep anybody waiting.
const (
	offerFiles = 5
	offerBytes = 64 << 20
	offerRows  = 200
)

// offers are the values of the institution that exports hold, by key: those of the
// given files, or of the newest tables in a folder. A column that says different
// things offers nothing.
func offers(ctx context.Context, files []string, dir string) map[string]offer {
	if len(files) == 0 {
		files = newest(dir)
	}
	out := map[string]offer{}
	for _, path := range files {
		if len(out) == len(institutionFields()) || ctx.Err() != nil {
			break
		}
		for key, value := range inFile(ctx, path) {
			if _, taken := out[key]; !taken {
				out[key] = offer{value, filepath.Base(path)}
			}
		}
	}
	return out
}

// newest are the newest tables of a folder, none of them a report of ours.
func newest(dir string) []string {
	type candidate struct {
		path string
		at   int64
	}
	var all []candidate
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	for _, e := range entries {
		switch strings.ToLower(filepath.Ext(e.Name())) {
		case ".xlsx", ".xlsm", ".xls", ".csv":
		default:
			continue
		}
		info, err := e.Info()
		if err != nil || !info.Mode().IsRegular() || info.Size() > offerBytes || strings.HasPrefix(e.Name(), "~$") || strings.Contains(e.Name(), "-含个人信息-") {
			continue
		}
		all = append(all, candidate{filepath.Join(dir, e.Name()), info.ModTime().UnixNano()})
	}
	slices.SortFunc(all, func(a, b candidate) int { return int(min(max(b.at-a.at, -1), 1)) })
	var out []string
	for _, c := range all[:min(len(all), offerFiles)] {
		out = append(out, c.path)
	}
	return out
}

// inFile is what the first rows of a file say of the institution. A file that
// cannot be read says nothing.
func inFile(ctx context.Context, path string) map[string]string {
	in, err := table.Open(ctx, path, table.Options{})
	if err != nil {
		return nil
	}
	defer func() { _ = in.Close() }()
	out := map[string]string{}
	known := spec.Headers(spec.SheetPerson)
	for _, sheet := range in.Sheets() {
		scan, err := sheet.Scan(ctx, table.HeaderRule{Known: func(key string) bool { _, ok := known[key]; return ok }})
		if err != nil {
			continue
		}
		collect(scan, known, out)
	}
	return out
}

// collect adds what the rows of a sheet agree on.
func collect(scan *table.Scan, known map[string]spec.FieldID, out map[string]string) {
	defer func() { _ = scan.Close() }()
	columns := map[string]int32{}
	for _, c := range scan.Header().Columns {
		if id, ok := known[c.Key]; ok && slices.Contains(institutionFields(), id) {
			columns[institutionKey(id)] = c.Col
		}
	}
	said := map[string]string{}
	differs := map[string]bool{}
	for n := 0; n < offerRows && len(columns) > 0; n++ {
		row, err := scan.Next()
		if err != nil {
			if !errors.Is(err, io.EOF) {
				return // half a file is not to be trusted
			}
			break
		}
		for key, col := range columns {
			text := cellText(row.Cell(col))
			if text == "" {
				continue
			}
			differs[key] = differs[key] || said[key] != "" && said[key] != text
			said[key] = text
		}
	}
	for key, text := range said {
		if _, taken := out[key]; !taken && !differs[key] {
			out[key] = text
		}
	}
}

func cellText(c grid.Cell) string {
	text := strings.TrimSpace(c.Text)
	if c.Kind == grid.Number {
		text = strconv.FormatFloat(c.Num, 'f', -1, 64)
	}
	if c.Kind == grid.Error || c.Kind == grid.Formula || len(text) > 200 {
		return ""
	}
	return strings.Clone(text)
}
