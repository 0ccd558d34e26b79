package table

import (
	"io"

	"hbupload/internal/table/grid"
	"hbupload/internal/table/xls"
	"hbupload/internal/table/xlsx"
)

func openXlsx(path string, f io.ReaderAt, size int64) (grid.Book, error) {
	return xlsx.OpenReaderAt(path, f, size, xlsx.DefaultLimits())
}

func openXls(path string, f io.ReaderAt, size int64) (grid.Book, error) {
	return xls.OpenReaderAt(path, f, size, xls.Limits{})
}

func openHTML(path string, f io.ReaderAt, size int64) (grid.Book, error) {
	return xls.OpenHTMLReaderAt(path, f, size, xls.Limits{})
}
