package table

import (
	"hbupload/internal/table/grid"
	"hbupload/internal/table/xls"
	"hbupload/internal/table/xlsx"
)

func openXlsx(path string, _ Options) (grid.Book, error) {
	return xlsx.Open(path, xlsx.DefaultLimits())
}

func openXls(path string, _ Options) (grid.Book, error) {
	return xls.Open(path, xls.Limits{})
}

func openHTML(path string, _ Options) (grid.Book, error) {
	return xls.OpenHTML(path, xls.Limits{})
}
