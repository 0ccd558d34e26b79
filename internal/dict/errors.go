package dict

import (
	"errors"
	"fmt"
	"strings"

	"hbupload/internal/fault"
)

// ErrMissing is wrapped by errors that say a dictionary was never downloaded.
var ErrMissing = errors.New("dictionary never downloaded")

// hintPull is what to do about everything that is wrong with dictionaries on disk.
const hintPull = "请先运行 hbupload dict pull"

// missing is the error for dictionaries that a check needs and that were never
// downloaded; it names them.
func missing(codes ...string) error {
	names := make([]string, len(codes))
	for i, c := range codes {
		names[i] = describe(c)
	}
	return fault.New(fault.Dictionary, "缺少字典 "+strings.Join(names, "、")+"，还没有下载过").Next(hintPull).By(ErrMissing)
}

func badRows(code string, cause error, format string, args ...any) error {
	return fault.Newf(fault.Dictionary, "平台返回的字典 %s 无法识别：%s", describe(code), fmt.Sprintf(format, args...)).
		Next("请稍后重试；仍不行请联系平台核对下载接口").By(cause)
}
