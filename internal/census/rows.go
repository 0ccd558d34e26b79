package census

import "fmt"

// Rows is the account of an input: every row with a value is used or skipped
// with a reason (help: 约定 3.2).
type Rows struct{ Read, Used, Skipped int }

// Check tells whether the account adds up. An error is the program's fault,
// never the file's.
func (r Rows) Check() error {
	if r.Read == r.Used+r.Skipped {
		return nil
	}
	return &sumError{r}
}

type sumError struct{ rows Rows }

func (e *sumError) Error() string {
	return fmt.Sprintf("行数对不上：读入 %d 行，使用 %d 行，跳过 %d 行", e.rows.Read, e.rows.Used, e.rows.Skipped)
}

// Kind classifies the error for the exit code.
func (e *sumError) Kind() string { return "internal" }

// Hint is what to do next.
func (e *sumError) Hint() string {
	return "这是程序的错误，没有上报任何数据；请把该文件的结构告诉开发者"
}
