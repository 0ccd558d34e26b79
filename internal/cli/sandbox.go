package cli

import (
	"context"
	"fmt"
	"net"
	"time"

	"github.com/spf13/cobra"

	"hbupload/internal/config"
	"hbupload/internal/fault"
	"hbupload/internal/host"
	"hbupload/internal/report"
	"hbupload/internal/run"
	"hbupload/internal/sandbox"
)

type sandboxOptions struct {
	addr, fault string
	latency     time.Duration
}

func newSandbox(env *run.Env) *cobra.Command {
	var o sandboxOptions
	cmd := &cobra.Command{
		Use: "sandbox", Short: "在本机启动一个模拟平台，用于练习和测试",
		Long: "在本机启动一个模拟平台：登录、字典下载、上传都与接口规范一致，字典是自编的样例。\n用户名和密码都是 sandbox。按 Ctrl-C 结束。",
		Args: argCount(0, 0, ""),
		RunE: runs(env, "sandbox", func(ctx context.Context, _ []string) error { return serveSandbox(ctx, env, o) }),
	}
	cmd.Flags().StringVar(&o.addr, "addr", run.SandboxAddr, "监听地址，只能是本机")
	cmd.Flags().StringVar(&o.fault, "fault", "", "模拟故障，例如 504-after@rate=0.1 x2;reject:工种不符@id=3611")
	cmd.Flags().DurationVar(&o.latency, "latency", 0, "每个请求延迟多久，例如 100ms")
	return cmd
}

// serveSandbox runs until it is interrupted.
func serveSandbox(ctx context.Context, env *run.Env, o sandboxOptions) error {
	name, _, err := net.SplitHostPort(o.addr)
	ip := net.ParseIP(name)
	if err != nil || (name != "localhost" && (ip == nil || !ip.IsLoopback())) {
		return fault.New(fault.Usage, "--addr 应是本机地址和端口："+o.addr).Next("例如 --addr " + run.SandboxAddr)
	}
	faults, err := sandbox.ParseFaults(o.fault)
	if err != nil {
		return err
	}
	srv, err := run.ListenSandbox(ctx, o.addr, sandbox.Options{Now: env.Now, Faults: faults, Latency: o.latency, Logf: func(format string, args ...any) {
		env.Say("%s", host.SafeText(fmt.Sprintf(format, args...), run.MaxMessage))
	}})
	if err != nil {
		return fault.New(fault.Config, "模拟平台无法监听这个地址").At(o.addr).
			Next("端口可能被占用，请用 --addr 127.0.0.1:其他端口").By(err)
	}
	defer srv.Stop()
	if env.Opts.JSON {
		return sandboxJSON(ctx, env, srv)
	}
	fmt.Fprintf(env.Out(), "模拟平台已启动：%s（用户名、密码：%s），按 Ctrl-C 结束\n", srv.URL, run.SandboxUser)
	fmt.Fprintf(env.Out(), "可用的配置（存成 %s）：\n\n%s\n", config.FileName, sandboxConfig(srv.URL))
	<-ctx.Done()
	if d := srv.Sandbox.Doubles(); len(d) > 0 {
		fmt.Fprintf(env.Out(), "警报：有 %d 条记录被存了两次\n", len(d))
	}
	return nil
}

// sandboxJSON says where the sandbox listens, and serves until interrupted.
func sandboxJSON(ctx context.Context, env *run.Env, srv *run.Listening) error {
	err := report.Encode(env.Out(), struct {
		run.Document
		URL      string `json:"url"`
		User     string `json:"username"`
		Password string `json:"password"`
	}{env.OK(), srv.URL, run.SandboxUser, run.SandboxUser})
	if err == nil {
		<-ctx.Done()
	}
	return err
}

// sandboxConfig is a configuration that works with a sandbox.
func sandboxConfig(url string) string {
	return "platform:\n  base_url: " + url + "\n  username: " + run.SandboxUser + "\n  password: " + run.SandboxUser + "\ndata_dir: hbupload-sandbox # 练习用的台账和字典，与真实平台的分开\n"
}
