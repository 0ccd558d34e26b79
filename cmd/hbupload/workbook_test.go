package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/xuri/excelize/v2"

	"hbupload/internal/sandbox/sample"
)

var errEdit = errors.New("no such edit")

// workbooks are the standard workbooks that scripts have asked for so far, by whom
// they hold: each is made once.
type workbooks struct {
	mu   sync.Mutex
	made map[string][]byte
}

// standard writes the workbook of some people.
func (w *workbooks) standard(path, who string, source func() (sample.Source, error)) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if data := w.made[who]; data != nil {
		return os.WriteFile(path, data, 0o600)
	}
	from, err := source()
	if err != nil {
		return err
	}
	if err := sample.WriteXLSX(context.Background(), path, from); err != nil {
		return err
	}
	w.made[who], err = os.ReadFile(path)
	return err
}

// write writes a variation of the standard workbook:
//
//	people=5, people=TJ0001,TJ0011, people=none   whom it holds; default the first five
//	made=1200                   that many generated people instead
//	SHEET!B2=TEXT, SHEET!B2:=3  a cell as text, as a number
//	SHEET!KEY.HEADER=TEXT       the cell of the first row of that exam key
//	SHEET+=a|b|c                a row at the end
//	-SHEET, -SHEET!HEADER       a sheet, a column less
//	rekey=TJ0001>TJ0002         another exam key for one person
//	hide=SHEET!3                a row hidden
//	cut=0.5                     only that part of the file's bytes
func (w *workbooks) write(ts *testscript.TestScript, _ bool, args []string) {
	path := ts.MkAbs(args[0])
	who := "5"
	edits := args[1:]
	if len(edits) > 0 && strings.HasPrefix(edits[0], "people=") {
		who, edits = strings.TrimPrefix(edits[0], "people="), edits[1:]
	}
	source := func() (sample.Source, error) { return sample.All(people(who)), nil }
	if len(edits) > 0 && strings.HasPrefix(edits[0], "made=") {
		who, edits = edits[0], edits[1:]
		source = func() (sample.Source, error) {
			n, err := strconv.Atoi(strings.TrimPrefix(who, "made="))
			return sample.People(n, 1), err
		}
	}
	ts.Check(w.standard(path, who, source))
	if len(edits) == 0 {
		return
	}
	book, err := excelize.OpenFile(path)
	ts.Check(err)
	cut := 1.0
	for _, e := range edits {
		if part, ok := strings.CutPrefix(e, "cut="); ok {
			cut, err = strconv.ParseFloat(part, 64)
		} else if err = editBook(book, e); err != nil {
			err = fmt.Errorf("%s: %w", e, err)
		}
		ts.Check(err)
	}
	ts.Check(book.Save())
	ts.Check(book.Close())
	if cut < 1 {
		info, err := os.Stat(path)
		ts.Check(err)
		ts.Check(os.Truncate(path, int64(float64(info.Size())*cut)))
	}
}

func people(who string) []sample.Person {
	all := sample.Standard()
	if n, err := strconv.Atoi(who); err == nil {
		return all[:n]
	}
	keys := strings.Split(who, ",")
	return slices.DeleteFunc(all, func(p sample.Person) bool { return !slices.Contains(keys, p.Key) })
}

