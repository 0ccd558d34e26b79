package cli

import (
	"strings"
	"testing"

	"hbupload/internal/host"
	"hbupload/internal/sandbox"
)

// fakeKeyring is a keyring in memory, or one that is not there.
type fakeKeyring struct {
	secrets map[string]string
	absent  bool
}

func (k *fakeKeyring) Get(account string) (string, error) {
	if k.absent {
		return "", host.ErrNoKeyring
	}
	s, ok := k.secrets[account]
	if !ok {
		return "", host.ErrNoSecret
	}
	return s, nil
}

func (k *fakeKeyring) Set(account, secret string) error {
	if k.absent {
		return host.ErrNoKeyring
	}
	k.secrets[account] = secret
	return nil
}

func (k *fakeKeyring) Delete(account string) error {
	if _, err := k.Get(account); err != nil {
		return err
	}
	delete(k.secrets, account)
	return nil
}

// keyringBench has a configuration without a password, and a terminal.
func keyringBench(t *testing.T, ring *fakeKeyring) *bench {
	t.Helper()
	b := newBench(t)
	b.serve(nil)
	b.write("hbupload.yaml", "platform:\n  base_url: "+b.server.URL+"\n  username: sandbox\n")
	b.process.Keyring = ring
	b.process.StdinTTY, b.process.StderrTTY = true, true
	b.process.ReadPassword = func() (string, error) { return "sandbox", nil }
	return b
}

func TestLoginSave(t *testing.T) {
	t.Parallel()
	ring := &fakeKeyring{secrets: map[string]string{}}
	b := keyringBench(t, ring)
	b.want(0, "login", "--save")
	says(t, b.out.String(), "登录成功", "系统密钥环")
	if len(ring.secrets) != 1 {
		t.Fatalf("the keyring holds %d secrets", len(ring.secrets))
	}
	for account := range ring.secrets {
		says(t, account, "sandbox@"+b.server.URL)
	}
	// From now on nobody has to be asked.
	b.process.StdinTTY, b.process.ReadPassword = false, nil
	b.want(0, "dict", "pull")
	b.want(0, "doctor")
	says(t, b.out.String(), "密码来自系统密钥环")
	b.want(0, "logout")
	says(t, b.out.String(), "密钥环")
	if len(ring.secrets) != 0 {
		t.Error("logout left the password")
	}
	b.want(2, "dict", "pull")
	says(t, b.err.String(), "login --save")
	b.want(0, "logout") // nothing left is no error
}

// TestLoginSaveAsksAnew: the saved password may be the one that no longer works.
func TestLoginSaveAsksAnew(t *testing.T) {
	t.Parallel()
	ring := &fakeKeyring{secrets: map[string]string{}}
	b := keyringBench(t, ring)
	ring.secrets["sandbox@"+b.server.URL] = "outdated"
	b.want(4, "login")
	b.want(0, "login", "--save")
	if ring.secrets["sandbox@"+b.server.URL] != "sandbox" {
		t.Error("the new password was not kept")
	}
	b.process.ReadPassword = func() (string, error) { return "wrong", nil }
	b.want(4, "login", "--save")
	if ring.secrets["sandbox@"+b.server.URL] != "sandbox" {
		t.Error("a password that the platform refuses was kept")
	}
}

// TestNoKeyring is a server without a desktop.
func TestNoKeyring(t *testing.T) {
	t.Parallel()
	b := keyringBench(t, &fakeKeyring{absent: true})
	b.want(2, "login", "--save")
	says(t, b.err.String(), "密钥环不可用", "platform.password_file", "HBUPLOAD_PLATFORM_PASSWORD")
	b.process.Keyring = nil
	b.want(2, "login", "--save")
	says(t, b.err.String(), "密钥环不可用")
	b.want(0, "logout")
	if b.calls[sandbox.PathLogin] == 0 {
		t.Error("the platform was never asked")
	}
}

// TestConfiguredPasswordWins over the keyring.
func TestConfiguredPasswordWins(t *testing.T) {
	t.Parallel()
	b := keyringBench(t, &fakeKeyring{secrets: map[string]string{}})
	b.process.Keyring.(*fakeKeyring).secrets["sandbox@"+b.server.URL] = "outdated"
	b.process.Environ = append(b.process.Environ, "HBUPLOAD_PLATFORM_PASSWORD=sandbox")
	b.want(0, "login")
}

// TestPasswordIsNoFlag: a command line is seen by everybody on the machine.
func TestPasswordIsNoFlag(t *testing.T) {
	t.Parallel()
	for _, line := range []string{"login --password x", "push --password x y.xlsx", "--platform.password x login"} {
		b := newBench(t)
		b.want(2, strings.Fields(line)...)
	}
}
