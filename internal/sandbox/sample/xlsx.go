package sample

import (
	"context"
	"fmt"
	"strconv"

	"github.com/xuri/excelize/v2"

	"hbupload/internal/spec"
)

// WriteXLSX writes the three sheets of the standard workbook, row by row.
func WriteXLSX(ctx context.Context, path string, src Source) error {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }() // nothing but memory
	w := &sheetWriter{file: f}
	var err error
	if w.date, err = f.NewStyle(&excelize.Style{CustomNumFmt: ptr("yyyy-mm-dd")}); err != nil {
		return fmt.Errorf("sample workbook: %w", err)
	}
	for s := range spec.NumSheets {
		if err := w.sheet(ctx, s, src); err != nil {
			return fmt.Errorf("sample workbook, sheet %s: %w", s, err)
		}
	}
	if err := f.DeleteSheet("Sheet1"); err != nil {
		return fmt.Errorf("sample workbook: %w", err)
	}
	if err := f.SaveAs(path); err != nil {
		return fmt.Errorf("sample workbook: %w", err)
	}
	return nil
}

func ptr[T any](v T) *T { return &v }

type sheetWriter struct {
	file *excelize.File
	date int
}

func (w *sheetWriter) sheet(ctx context.Context, s spec.SheetID, src Source) error {
	if _, err := w.file.NewSheet(s.String()); err != nil {
		return err
	}
	out, err := w.file.NewStreamWriter(s.String())
	if err != nil {
		return err
	}
	if err := out.SetColWidth(1, len(spec.SheetFields(s)), 16); err != nil {
		return err
	}
	row := 0
	err = src.rows(ctx, s, func(cells []Cell) error {
		row++
		values := make([]any, len(cells))
		for i, c := range cells {
			values[i] = w.value(c)
		}
		return out.SetRow("A"+strconv.Itoa(row), values)
	})
	if err != nil {
		return err
	}
	return out.Flush()
}

func (w *sheetWriter) value(c Cell) any {
	switch c.Kind {
	case Number, Serial:
		if n, err := strconv.ParseFloat(c.Text, 64); err == nil {
			return n
		}
	case Date:
		return excelize.Cell{StyleID: w.date, Value: c.Day}
	}
	if c.Text == "" {
		return nil
	}
	return c.Text
}

// rows yields the rows of a sheet, the header first.
func (src Source) rows(ctx context.Context, s spec.SheetID, yield func([]Cell) error) error {
	if err := yield(header(s)); err != nil {
		return err
	}
	for i := range src.N {
		if err := ctx.Err(); err != nil {
			return err
		}
		var rows [][]Cell
		switch s {
		case spec.SheetPerson:
			rows = [][]Cell{src.At(i).Row}
		case spec.SheetHazard:
			rows = src.At(src.child(i)).Hazards
		default:
			rows = src.At(src.child(i)).Items
		}
		for _, row := range rows {
			if err := yield(row); err != nil {
				return err
			}
		}
	}
	return nil
}

// header is the labels of a sheet's columns.
func header(s spec.SheetID) []Cell {
	var out []Cell
	for _, f := range spec.SheetFields(s) {
		out = append(out, Shown(f.Label, ""))
	}
	return out
}
