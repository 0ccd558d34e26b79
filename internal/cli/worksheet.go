package cli

import (
	"context"

	"hbupload/internal/fault"
	"hbupload/internal/host"
	"hbupload/internal/push"
	"hbupload/internal/report"
	"hbupload/internal/spec"
	"hbupload/internal/workbook"
)

// doubtful collects who must be looked up in the platform's own list.
type doubtful struct {
	why  map[personRow]string
	rows []workbook.Doubtful
}

// personRow is where a person stands. A key may be masked, a row never is.
type personRow struct {
	sheet spec.SheetRef
	row   int32
}

func rowOf(p spec.Place) personRow {
	if p.Sheet == nil {
		return personRow{row: p.Row}
	}
	return personRow{*p.Sheet, p.Row}
}

// Restart implements spec.Visitor.
func (d *doubtful) Restart() { d.rows = nil }

// Record implements spec.Visitor.
func (d *doubtful) Record(rec *spec.Record) error {
	why, ok := d.why[rowOf(rec.Place)]
	if !ok {
		return nil
	}
	p := workbook.Doubtful{Key: rec.Key, Why: why}
	for _, id := range workbook.DoubtfulFields() {
		text := rec.At(id).Text
		if name := id.Field().Enum.Name(text); name != "" {
			text = name // the platform's pages show names
		}
		p.Values = append(p.Values, text)
	}
	d.rows = append(d.rows, p)
	return nil
}

// worksheet writes the records in doubt of the given files to a workbook.
func (a *app) worksheet(ctx context.Context, o resolveOptions) error {
	if len(o.in) == 0 {
		return fault.New(fault.Usage, "--worksheet 需要 --in 导出文件").Next("台账不保存姓名和证件号，核对表要从导出文件里取")
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
	d := &doubtful{why: map[personRow]string{}}
	for i := range s.batch.Records {
		if r := &s.batch.Records[i]; r.State == push.InDoubt {
			d.why[rowOf(r.Place)] = r.Message
		}
	}
	for _, in := range s.inputs {
		if err := in.Each(ctx, d); err != nil {
			return err
		}
	}
	book, err := workbook.Worksheet(d.rows)
	if err == nil {
		err = host.WritePrivate(o.worksheet, book)
	}
	if err != nil {
		return fault.New(fault.Config, "核对表无法写入").At(o.worksheet).
			Next("请检查文件夹权限；如果正在 Excel 里打开，请先关闭").By(err)
	}
	if a.opts.json {
		return report.Encode(a.out(), struct {
			commandJSON
			File    string `json:"file"`
			Records int    `json:"records"`
		}{a.ok(), o.worksheet, len(d.rows)})
	}
	if len(d.rows) == 0 {
		a.tell("这些文件里没有结果不明的记录，不需要核对；%s 里只有表头\n", o.worksheet)
		return nil
	}
	a.tell("已写出 %d 人的核对表（含个人信息，请妥善保管）：%s\n在平台上逐个核对后，用 hbupload resolve 体检编号 --sent 或 --resend 了结\n", len(d.rows), o.worksheet)
	return nil
}
