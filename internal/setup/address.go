package setup

import (
	"net/url"
	"strings"

	"golang.org/x/text/width"
)

// address makes of what a person pastes the platform's address: scheme, host and
// port. guessed: the scheme was not given. A sentence says why it cannot be one.
func address(text string) (base string, guessed bool, why string) {
	text = plainAddress(text)
	lower := strings.ToLower(text)
	switch {
	case text == "":
		return "", false, "请填写平台地址，例如 http://平台地址:端口"
	case strings.HasPrefix(lower, "http:") && !strings.HasPrefix(lower, "http://"):
		text = "http://" + strings.TrimLeft(text[len("http:"):], "/")
	case strings.HasPrefix(lower, "https:") && !strings.HasPrefix(lower, "https://"):
		text = "https://" + strings.TrimLeft(text[len("https:"):], "/")
	case !strings.Contains(text, "://"):
		guessed = true
		text = "http://" + text
	}
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || strings.ContainsAny(u.Host, " \t") {
		return "", false, "这不像一个网址；请从浏览器的地址栏复制，例如 http://平台地址:端口"
	}
	scheme := strings.ToLower(u.Scheme)
	if scheme != "http" && scheme != "https" {
		return "", false, "平台地址应以 http:// 或 https:// 开头"
	}
	host := strings.TrimSuffix(u.Host, ":")
	if guessed && u.Port() == "443" {
		scheme = "https"
	}
	return scheme + "://" + strings.ToLower(host), guessed, ""
}

// plainAddress returns an address without quotes, Chinese full stops and full-width
// characters.
func plainAddress(text string) string {
	text = strings.Map(func(r rune) rune {
		switch r {
		case '。', '｡', '．':
			return '.'
		case '“', '”', '"', '\'', '‘', '’', '<', '>', '《', '》':
			return -1
		}
		return r
	}, strings.TrimSpace(text))
	text = strings.TrimSpace(width.Narrow.String(text))
	return strings.TrimPrefix(text, "//")
}
