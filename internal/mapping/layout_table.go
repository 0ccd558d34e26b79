package mapping

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"hbupload/internal/mapping/layout"
	"hbupload/internal/spec"
	"hbupload/internal/table"
	"hbupload/internal/table/grid"
)

// maxWords bounds a table of words.
const maxWords = 100_000

// loadTables reads the tables of words that stand in files or sheets.
func loadTables(ctx context.Context, lay *layout.Layout, in *table.Input) error {
	for _, t := range lay.Tables {
		switch {
		case len(t.Words) > 0:
		case t.File != "":
			if err := loadFile(ctx, lay, t); err != nil {
				return err
			}
		case t.Sheet != "":
			if err := loadSheet(ctx, t, in, t.Sheet); err != nil {
				return err
			}
		}
	}
	return nil
}

// loadFile reads a table beside the mapping file.
func loadFile(ctx context.Context, lay *layout.Layout, t *layout.Table) error {
	path, err := besideMapping(lay.File, t.File)
	if err != nil {
		return &Error{File: lay.File, Message: fmt.Sprintf("第 %d 行的对照表文件“%s”不在映射文件所在的文件夹里", t.Line, quote(t.File)), Fix: "请把对照表放在映射文件旁边（或其子文件夹里），file 写相对路径"}
	}
	in, err := table.Open(ctx, path, table.Options{})
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	name := t.Sheet
	if name == "" && len(in.Sheets()) > 0 {
		name = in.Sheets()[0].Ref.Name
	}
	return loadSheet(ctx, t, in, name)
}

// errOutside is a path that leads out of the mapping file's folder.
var errOutside = errors.New("outside the folder of the mapping")

// besideMapping is the path of a file that a mapping names. It stays within the
// mapping's own folder, also by links: a mapping that came with somebody's data
// must not read this account's other files. A file that is missing is for its
// reader to say.
func besideMapping(mapping, name string) (string, error) {
	dir, err := filepath.Abs(filepath.Dir(mapping))
	if err != nil {
		return "", err
	}
	path := name
	if !filepath.IsAbs(name) {
		path = filepath.Join(dir, name)
	}
	if rel, err := filepath.Rel(dir, path); err != nil || !filepath.IsLocal(rel) {
		return "", errOutside
	}
	target, err := filepath.EvalSymlinks(path)
	if err != nil {
		return path, nil //nolint:nilerr // opening it says why
	}
	if dir, err = filepath.EvalSymlinks(dir); err != nil {
		return "", err
	}
	if rel, err := filepath.Rel(dir, target); err != nil || !filepath.IsLocal(rel) {
		return "", errOutside
	}
	return target, nil
}

func loadSheet(ctx context.Context, t *layout.Table, in *table.Input, name string) error {
	for _, sheet := range in.Sheets() {
		if spec.HeaderKey(sheet.Ref.Name) != spec.HeaderKey(name) {
			continue
		}
		return readSheet(ctx, t, sheet)
	}
	return &Error{File: in.Path, Message: fmt.Sprintf("没有对照表“%s”所在的表「%s」", t.Name, name), Fix: "请核对映射文件里 tables 的 sheet"}
}

func readSheet(ctx context.Context, t *layout.Table, sheet *table.Sheet) error {
	rows, err := sheet.Rows(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	return readWords(t, sheet.Ref, rows)
}

// readWords reads two columns, by their headers or the first two. A word twice
// with another meaning is an error.
func readWords(t *layout.Table, ref *spec.SheetRef, rows grid.Rows) error {
	t.Words = map[string]layout.Word{}
	from := int32(1)
	to := int32(2)
	named := t.From == "" && t.To == ""
	for {
		row, err := rows.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if !named {
			f, okFrom := headerColumn(row, t.From, 1)
			g, okTo := headerColumn(row, t.To, 2)
			if okFrom && okTo {
				from = f
				to = g
				named = true
			}
			continue
		}
		a := row.Cell(from)
		b := row.Cell(to)
		var scratch spec.Value
		word := keyText(&scratch, &a)
		meaning := keyText(&scratch, &b)
		if word == "" || meaning == "" {
			continue
		}
		key := layout.WordKey(word)
		if old, twice := t.Words[key]; twice && old.Text != meaning {
			return &Error{File: ref.File, Message: fmt.Sprintf("「%s」第 %d 行的“%s”与前面的对照不同", ref.Name, row.Num, quote(word)), Fix: "一个词只能对应一个值"}
		}
		if len(t.Words) >= maxWords {
			return &Error{File: ref.File, Message: "对照表太长", Fix: "对照表最多十万行"}
		}
		t.Words[key] = layout.Word{Text: meaning, Line: t.Line}
	}
	if !named {
		return &Error{File: ref.File, Message: fmt.Sprintf("「%s」里没有列“%s”和“%s”", ref.Name, t.From, t.To), Fix: "请核对映射文件里 tables 的 from 和 to"}
	}
	return nil
}

func headerColumn(row *grid.Row, name string, otherwise int32) (int32, bool) {
	if name == "" {
		return otherwise, true
	}
	for i := range row.Cells {
		if spec.HeaderKey(row.Cells[i].Text) == spec.HeaderKey(name) {
			return row.Cells[i].Col, true
		}
	}
	return 0, false
}
