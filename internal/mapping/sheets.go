package mapping

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"hbupload/internal/spec"
	"hbupload/internal/table"
)

// recognise finds the three sheets of the standard workbook: by name, else by
// their headers.
func (s *Source) recognise(ctx context.Context, in *table.Input) error {
	if in.Format == table.FormatText {
		return &Error{File: in.Path, Message: "单个文本文件只有一张表，标准导出需要「体检信息」「危害因素」「体检项目」三张表",
			Fix: "请改用三张表的 xlsx，或把三个 CSV 放在同一个文件夹（或 zip）里再传入；只有一张表的导出需要映射文件（hbupload map init 生成，--mapping 指定）"}
	}
	var rest []*table.Sheet
	sheets, err := dataSheets(ctx, in)
	if err != nil {
		return err
	}
	for _, sheet := range sheets {
		if !s.byName(sheet) {
			rest = append(rest, sheet)
		}
	}
	for _, sheet := range rest {
		taken, err := s.byHeader(ctx, sheet)
		if err != nil {
			return err
		}
		if !taken {
			s.acc.Unrecognised = append(s.acc.Unrecognised, sheet.Ref.Name)
		}
	}
	if s.sheets[spec.SheetPerson] == nil {
		return s.noSheet(in)
	}
	return s.checkHeaders(ctx)
}

// dataSheets are the sheets that are not this program's own: those that an
// annotated copy has beside the export's, and the template's hidden lists.
func dataSheets(ctx context.Context, in *table.Input) ([]*table.Sheet, error) {
	var out []*table.Sheet
	for _, sheet := range in.Sheets() {
		ours, err := sheet.Ours(ctx)
		if err != nil {
			return nil, err
		}
		if !ours {
			out = append(out, sheet)
		}
	}
	return out, nil
}

// byName takes a sheet that bears a standard name, or the one the user named.
func (s *Source) byName(sheet *table.Sheet) bool {
	name := spec.HeaderKey(sheet.Ref.Name)
	if s.opts.Sheet != "" && name == spec.HeaderKey(s.opts.Sheet) {
		s.sheets[spec.SheetPerson] = sheet
		return true
	}
	for id := spec.SheetPerson; id < spec.NumSheets; id++ {
		if id == spec.SheetPerson && s.opts.Sheet != "" {
			continue
		}
		if s.sheets[id] == nil && name == spec.HeaderKey(id.String()) {
			s.sheets[id] = sheet
			return true
		}
	}
	return false
}

// byHeader takes a sheet of another name whose header can only be that of one
// of the three.
func (s *Source) byHeader(ctx context.Context, sheet *table.Sheet) (bool, error) {
	for id := spec.SheetPerson; id < spec.NumSheets; id++ {
		if s.sheets[id] != nil || (id == spec.SheetPerson && s.opts.Sheet != "") {
			continue
		}
		rule := headerRule(id)
		rule.MinKnown, rule.NeedKey = signMinimum, true
		scan, err := sheet.Scan(ctx, rule)
		if errors.Is(err, table.ErrNoHeader) {
			continue
		}
		if err != nil {
			return false, err
		}
		certain := hasFields(scan.Header(), id, signFields(id))
		if err := scan.Close(); err != nil {
			return false, err
		}
		if certain {
			s.sheets[id] = sheet
			return true, nil
		}
	}
	return false, nil
}

// signMinimum is how many known headers, the exam key among them, make a sheet
// of an unknown name worth a closer look.
const signMinimum = 4

// signFields are the fields by which a sheet of another name is known.
func signFields(id spec.SheetID) []spec.FieldID {
	switch id {
	case spec.SheetHazard:
		return []spec.FieldID{spec.HazardCode, spec.ResultOptionCode}
	case spec.SheetItem:
		return []spec.FieldID{spec.ItemCode, spec.Result}
	}
	return []spec.FieldID{spec.PatientName, spec.IDCard}
}

func hasFields(header table.Header, id spec.SheetID, fields []spec.FieldID) bool {
	known, have := spec.Headers(id), map[spec.FieldID]bool{}
	for _, c := range header.Columns {
		if f, ok := known[c.Key]; ok {
			have[f] = true
		}
	}
	for _, f := range fields {
		if !have[f] {
			return false
		}
	}
	return true
}

// headerRule tells the header of a standard sheet from other rows.
func headerRule(id spec.SheetID) table.HeaderRule {
	known := spec.Headers(id)
	return table.HeaderRule{
		Known:    func(key string) bool { _, ok := known[key]; return ok },
		IsKey:    func(key string) bool { return known[key] == spec.ExamKey && hasKey(known, key) },
		MinKnown: 2,
	}
}

func hasKey(known map[string]spec.FieldID, key string) bool { _, ok := known[key]; return ok }

// noSheet says what was looked for and what is there.
func (s *Source) noSheet(in *table.Input) error {
	names := make([]string, 0, len(in.Sheets()))
	for _, sheet := range in.Sheets() {
		names = append(names, "「"+sheet.Ref.Name+"」")
	}
	want := spec.SheetPerson.String()
	if s.opts.Sheet != "" {
		want = s.opts.Sheet
	}
	return &Error{File: in.Path, Message: fmt.Sprintf("没有可识别的表：需要「%s」，文件里有 %s", want, strings.Join(names, "")),
		Fix: "请用 hbupload template 生成标准工作簿对照表名和表头；其他格式的导出需要映射文件（hbupload map init 生成，--mapping 指定）"}
}

// checkHeaders makes sure that each recognised sheet has its header. A sheet
// without any row has none and needs none.
func (s *Source) checkHeaders(ctx context.Context) error {
	for id, sheet := range s.sheets {
		if sheet == nil {
			continue
		}
		scan, err := sheet.Scan(ctx, headerRule(spec.SheetID(id)))
		var none *table.NoHeaderError
		switch {
		case errors.As(err, &none) && none.Rows == 0:
			s.sheets[id] = nil
			continue
		case errors.As(err, &none):
			return &Error{File: sheet.Ref.File, Message: fmt.Sprintf("「%s」里没有找到表头", sheet.Ref.Name),
				Fix: "表头应包含 " + headerSample(spec.SheetID(id)) + " 等列名；请对照 hbupload template 生成的标准工作簿"}
		case err != nil:
			return err
		}
		if err := scan.Close(); err != nil {
			return err
		}
	}
	return nil
}

// sampleHeaders is how many headers a message names.
const sampleHeaders = 4

func headerSample(id spec.SheetID) string {
	var names []string
	for _, f := range spec.SheetFields(id)[:sampleHeaders] {
		names = append(names, f.Label)
	}
	return strings.Join(names, "、")
}