func editBook(book *excelize.File, edit string) error {
	if row, ok := strings.CutPrefix(edit, "hide="); ok {
		sheet, n, _ := strings.Cut(row, "!")
		at, err := strconv.Atoi(n)
		return errors.Join(err, book.SetRowVisible(sheet, at, false))
	}
	if keys, ok := strings.CutPrefix(edit, "rekey="); ok {
		return rekey(book, keys)
	}
	if rest, ok := strings.CutPrefix(edit, "-"); ok {
		sheet, header, column := strings.Cut(rest, "!")
		if !column {
			return book.DeleteSheet(sheet)
		}
		col, err := columnOf(book, sheet, header)
		if err != nil {
			return err
		}
		name, err := excelize.ColumnNumberToName(col)
		if err != nil {
			return err
		}
		return book.RemoveCol(sheet, name)
	}
	if sheet, cells, ok := strings.Cut(edit, "+="); ok {
		rows, err := book.GetRows(sheet)
		if err != nil {
			return err
		}
		return book.SetSheetRow(sheet, "A"+strconv.Itoa(len(rows)+1), ptr(strings.Split(cells, "|")))
	}
	left, value, ok := strings.Cut(edit, "=")
	if !ok {
		return errEdit
	}
	numeric := strings.HasSuffix(left, ":")
	sheet, cell, _ := strings.Cut(strings.TrimSuffix(left, ":"), "!")
	cell, err := cellOf(book, sheet, cell)
	if err != nil {
		return err
	}
	if !numeric {
		return book.SetCellStr(sheet, cell, value)
	}
	n, err := strconv.ParseFloat(value, 64)
	if err != nil {
		return err
	}
	return book.SetCellFloat(sheet, cell, n, -1, 64)
}

func rekey(book *excelize.File, keys string) error {
	from, to, _ := strings.Cut(keys, ">")
	for _, sheet := range book.GetSheetList() {
		rows, err := book.GetRows(sheet)
		if err != nil {
			return err
		}
		for i, row := range rows {
			if len(row) > 0 && row[0] == from {
				if err := book.SetCellStr(sheet, "A"+strconv.Itoa(i+1), to); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func ptr[T any](v T) *T { return &v }

// cellOf turns KEY.HEADER into an address; an address stays.
func cellOf(book *excelize.File, sheet, cell string) (string, error) {
	key, header, ok := strings.Cut(cell, ".")
	if !ok {
		return cell, nil
	}
	col, err := columnOf(book, sheet, header)
	if err != nil {
		return "", err
	}
	rows, err := book.GetRows(sheet)
	if err != nil {
		return "", err
	}
	for i, row := range rows {
		if len(row) > 0 && row[0] == key {
			return excelize.CoordinatesToCellName(col, i+1)
		}
	}
	return "", errEdit
}

func columnOf(book *excelize.File, sheet, header string) (int, error) {
	rows, err := book.GetRows(sheet)
	if err != nil || len(rows) == 0 {
		return 0, errors.Join(err, errEdit)
	}
	i := slices.Index(rows[0], header)
	if i < 0 {
		return 0, errEdit
	}
	return i + 1, nil
}

// cmdAnswer fills cells of one line of a workbook in, as a person does.
func cmdAnswer(ts *testscript.TestScript, _ bool, args []string) {
	path := ts.MkAbs(args[0])
	if found, err := filepath.Glob(path); err == nil && len(found) == 1 {
		path = found[0]
	}
	book, err := excelize.OpenFile(path)
	ts.Check(err)
	rows, err := book.GetRows(args[1])
	ts.Check(err)
	heads := map[string]int{}
	for i, row := range rows {
		if len(heads) == 0 {
			for col, text := range row {
				if text != "" && slices.Contains(args[3:], text) {
					heads[text] = col + 1
				}
			}
			continue
		}
		if !slices.ContainsFunc(row, func(text string) bool { return strings.Contains(text, args[2]) }) {
			continue
		}
		for n := 3; n+1 < len(args); n += 2 {
			if heads[args[n]] == 0 {
				ts.Fatalf("no column %s", args[n])
			}
			cell, err := excelize.CoordinatesToCellName(heads[args[n]], i+1)
			ts.Check(err)
			ts.Check(book.SetCellStr(args[1], cell, args[n+1]))
		}
		book.Path = ts.MkAbs(strings.ReplaceAll(args[0], "*", "x"))
		ts.Check(book.Save())
		ts.Check(book.Close())
		ts.Check(os.Chmod(book.Path, 0o600))
		return
	}
	ts.Fatalf("no line of %s holds %s", args[1], args[2])
}
