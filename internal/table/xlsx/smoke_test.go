package xlsx

import (
	"bytes"
	"testing"

	"github.com/xuri/excelize/v2"
)

func TestSmoke(t *testing.T) {
	f := excelize.NewFile()
	f.SetCellValue("Sheet1", "A1", "姓名")
	f.SetCellValue("Sheet1", "B2", 1.5)
	f.SetCellValue("Sheet1", "C3", true)
	f.MergeCell("Sheet1", "A1", "B1")
	var buf bytes.Buffer
	f.Write(&buf)
	out, err := dump(t, buf.Bytes(), 0, false)
	t.Log(out, err)
	if err != nil || len(out) != 3 { t.Fatal(out, err) }
}
