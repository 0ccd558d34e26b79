package config

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// passwordText is the one line of a password file in whatever encoding Notepad
// gave it, and what is peculiar about it. Not ok: it holds more than a line.
func passwordText(data []byte) (text, note string, ok bool) {
	text, note = decodeText(data)
	text = strings.TrimRight(strings.TrimPrefix(text, "\ufeff"), "\r\n")
	if strings.ContainsAny(text, "\r\n\x00") {
		return "", "", false
	}
	if odd := oddPassword(text, "platform.password_file"); odd != "" {
		note = strings.TrimLeft(note+"；"+odd, "；")
	}
	return text, note, true
}

// decodeText reads UTF-8, UTF-16 and GB18030.
func decodeText(data []byte) (text, note string) {
	order := unicode.LittleEndian
	mark := unicode.UseBOM
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
	case len(data) > 1 && len(data)%2 == 0 && data[1] == 0:
		mark = unicode.IgnoreBOM
	case utf8.Valid(data):
		return string(data), ""
	default:
		if out, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data); err == nil {
			return string(out), "密码文件是 GBK 编码，已换成 UTF-8 再计算"
		}
		return string(data), "密码文件不是 UTF-8 编码，请用记事本另存为 UTF-8"
	}
	out, err := unicode.UTF16(order, mark).NewDecoder().Bytes(data)
	if err != nil {
		return string(data), "密码文件的编码无法识别，请用记事本另存为 UTF-8"
	}
	return string(out), "密码文件是 UTF-16 编码，已换成 UTF-8 再计算"
}

// oddPassword says what of a password is easily not meant, or not understood by
// the platform (help: 接口读法 T4). It is said only where a login was refused.
func oddPassword(text, key string) string {
	switch {
	case text == "":
		return ""
	case strings.TrimSpace(text) != text:
		return key + " 里的密码首尾有空白，如果不是密码的一部分请删去"
	case strings.HasPrefix(text, "“") || strings.HasPrefix(text, "\"") && strings.HasSuffix(text, "\"") && len(text) > 1:
		return key + " 里的密码带有引号，如果不是密码的一部分请删去"
	}
	for _, r := range text {
		if r >= utf8.RuneSelf {
			return "密码含有非英文字符，平台的算法可能不同：可改用 platform.password_md5 直接填 32 位 MD5"
		}
	}
	return ""
}
