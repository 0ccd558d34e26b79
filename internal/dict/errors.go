package dict

import (
	"errors"
	"fmt"
	"strings"
)

// ErrMissing is wrapped by errors that say a dictionary was never downloaded.
var ErrMissing = errors.New("dictionary never downloaded")

// hintPull is what to do about everything that is wrong with dictionaries on disk.
const hintPull = "请先运行 hbupload dict pull"

// Error is a fault of the dictionaries that an operator meets; its kind is
// always "dictionary".
type Error struct {
	sentence string
	hint     string
	cause    error
}

func (e *Error) Error() string { return e.sentence }

// Kind is "dictionary".
func (e *Error) Kind() string { return "dictionary" }

// Hint says what to do next, in Chinese.
func (e *Error) Hint() string { return e.hint }

func (e *Error) Unwrap() error { return e.cause }

// Missing is the error for dictionaries that a check needs and that were never
// downloaded; it names them.
func Missing(codes ...string) error {
	names := make([]string, len(codes))
	for i, c := range codes {
		names[i] = describe(c)
	}
	return &Error{sentence: "缺少字典 " + strings.Join(names, "、") + "，还没有下载过", hint: hintPull, cause: ErrMissing}
}

func badRows(code string, cause error, format string, args ...any) error {
	return &Error{
		sentence: fmt.Sprintf("平台返回的字典 %s 无法识别：%s", describe(code), fmt.Sprintf(format, args...)),
		hint:     "请稍后重试；仍不行请联系平台核对下载接口",
		cause:    cause,
	}
}
