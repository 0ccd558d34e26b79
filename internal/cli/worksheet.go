package cli

import (
	"context"

	"github.com/xuri/excelize/v2"

	"hbupload/internal/config"
	"hbupload/internal/push"
	"hbupload/internal/report"
	"hbupload/internal/spec"
	"hbupload/internal/wire"
)

// doubtful collects who must be looked up in the platform's own list.
type doubtful struct {
	keys map[string]string // key → state
	rows [][]string
}

// Restart implements spec.Visitor.
func (d *doubtful) Restart() { d.rows = nil }

// Record implements spec.Visitor.
func (d *doubtful) Record(rec *spec.Record) error {
	if _, ok := d.keys[rec.Key]; !ok {
		return nil
	}
	row := []string{rec.Key}
	for _, id := range worksheetFields() {
		row = append(row, rec.At(id).Text)
	}
	d.rows = append(d.rows, append(row, d.keys[rec.Key], "", ""))
	return nil
}

// worksheetFields are what a person needs to find somebody on the platform.
func worksheetFields() []spec.FieldID {
	return []spec.FieldID{spec.PatientName, spec.IDCard, spec.PeDate, spec.PeFlag, spec.EmpOrgName, spec.EmployerEnterpriseName}
}

// worksheet writes the records in doubt of the given files to a workbook.
func (a *app) worksheet(ctx context.Context, o resolveOptions) error {
	if len(o.in) == 0 {
		return &usageError{message: "--worksheet 需要 --in 导出文件", hint: "台账不保存姓名和证件号，核对表要从导出文件里取"}
	}
	cfg, err := a.load()
	if err != nil {
		return err
	}
	s, err := a.begin(cfg, false)
	if err != nil {
		return err
	}
	defer s.close()
	done, err := s.foresee(ctx, o.in, readOptions{noReport: true}, policy(cfg, ""))
	if err != nil {
		return err
	}
	defer done()
	d := &doubtful{keys: map[string]string{}}
	for i := range s.batch.Records {
		if r := &s.batch.Records[i]; r.State == push.InDoubt {
			d.keys[r.Key] = r.Message
		}
	}
	for _, in := range s.inputs {
		if err := in.source.Each(ctx, d); err != nil {
			return err
		}
	}
	if err := writeWorksheet(o.worksheet, d.rows); err != nil {
		return &config.Error{Where: o.worksheet, Message: "核对表无法写入", Fix: "请检查文件夹权限；如果正在 Excel 里打开，请先关闭", Err: err}
	}
	if a.opts.json {
		return report.Encode(a.out(), struct {
			commandJSON
			File    string `json:"file"`
			Records int    `json:"records"`
		}{a.ok(), o.worksheet, len(d.rows)})
	}
	a.tell("已写出 %d 人的核对表（含个人信息，请妥善保管）：%s\n在平台上逐个核对后，用 hbupload resolve 体检编号 --sent 或 --resend 了结\n", len(d.rows), o.worksheet)
	return nil
}

func writeWorksheet(path string, rows [][]string) error {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	const sheet = "核对"
	if err := f.SetSheetName("Sheet1", sheet); err != nil {
		return err
	}
	head := []string{spec.ExamKey.Label()}
	for _, id := range worksheetFields() {
		head = append(head, id.Label())
	}
	head = append(head, "当前情况", "平台上有吗（有/没有）", "核对人")
	for n, row := range append([][]string{head}, rows...) {
		for c, text := range row {
			cell, err := excelize.CoordinatesToCellName(c+1, n+1)
			if err != nil {
				return err
			}
			if err := f.SetCellStr(sheet, cell, wire.SafeText(text, maxMessage)); err != nil {
				return err
			}
		}
	}
	if err := f.SetColWidth(sheet, "A", "J", 20); err != nil {
		return err
	}
	buf, err := f.WriteToBuffer()
	if err != nil {
		return err
	}
	return writePrivate(path, buf.Bytes())
}
