package sample

import (
	"archive/zip"
	"bufio"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"hbupload/internal/spec"
)

// WriteCSVDir writes the three sheets as CSV files named like them, in GB18030
// (what the spreadsheet program of a Chinese Windows writes) or UTF-8.
func WriteCSVDir(ctx context.Context, dir string, src Source, gb18030 bool) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("sample folder: %w", err)
	}
	for s := range spec.NumSheets {
		if err := writeCSVFile(ctx, filepath.Join(dir, s.String()+".csv"), s, src, gb18030); err != nil {
			return fmt.Errorf("sample folder, %s: %w", s, err)
		}
	}
	return nil
}

func writeCSVFile(ctx context.Context, path string, s spec.SheetID, src Source, gb18030 bool) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() {
		if e := f.Close(); err == nil {
			err = e
		}
	}()
	out := bufio.NewWriter(f)
	var w io.Writer = out
	if gb18030 {
		w = simplifiedchinese.GB18030.NewEncoder().Writer(out)
	}
	if err := WriteCSV(ctx, w, s, src); err != nil {
		return err
	}
	return out.Flush()
}

// WriteCSV writes one sheet as the spreadsheet program does: CRLF, a comma.
func WriteCSV(ctx context.Context, w io.Writer, s spec.SheetID, src Source) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	err := src.rows(ctx, s, func(cells []Cell) error {
		texts := make([]string, len(cells))
		for i, c := range cells {
			texts[i] = c.Text
			if c.Kind == Serial { // a text file has no numbers that may be dates
				texts[i] = c.Day.Format(time.DateOnly)
			}
		}
		return out.Write(texts)
	})
	if err != nil {
		return err
	}
	out.Flush()
	return out.Error()
}

// WriteCSVZip writes the three sheets as UTF-8 CSV files in one zip.
func WriteCSVZip(ctx context.Context, w io.Writer, src Source) error {
	zw := zip.NewWriter(w)
	for s := range spec.NumSheets {
		entry, err := zw.CreateHeader(&zip.FileHeader{Name: s.String() + ".csv", Method: zip.Deflate, Modified: Day(2024, 1, 1)})
		if err != nil {
			return fmt.Errorf("sample zip: %w", err)
		}
		if err := WriteCSV(ctx, entry, s, src); err != nil {
			return fmt.Errorf("sample zip, %s: %w", s, err)
		}
	}
	if err := zw.Close(); err != nil {
		return fmt.Errorf("sample zip: %w", err)
	}
	return nil
}
