package doctor

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"hbupload/internal/dict"
	"hbupload/internal/fault"
	"hbupload/internal/platform"
	"hbupload/internal/run"
	"hbupload/internal/spec"
)

// network examines address, proxy, encryption, credentials and clock with one
// login, and what the token is good for with one small dictionary.
func (d *doctor) network(ctx context.Context, offline bool) {
	if d.cfg.Platform.BaseURL == "" {
		_, err := d.probe()
		d.fail("address", "平台地址", err)
		return
	}
	d.proxy()
	if offline {
		d.warn("address", "平台地址", d.cfg.Platform.BaseURL+"：没有联系平台（--offline）", "去掉 --offline 可检查网络和账号")
		return
	}
	saved := d.Recall(d.cfg)
	p, err := d.probe()
	if err != nil {
		d.fail("credentials", "账号", err)
		return
	}
	defer p.Close()
	err = p.Login(ctx)
	if ctx.Err() != nil {
		return
	}
	if err != nil && platform.RefusesForm(err) {
		err = d.otherForm(ctx, err)
	}
	if err != nil && run.Problem(err).Kind == fault.Unreachable {
		d.fail("address", "平台地址", err)
		d.clock(p)
		return
	}
	d.ok("address", "平台地址", d.cfg.Platform.BaseURL+" 有应答")
	d.encryption(p)
	d.clock(p)
	if err != nil {
		d.fail("credentials", "账号", err)
		return
	}
	d.ok("credentials", "账号", "登录成功：用户 "+d.cfg.Platform.Username+"，密码来自"+d.passwordSource(saved))
	d.download(ctx, p)
}

// otherForm tries the other encoding of login once, and says which one the
// platform takes.
func (d *doctor) otherForm(ctx context.Context, refused error) error {
	pc, err := run.PlatformConfig(d.Env, d.cfg)
	if err != nil {
		return refused
	}
	other := map[string]string{"form": "json", "json": "form"}[pc.RequestEncoding]
	pc.RequestEncoding = other
	pc.Sleep = func(context.Context, time.Duration) error { return errOnce }
	client, err := platform.New(pc)
	if err != nil {
		return refused
	}
	defer client.Close()
	if err := client.Login(ctx); err != nil && !fault.Is(err, fault.Auth) {
		return refused
	}
	return fault.New(fault.Config, "平台的登录只接受 "+other+" 编码的参数").Next("在配置里写 platform.request_encoding: " + other)
}

// passwordSource is where the password came from, in words.
func (d *doctor) passwordSource(saved bool) string {
	if saved {
		return "系统密钥环"
	}
	for _, key := range []string{"platform.password_md5", "platform.password", "platform.password_file"} {
		switch o := d.cfg.Origin(key); o.From {
		case "env":
			return "环境变量 " + o.Name
		case "file", "profile":
			if key == "platform.password_file" {
				return "密码文件"
			}
			return "配置文件（" + key + "）"
		}
	}
	return "配置"
}

// proxy says what stands between this machine and the platform.
func (d *doctor) proxy() {
	const name, label = "proxy", "代理"
	text := d.cfg.Platform.Proxy
	from := "platform.proxy"
	if text == "" {
		scheme := "HTTP_PROXY"
		if strings.HasPrefix(d.cfg.Platform.BaseURL, "https:") {
			scheme = "HTTPS_PROXY"
		}
		for _, env := range []string{scheme, strings.ToLower(scheme)} {
			if v := d.Getenv(env); v != "" && text == "" {
				text = v
				from = "环境变量 " + env
			}
		}
	}
	if text == "" {
		d.ok(name, label, "不经过代理")
		return
	}
	host := "（地址无法识别）"
	if u, err := url.Parse(text); err == nil && u.Host != "" {
		host = u.Scheme + "://" + u.Host // never its password
	}
	d.ok(name, label, "使用代理 "+host+"，来自 "+from+"（本机地址和 NO_PROXY 除外）")
}

func (d *doctor) encryption(p *probe) {
	const name, label = "tls", "加密"
	switch {
	case !p.Insecure():
		d.ok(name, label, "https，证书校验通过")
	case p.Loopback():
		d.ok(name, label, "http，仅在本机内（模拟平台）")
	default:
		d.warn(name, label, "平台地址是 http：传输没有加密，登录用的 MD5 等同于密码，同一网络里的人可以截获", "只在可信的内网或 VPN 里使用；平台若提供 https 地址请改用")
	}
}

// maxSkew is the difference of clocks that begins to matter for dates and
// certificates.
const maxSkew = 2 * time.Minute

// clock compares with the Date of the platform's reply.
func (d *doctor) clock(p *probe) {
	server, local, ok := p.ServerDate()
	if !ok {
		return
	}
	const name, label = "clock", "时钟"
	skew := local.Sub(server).Round(time.Second)
	words := "快"
	if skew < 0 {
		skew = -skew
		words = "慢"
	}
	if skew <= maxSkew {
		d.ok(name, label, "与平台一致（相差 "+fmt.Sprint(int(skew.Seconds()))+" 秒）")
		return
	}
	d.warn(name, label, "本机时钟比平台"+words+" "+run.Ago(skew)+"（平台 "+server.Local().Format(time.DateTime)+"）", "请校准本机时间：日期检查和证书校验都依赖它")
}

// download fetches the smallest dictionary and holds it against the one kept.
func (d *doctor) download(ctx context.Context, p *probe) {
	const name, label = "download", "下载权限"
	code := spec.DictCareType
	rows, err := p.Download(ctx, code)
	if ctx.Err() != nil {
		return
	}
	if err == nil && p.logins > 1 {
		err = errOnce
	}
	if p.logins > 1 {
		d.add(Check{Name: name, Label: label, Status: CheckFail, Message: "平台刚发的 token 马上就被拒绝", Hint: "检查 platform.auth_prefix 与 platform.paths.download；若账号没有下载权限，请联系平台", code: 4})
		return
	}
	if err != nil {
		d.failDelivery(name, label, err)
		return
	}
	entries, err := dict.Parse(code, rows)
	if err != nil {
		d.failDelivery(name, label, err)
		return
	}
	d.ok(name, label, fmt.Sprintf("能下载字典 %s，%d 条", code, len(entries)))
	d.ok("protocol", "通信方式", run.Speech(p.Speech()))
	if d.set == nil {
		return
	}
	if n := len(dict.Diff(dict.NewSet(d.set.Dict(code)), dict.NewSet(dict.New(code, entries, d.Now())))); n > 0 {
		d.warn("dictionary-changed", "字典变化", fmt.Sprintf("平台的字典 %s 与本机保存的有 %d 处不同", code, n), "运行 hbupload dict pull，再看 hbupload dict diff")
	}
}

// failDelivery is fail for what the platform did, whatever its kind.
func (d *doctor) failDelivery(name, label string, err error) {
	d.fail(name, label, err)
	d.checks[len(d.checks)-1].code = 4
}
