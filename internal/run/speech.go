package run

import (
	"fmt"
	"strings"
	"time"

	"hbupload/internal/platform"
)

// Speech says what protocol the platform uses, each part with its key.
func Speech(s platform.Speech) string {
	names := map[string]string{"form": "表单", "json": "JSON", "get": "GET"}
	parts := []string{"登录参数用" + names[s.Encoding] + "（platform.request_encoding: " + s.Encoding + "）"}
	if s.TokenIn != "" {
		text := "token 在" + s.TokenIn
		if s.Cleaned {
			text += "，带有 Bearer 或空白，已去掉（platform.auth_prefix）"
		}
		parts = append(parts, text, lifetimeWords(s))
	}
	if s.Download != "" {
		parts = append(parts, "字典下载用"+names[s.Download]+"（platform.download: "+s.Download+"）")
	}
	return strings.Join(parts, "；")
}

// lifetimeWords says how long a token is reckoned to live.
func lifetimeWords(s platform.Speech) string {
	switch {
	case s.Lifetime == 0:
		return "token 没有写明有效期，按 " + minutes(s.TTL) + "计（platform.token_ttl）"
	case s.Lifetime < s.TTL:
		return "token 自称有效 " + minutes(s.Lifetime) + "，短于配置的 " + minutes(s.TTL) + "，按短的计（可写 platform.token_ttl: " + s.Lifetime.String() + "）"
	}
	return "token 自称有效 " + minutes(s.Lifetime) + "，按 " + minutes(s.TTL) + "计（platform.token_ttl）"
}

func minutes(d time.Duration) string {
	return fmt.Sprintf("%d 分钟", int(d.Round(time.Minute).Minutes()))
}
