package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/spf13/cobra"

	"hbupload/internal/config"
	"hbupload/internal/crash"
	"hbupload/internal/dict"
	"hbupload/internal/fault"
	"hbupload/internal/host"
	"hbupload/internal/report"
	"hbupload/internal/sandbox"
)

// The sandbox's credentials and usual address (help: 上手).
const (
	sandboxUser = "sandbox"
	sandboxAddr = "127.0.0.1:18080"
)

type sandboxOptions struct {
	addr, fault string
	latency     time.Duration
}

func newSandbox(a *app) *cobra.Command {
	var o sandboxOptions
	cmd := &cobra.Command{
		Use: "sandbox", Short: "在本机启动一个模拟平台，用于练习和测试",
		Long: "在本机启动一个模拟平台：登录、字典下载、上传都与接口规范一致，字典是自编的样例。\n用户名和密码都是 sandbox。按 Ctrl-C 结束。",
		Args: argCount(0, 0, ""),
		RunE: a.run("sandbox", func(ctx context.Context, _ []string) error { return a.serveSandbox(ctx, o) }),
	}
	cmd.Flags().StringVar(&o.addr, "addr", sandboxAddr, "监听地址，只能是本机")
	cmd.Flags().StringVar(&o.fault, "fault", "", "模拟故障，例如 504-after@rate=0.1 x2;reject:工种不符@id=3611")
	cmd.Flags().DurationVar(&o.latency, "latency", 0, "每个请求延迟多久，例如 100ms")
	return cmd
}

// serveSandbox runs until it is interrupted.
func (a *app) serveSandbox(ctx context.Context, o sandboxOptions) error {
	name, _, err := net.SplitHostPort(o.addr)
	ip := net.ParseIP(name)
	if err != nil || (name != "localhost" && (ip == nil || !ip.IsLoopback())) {
		return fault.New(fault.Usage, "--addr 应是本机地址和端口："+o.addr).Next("例如 --addr " + sandboxAddr)
	}
	faults, err := sandbox.ParseFaults(o.fault)
	if err != nil {
		return err
	}
	srv, err := listen(ctx, o.addr, sandbox.Options{Now: a.Now, Faults: faults, Latency: o.latency, Logf: func(format string, args ...any) {
		a.say("%s", host.SafeText(fmt.Sprintf(format, args...), maxMessage))
	}})
	if err != nil {
		return fault.New(fault.Config, "模拟平台无法监听这个地址").At(o.addr).
			Next("端口可能被占用，请用 --addr 127.0.0.1:其他端口").By(err)
	}
	defer srv.stop()
	if a.opts.json {
		return a.sandboxJSON(ctx, srv)
	}
	fmt.Fprintf(a.out(), "模拟平台已启动：%s（用户名、密码：%s），按 Ctrl-C 结束\n", srv.url, sandboxUser)
	fmt.Fprintf(a.out(), "可用的配置（存成 %s）：\n\n%s\n", config.FileName, sandboxConfig(srv.url))
	<-ctx.Done()
	if d := srv.sandbox.Doubles(); len(d) > 0 {
		fmt.Fprintf(a.out(), "警报：有 %d 条记录被存了两次\n", len(d))
	}
	return nil
}

// sandboxJSON says where the sandbox listens, and serves until interrupted.
func (a *app) sandboxJSON(ctx context.Context, srv *listening) error {
	err := report.Encode(a.out(), struct {
		commandJSON
		URL      string `json:"url"`
		User     string `json:"username"`
		Password string `json:"password"`
	}{a.ok(), srv.url, sandboxUser, sandboxUser})
	if err == nil {
		<-ctx.Done()
	}
	return err
}

// sandboxConfig is a configuration that works with a sandbox.
func sandboxConfig(url string) string {
	return "platform:\n  base_url: " + url + "\n  username: " + sandboxUser + "\n  password: " + sandboxUser + "\ndata_dir: hbupload-sandbox # 练习用的台账和字典，与真实平台的分开\n"
}

// listening is a sandbox that listens.
type listening struct {
	sandbox *sandbox.Server
	http    *http.Server
	url     string
}

// listen starts a sandbox on a loopback address.
func listen(ctx context.Context, addr string, o sandbox.Options) (*listening, error) {
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	s := &listening{sandbox: sandbox.New(o), url: "http://" + ln.Addr().String()}
	s.http = &http.Server{Handler: s.sandbox, ReadHeaderTimeout: 10 * time.Second, ErrorLog: nil}
	go func() { _ = crash.Run(func() error { return s.http.Serve(ln) }) }() // handlers catch their own
	return s, nil
}

func (s *listening) stop() {
	s.sandbox.Close()
	_ = s.http.Close()
}

// embed makes a push talk to a platform in this process, with a data folder
// that is thrown away, and says so.
func (a *app) embed(ctx context.Context, cfg *config.Config) (stop func(), err error) {
	o := sandbox.Options{Now: a.Now}
	whose := "模拟平台自带的样例字典，不是平台的：对真实平台上传时检查结果会不同（先运行 hbupload dict pull 就用平台的字典演练）"
	if set, err := store(cfg).Load(); err == nil && !set.Sample() {
		o.Dictionaries = served(set)
		whose = "已从平台下载的字典（版本 " + set.Version() + "）"
	}
	srv, err := listen(ctx, "127.0.0.1:0", o)
	if err != nil {
		return nil, fault.New(fault.Config, "内置的模拟平台无法启动").By(err)
	}
	dir, err := os.MkdirTemp("", "hbupload-sandbox-")
	if err != nil {
		srv.stop()
		return nil, fault.New(fault.Config, "系统临时文件夹不可写").Next("请检查 TMP/TEMP 或 TMPDIR 指向的文件夹").By(err)
	}
	stop = func() {
		srv.stop()
		_ = host.RemoveTree(dir)
	}
	p := &cfg.Platform
	p.BaseURL, p.Username, p.Password, p.PasswordMD5, p.Proxy, p.CAFile = srv.url, sandboxUser, sandboxUser, "", "", ""
	p.OrgName, p.Paths, cfg.DataDir = config.DefaultOrgName, config.DefaultPaths(), dir
	cfg.Ledger = config.Ledger{} // what is pretended is remembered nowhere
	a.say("模拟上传：数据只发给本程序内置的模拟平台（%s），没有离开这台电脑", srv.url)
	a.say("所用的字典：%s", whose)
	if _, err := a.pull(ctx, cfg); err != nil {
		stop()
		return nil, errors.Join(err)
	}
	return stop, nil
}

// served are downloaded dictionaries as a sandbox serves them.
func served(set *dict.Set) map[string]json.RawMessage {
	type row struct {
		Code        string
		Name        string
		ClassName   string `json:",omitempty"`
		MonitorType string `json:",omitempty"`
		Industry    string `json:",omitempty"`
	}
	out := map[string]json.RawMessage{}
	for _, d := range set.All() {
		rows := make([]row, 0, d.Len())
		for _, e := range d.Entries {
			rows = append(rows, row{e.Code, e.Name, e.Class, e.MonitorType, e.Industry})
		}
		if data, err := json.Marshal(rows); err == nil { // texts always can
			out[d.Code] = data
		}
	}
	return out
}
