package cli

import (
	"context"

	"hbupload/internal/fault"
	"hbupload/internal/host"
	"hbupload/internal/push"
	"hbupload/internal/report"
	"hbupload/internal/run"
	"hbupload/internal/workbook"
)

// writeWorksheet writes the records in doubt of the given files to a workbook.
func writeWorksheet(ctx context.Context, env *run.Env, o resolveOptions) error {
	if len(o.in) == 0 {
		return fault.New(fault.Usage, "--worksheet 需要 --in 导出文件").Next("台账不保存姓名和证件号，核对表要从导出文件里取")
	}
	cfg, err := env.Load()
	if err != nil {
		return err
	}
	s, err := run.Begin(env, cfg, false)
	if err != nil {
		return err
	}
	defer s.Close()
	done, err := s.Foresee(ctx, o.in, run.ReadOptions{NoReport: true}, run.Policy(cfg, ""))
	if err != nil {
		return err
	}
	defer done()
	d := &run.Doubtful{Why: map[run.PersonRow]string{}}
	for i := range s.Batch.Records {
		if r := &s.Batch.Records[i]; r.State == push.InDoubt {
			d.Why[run.RowOf(r.Place)] = r.Message
		}
	}
	for _, in := range s.Inputs {
		if err := in.Each(ctx, d); err != nil {
			return err
		}
	}
	book, err := workbook.Worksheet(d.Rows)
	if err == nil {
		err = host.WritePrivate(o.worksheet, book)
	}
	if err != nil {
		return fault.New(fault.Config, "核对表无法写入").At(o.worksheet).
			Next("请检查文件夹权限；如果正在 Excel 里打开，请先关闭").By(err)
	}
	if env.Opts.JSON {
		return report.Encode(env.Out(), struct {
			run.Document
			File    string `json:"file"`
			Records int    `json:"records"`
		}{env.OK(), o.worksheet, len(d.Rows)})
	}
	if len(d.Rows) == 0 {
		env.Tell("这些文件里没有结果不明的记录，不需要核对；%s 里只有表头\n", o.worksheet)
		return nil
	}
	env.Tell("已写出 %d 人的核对表（含个人信息，请妥善保管）：%s\n在平台上逐个核对后，用 hbupload resolve 体检编号 --sent 或 --resend 了结\n", len(d.Rows), o.worksheet)
	return nil
}
