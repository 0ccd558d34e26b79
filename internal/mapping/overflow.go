package mapping

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"hbupload/internal/pattern"
	"hbupload/internal/spec"
	"hbupload/internal/table"
)

// What an export program or a person adds to the name of a table to make that of
// its next part: 体检项目(2), 体检项目_1, 体检项目 续, 2月体检项目.
var (
	reNextAfter  = pattern.New(`^[_\-~·.#]*(续表?|第)?[0-9一二三四五六七八九十]*(年[0-9]*月?|月份?|页|部分|季度|续)?$`)
	reNextBefore = pattern.New(`^[0-9一二三四五六七八九十]+(年[0-9一二三四五六七八九十]*月?份?|月份?|季度|-|_)?$`)
)

// continues reports whether a sheet's name is that of a further part of another.
func continues(name, of string) bool {
	name = spec.HeaderKey(name)
	of = spec.HeaderKey(of)
	if name == "" || of == "" {
		return false
	}
	if rest, ok := strings.CutPrefix(name, of); ok && reNextAfter.MatchString(rest) {
		return true
	}
	rest, ok := strings.CutSuffix(name, of)
	return ok && reNextBefore.MatchString(rest)
}

// leftOver objects to a sheet that is nobody's by its header and by its name, or its
// rows, is a further part of a table: its rows would be lost.
func (s *Source) leftOver(ctx context.Context, sheet *table.Sheet) error {
	if s.opts.Sheet != "" {
		return nil
	}
	for _, t := range s.tables {
		for _, p := range t.parts {
			if !continues(sheet.Ref.Name, p.sheet.Ref.Name) {
				continue
			}
			scan, err := sheet.Scan(ctx, t.rule)
			var none *table.NoHeaderError
			switch {
			case errors.As(err, &none) && none.Rows == 0:
				return nil
			case errors.As(err, &none):
				return apart(sheet, p, "没有表头")
			case err != nil:
				return err
			}
			if err := scan.Close(); err != nil {
				return err
			}
			return apart(sheet, p, "表头不同")
		}
	}
	return s.unnamed(ctx, sheet)
}

// unnamed objects to a sheet of any name that has no header and goes on as a table
// does; the message names the table that it is most like.
func (s *Source) unnamed(ctx context.Context, sheet *table.Sheet) error {
	var best *part
	most := 0
	for _, t := range s.tables {
		for _, p := range t.parts {
			n, err := goesOn(ctx, sheet, p)
			if err != nil {
				return err
			}
			if n > most {
				most = n
				best = p
			}
		}
	}
	if best == nil {
		return nil
	}
	return apart(sheet, best, "没有表头")
}

// apart says that a sheet seems to be a further part of another and cannot be
// read with it.
func apart(sheet *table.Sheet, p *part, why string) error {
	return &Error{File: sheet.Ref.File, Message: fmt.Sprintf("「%s」看来是「%s」的续表，但%s，两张表不能合在一起读", sheet.Ref.Name, p.sheet.Ref.Name, why),
		Fix: "请把两张表改成相同的表头，或把不要的一张删去后重新导出；也可用 --sheet 指明只读哪一张体检信息表"}
}
