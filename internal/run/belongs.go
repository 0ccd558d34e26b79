package run

import (
	"context"
	"encoding/json"
	"net"
	"net/url"

	"hbupload/internal/config"
	"hbupload/internal/fault"
	"hbupload/internal/ledger"
	"hbupload/internal/sandbox"
)

// Belongs fails where the ledger is not the configured platform's: everybody
// whom the other platform has would be skipped, and nothing would arrive.
func Belongs(ctx context.Context, env *Env, cfg *config.Config, led *ledger.Ledger) error {
	if err := led.SamePlatform(ctx); err != nil {
		return err
	}
	b, err := led.Belongs(ctx)
	if err != nil || !b.Unknown || b.Configured == "" {
		return err
	}
	return olderBelongs(ctx, cfg, led, b)
}

// BelongsFirst is belongs before anything else is looked at: an operator who has changed
// the address should not be told to download dictionaries first. What cannot be
// read now is reported when the ledger is opened to send.
func BelongsFirst(ctx context.Context, env *Env, cfg *config.Config) error {
	led, err := env.ReadLedger(ctx, cfg)
	if err != nil {
		return nil // see above
	}
	defer func() { _ = led.Close() }()
	return Belongs(ctx, env, cfg, led)
}

// olderBelongs decides about a ledger of a version that did not note the
// platform. It becomes the configured one's, unless something on this machine
// says that its records went elsewhere.
func olderBelongs(ctx context.Context, cfg *config.Config, led *ledger.Ledger, b ledger.Belonging) error {
	var why string
	practised, err := led.AcceptedWith(ctx, sandbox.SampleSet().Version())
	switch {
	case err != nil:
		return err
	case practised && !loopback(b.Configured):
		why = "里面的记录是用模拟平台的字典检查的，像是练习时传给模拟平台的"
	case otherLogin(cfg):
		why = "上次登录用的平台地址、机构名、用户或密码与现在的配置不同"
	default:
		return nil
	}
	return fault.New(fault.Config, "这个台账是旧版程序建立的，没有记下属于哪个平台，而"+why+"；没有上传").
		Next("确是 " + b.Configured + " 的台账：请执行 hbupload ledger rebind --same-platform；否则请为这个平台另设数据文件夹（data_dir）或 profile")
}

// loopback reports whether an address is on this machine.
func loopback(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}

// otherLogin reports whether the kept token was given for another address,
// organisation, user or password than the configured ones.
func otherLogin(cfg *config.Config) bool {
	data, err := ReadOwn(TokenPath(cfg))
	if err != nil {
		return false
	}
	var s savedToken
	if json.Unmarshal(data, &s) != nil || s.Token == "" {
		return false
	}
	t := &tokenFile{binding: tokenBinding(cfg)}
	return s.Binding != t.mac(s.Salt)
}

// platformLine says that another platform is configured than the ledger's, "" where
// that is not so.
func platformLine(b ledger.Belonging) string {
	if !b.Other() {
		return ""
	}
	return "注意：台账属于平台 " + b.Address + "，现在配置的平台是 " + b.Configured + "；另设数据文件夹，或执行 hbupload ledger rebind --same-platform 之前不能上传"
}

// Standing is what stands in the way of a push, in the first lines of status and
// history: another platform, a gap.
func Standing(ctx context.Context, led *ledger.Ledger) (b ledger.Belonging, g ledger.Gap, lines []string, err error) {
	if b, err = led.Belongs(ctx); err != nil {
		return b, g, nil, err
	}
	if line := platformLine(b); line != "" {
		lines = append(lines, line)
	}
	if g, err = led.Gap(ctx); err != nil {
		return b, g, nil, err
	}
	if g.Open() {
		lines = append(lines, "注意："+g.Sentence()+"；弄清后执行 hbupload ledger accept-gap，此前不能上传")
	}
	return b, g, lines, nil
}
