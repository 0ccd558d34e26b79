package xlsx

import (
	"context"
	"errors"
	"io"
	"io/fs"

	"hbupload/internal/table/grid"
)

// errDoctype is a part with a document type; the scanner leaves it alone.
var errDoctype = errors.New("xlsx: document type declaration")

// errClosed is a pass that goes on after Close.
var errClosed = errors.New("xlsx: rows closed")

// syntaxError is a part that is not what it should be; msg is Chinese.
type syntaxError struct {
	msg  string
	cell string // the cell, when the place is narrower than the row
	err  error
}

func (e *syntaxError) Error() string { return e.msg }
func (e *syntaxError) Unwrap() error { return e.err }

func errBadChar() error {
	return &syntaxError{msg: "含有 XML 不允许的字符或不是 UTF-8 的字节"}
}
func errEntity() error { return &syntaxError{msg: "含有无法识别的 XML 实体（&…;）"} }

// Advice for the operator.
const (
	fixResave = "请用 Excel 或 WPS 打开该文件，检查数据后“另存为”.xlsx 再试；打不开则请从原系统重新导出或重新复制文件"
	fixSplit  = "请把数据拆成几个较小的工作簿，或新建工作簿只粘贴数据（选择性粘贴“数值”）后再试"
	fixFormat = "请在 Excel 或 WPS 中打开，用“文件 → 另存为”选择“Excel 工作簿 (*.xlsx)”后再试"
)

// readError gives a failure its place. Context errors pass unchanged.
func readError(file, sheet string, row int32, err error) error {
	var re *grid.ReadError
	if err == nil || errors.As(err, &re) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	out := &grid.ReadError{File: file, Sheet: sheet, Row: row, Fix: fixResave, Err: err}
	var se *syntaxError
	var le *limitError
	var pe *fs.PathError
	switch {
	case errors.As(err, &le):
		out.Message = le.msg
		out.Cell = le.cell
		out.Fix = fixSplit
	case errors.As(err, &se):
		out.Message = se.msg
		out.Cell = se.cell
	case errors.Is(err, errClosed):
		out.Message = "读取已经结束"
		out.Fix = ""
	case errors.Is(err, errDoctype):
		out.Message = "XML 中有文档类型声明 (DOCTYPE)，不予解析"
	case errors.As(err, &pe):
		out.Message = "读取文件时出错"
		out.Fix = "请检查文件是否还在、磁盘或网络是否正常"
	case errors.Is(err, io.ErrUnexpectedEOF):
		out.Message = "内容在中途截断，文件不完整"
	default:
		out.Message = "文件已损坏（压缩数据或校验和有误）"
	}
	return out
}

// inPart names the part in an error of a part that is no sheet.
func inPart(label string, err error) error {
	var se *syntaxError
	if errors.As(err, &se) {
		return &syntaxError{msg: label + "：" + se.msg, err: se.err}
	}
	return err
}

// limitError is a workbook that asks for too much.
type limitError struct{ msg, cell string }

func (e *limitError) Error() string { return e.msg }
