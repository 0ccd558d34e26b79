package census

import "hbupload/internal/fault"

// Rows is the account of an input: every row with a value is used or skipped
// with a reason (help: 约定 3.2).
type Rows struct{ Read, Used, Skipped int }

// Check tells whether the account adds up. An error is the program's fault,
// never the file's.
func (r Rows) Check() error {
	if r.Read == r.Used+r.Skipped {
		return nil
	}
	return fault.Newf(fault.Internal, "行数对不上：读入 %d 行，使用 %d 行，跳过 %d 行", r.Read, r.Used, r.Skipped).
		Next("这是程序的错误，没有上报任何数据；请把该文件的结构告诉开发者")
}
