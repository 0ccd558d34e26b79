package main

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/xuri/excelize/v2"

	"hbupload/internal/sandbox"
)

// cmdPortal writes the list that a person exports from the platform's pages:
//
//	portal OUT.xlsx|OUT.csv [masked] [renamed] [pages=N: OUT is a pattern with %d] [dayoff=ID] [without=ID] [strangers=N]
func cmdPortal(ts *testscript.TestScript, _ bool, args []string) {
	var p sandbox.Portal
	for _, o := range args[1:] {
		name, value, _ := strings.Cut(o, "=")
		switch name {
		case "masked":
			p.Masked = true
		case "renamed":
			p.Renamed = true
		case "pages":
			p.Pages = number(ts, value)
		case "dayoff":
			p.OneDayOff = append(p.OneDayOff, value)
		case "without":
			p.Without = append(p.Without, value)
		case "strangers":
			p.Strangers = number(ts, value)
		default:
			ts.Fatalf("portal: %s", o)
		}
	}
	for i, lines := range sceneOf(ts).platform.List(p) {
		path := ts.MkAbs(args[0])
		if p.Pages > 1 {
			path = fmt.Sprintf(path, i+1)
		}
		if filepath.Ext(path) == ".csv" {
			file, err := os.Create(path)
			ts.Check(err)
			ts.Check(csv.NewWriter(file).WriteAll(lines))
			ts.Check(file.Close())
			continue
		}
		ts.Check(writeLines(path, lines))
	}
}

func writeLines(path string, lines [][]string) error {
	book := excelize.NewFile()
	for i, line := range lines {
		if err := book.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+2), &line); err != nil {
			return err
		}
	}
	if err := book.SetCellStr("Sheet1", "A1", "职业健康检查个案列表"); err != nil {
		return err
	}
	return book.SaveAs(path)
}
