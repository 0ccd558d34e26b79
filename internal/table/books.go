package table

import (
	"errors"
	"io"

	"hbupload/internal/table/grid"
	"hbupload/internal/table/xls"
	"hbupload/internal/table/xlsx"
)

func openXlsx(path string, f io.ReaderAt, size int64) (grid.Book, error) {
	return xlsx.OpenReaderAt(path, f, size, xlsx.DefaultLimits())
}

func openXls(path string, f io.ReaderAt, size int64) (grid.Book, error) {
	b, err := xls.OpenReaderAt(path, f, size, xls.Limits{})
	if errors.Is(err, xls.ErrPackage) {
		return openEncrypted(path, f, size, err)
	}
	return b, err
}

func openHTML(path string, f io.ReaderAt, size int64) (grid.Book, error) {
	return xls.OpenHTMLReaderAt(path, f, size, xls.Limits{})
}
