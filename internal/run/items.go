package run

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"hbupload/internal/meaning"
	"hbupload/internal/spec"
	"hbupload/internal/table"
	"hbupload/internal/table/grid"
)

// itemColumns are the headers of spec.items_file, reduced by spec.HeaderKey.
func itemColumns() map[string]string {
	out := map[string]string{}
	for name, words := range map[string][]string{
		"code":    {"项目代码", "代码", "itemCode", "code"},
		"lower":   {"参考下限", "下限", "lowerLimit", "lower"},
		"upper":   {"参考上限", "上限", "upperLimit", "upper"},
		"unit":    {"计量单位", "单位", "unit"},
		"numeric": {"是否数值", "数值型", "数值", "numeric"},
	} {
		for _, w := range words {
			out[spec.HeaderKey(w)] = name
		}
	}
	return out
}

// readItems reads the institution's own table of items (help: 接口读法 4.4).
func readItems(path string) (map[string]meaning.ItemSpec, error) {
	ctx := context.Background()
	in, err := table.Open(ctx, path, table.Options{})
	if err != nil {
		return nil, err
	}
	defer func() { _ = in.Close() }()
	known := itemColumns()
	out := map[string]meaning.ItemSpec{}
	for _, sheet := range in.Sheets() {
		scan, err := sheet.Scan(ctx, table.HeaderRule{Known: func(k string) bool { return known[k] != "" }, IsKey: func(k string) bool { return known[k] == "code" }, MinKnown: 2, NeedKey: true})
		if errors.Is(err, table.ErrNoHeader) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if err := readItemRows(scan, known, out); err != nil {
			return nil, err
		}
	}
	if len(out) == 0 {
		return nil, &grid.ReadError{File: path, Message: "项目表里没有读到项目", Fix: "第一行应有列名：项目代码、参考下限、参考上限、计量单位、是否数值"}
	}
	return out, nil
}

func readItemRows(scan *table.Scan, known map[string]string, out map[string]meaning.ItemSpec) error {
	defer func() { _ = scan.Close() }()
	columns := map[string]int32{}
	for _, c := range scan.Header().Columns {
		if name := known[c.Key]; name != "" && columns[name] == 0 {
			columns[name] = c.Col
		}
	}
	for {
		row, err := scan.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		text := func(name string) string { return itemText(row.Cell(columns[name])) }
		code := text("code")
		if code == "" {
			continue
		}
		numeric := text("numeric")
		out[code] = meaning.ItemSpec{Lower: text("lower"), Upper: text("upper"), Unit: text("unit"),
			Numeric: numeric == "是" || numeric == "1" || strings.EqualFold(numeric, "true") || strings.EqualFold(numeric, "y")}
	}
}

func itemText(c grid.Cell) string {
	if c.Kind == grid.Number {
		return strconv.FormatFloat(c.Num, 'f', -1, 64)
	}
	return strings.TrimSpace(fmt.Sprint(c.Text))
}
