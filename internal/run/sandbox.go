package run

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"os"
	"time"

	"hbupload/internal/config"
	"hbupload/internal/crash"
	"hbupload/internal/dict"
	"hbupload/internal/fault"
	"hbupload/internal/host"
	"hbupload/internal/sandbox"
)

// The sandbox's credentials and usual address (help: 上手).
const (
	SandboxUser = "sandbox"
	SandboxAddr = "127.0.0.1:18080"
)

// Listening is a sandbox that listens.
type Listening struct {
	Sandbox *sandbox.Server
	http    *http.Server
	URL     string
}

// ListenSandbox starts a sandbox on a loopback address.
func ListenSandbox(ctx context.Context, addr string, o sandbox.Options) (*Listening, error) {
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	s := &Listening{Sandbox: sandbox.New(o), URL: "http://" + ln.Addr().String()}
	s.http = &http.Server{Handler: s.Sandbox, ReadHeaderTimeout: 10 * time.Second, ErrorLog: nil}
	go func() { _ = crash.Run(func() error { return s.http.Serve(ln) }) }() // handlers catch their own
	return s, nil
}

// Stop ends the sandbox.
func (s *Listening) Stop() {
	s.Sandbox.Close()
	_ = s.http.Close()
}

// EmbedSandbox makes a push talk to a platform in this process, with a data folder
// that is thrown away, and says so.
func EmbedSandbox(ctx context.Context, env *Env, cfg *config.Config) (stop func(), err error) {
	o := sandbox.Options{Now: env.Now}
	whose := "模拟平台自带的样例字典，不是平台的：对真实平台上传时检查结果会不同（先运行 hbupload dict pull 就用平台的字典演练）"
	if set, err := Store(cfg).Load(); err == nil && !set.Sample() {
		o.Dictionaries = served(set)
		whose = "已从平台下载的字典（版本 " + set.Version() + "）"
	}
	srv, err := ListenSandbox(ctx, "127.0.0.1:0", o)
	if err != nil {
		return nil, fault.New(fault.Config, "内置的模拟平台无法启动").By(err)
	}
	dir, err := os.MkdirTemp("", "hbupload-sandbox-")
	if err != nil {
		srv.Stop()
		return nil, fault.New(fault.Config, "系统临时文件夹不可写").Next("请检查 TMP/TEMP 或 TMPDIR 指向的文件夹").By(err)
	}
	stop = func() {
		srv.Stop()
		_ = host.RemoveTree(dir)
	}
	p := &cfg.Platform
	p.BaseURL = srv.URL
	p.Username = SandboxUser
	p.Password = SandboxUser
	p.PasswordMD5 = ""
	p.Proxy = ""
	p.CAFile = ""
	p.OrgName = config.DefaultOrgName
	p.Paths = config.DefaultPaths()
	cfg.DataDir = dir
	cfg.Ledger = config.Ledger{} // what is pretended is remembered nowhere
	env.Say("模拟上传：数据只发给本程序内置的模拟平台（%s），没有离开这台电脑", srv.URL)
	env.Say("所用的字典：%s", whose)
	if _, err := PullDicts(ctx, env, cfg); err != nil {
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
