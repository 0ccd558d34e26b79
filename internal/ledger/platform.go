package ledger

import (
	"context"
	"database/sql"
	"net"
	"net/url"
	"strings"

	"hbupload/internal/fault"
)

// A ledger belongs to one platform: the address of the first record that was
// sent or adopted. Against another platform it would skip everybody whom the
// first one has, and nothing would ever arrive there.

// Address returns what tells platforms apart: scheme, host and port of a base
// URL. Upper case and the scheme's own port make no difference. It is "" where
// there is no host.
func Address(base string) string {
	u, err := url.Parse(strings.TrimSpace(base))
	if err != nil || u.Hostname() == "" {
		return ""
	}
	scheme := strings.ToLower(u.Scheme)
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	port := u.Port()
	if port == "" || port == usualPort(scheme) {
		if strings.Contains(host, ":") {
			host = "[" + host + "]"
		}
		return scheme + "://" + host
	}
	return scheme + "://" + net.JoinHostPort(host, port)
}

func usualPort(scheme string) string {
	if scheme == "https" {
		return "443"
	}
	return "80"
}

// Belonging says which platform a ledger belongs to.
type Belonging struct {
	Address    string // "" while nothing was sent or adopted, or by an older version
	Configured string // Options.Platform, "" where none is configured
	Unknown    bool   // it holds records of a version that did not note the address
}

// Other reports whether another platform is configured than the ledger's.
func (b Belonging) Other() bool {
	return b.Address != "" && b.Configured != "" && b.Address != b.Configured
}

// Belongs returns the platform of the ledger.
func (l *Ledger) Belongs(ctx context.Context) (Belonging, error) {
	b := Belonging{Configured: l.opt.Platform}
	if !l.read.exists() {
		return b, nil
	}
	err := l.read.query(ctx, func(q queryer) error {
		n, err := lastNote(ctx, q, notePlatform)
		b.Address = n.value
		if err != nil || b.Address != "" {
			return err
		}
		empty, err := holdsNothing(ctx, q)
		b.Unknown = !empty
		return err
	})
	return b, storageError("查询", err)
}

// holdsNothing reports whether the platform can hold none of the ledger's records.
func holdsNothing(ctx context.Context, q queryer) (bool, error) {
	var n int
	err := q.QueryRowContext(ctx, `SELECT count(*) FROM (SELECT 1 FROM submissions WHERE accepted IS NOT NULL OR state IN ('in_doubt','claimed') LIMIT 1) AS one`).Scan(&n)
	return n == 0, err
}

// SamePlatform fails where another platform is configured than the ledger's.
func (l *Ledger) SamePlatform(ctx context.Context) error {
	b, err := l.Belongs(ctx)
	if err != nil {
		return err
	}
	if b.Other() {
		return otherPlatform(b.Address, b.Configured)
	}
	return nil
}

func otherPlatform(address, configured string) error {
	return fail(fault.Config, nil, "这个台账属于平台 "+address+"，现在配置的平台是 "+configured+"，没有上传。",
		"是另一个平台（例如先前是练习或测试）：请为它另设数据文件夹（data_dir）或 profile；是同一个平台换了地址：请执行 hbupload ledger rebind --same-platform。")
}

// AcceptedWith reports whether the newest record that was accepted went out
// checked against dictionaries of this version.
func (l *Ledger) AcceptedWith(ctx context.Context, version string) (bool, error) {
	var last string
	if !l.read.exists() {
		return false, nil
	}
	err := l.read.query(ctx, func(q queryer) error {
		last = ""
		rows, err := q.QueryContext(ctx, `SELECT r.dictionary FROM attempts a JOIN runs r ON r.id = a.run_id WHERE a.outcome = 'accepted' ORDER BY a.id DESC LIMIT 1`)
		return eachRow(rows, err, func(rs *sql.Rows) error { return rs.Scan(&last) })
	})
	return last != "" && last == version, storageError("查询", err)
}

// bind makes the ledger the configured platform's, if it is nobody's yet, and
// fails where it is another's.
func (l *Ledger) bind(t *tx) error {
	if l.opt.Platform == "" {
		return nil
	}
	if t.w.d.keyLock != "" { // two machines may come with the first record
		var done any
		if err := t.QueryRow(t.w.d.keyLock, []any{"hbupload platform"}, &done); err != nil {
			return err
		}
	}
	n, err := lastNote(t.ctx, t.reader(), notePlatform)
	switch {
	case err != nil:
		return err
	case n.value == "":
		return noteWhole(t, notePlatform, l.opt.Platform, l.opt)
	case n.value != l.opt.Platform:
		return otherPlatform(n.value, l.opt.Platform)
	}
	return nil
}

// fit fails where a run must not begin: the ledger is not the one that was
// opened, or another platform's, or it is older than what was seen of it.
func (l *Ledger) fit(t *tx) error {
	t.w.noOlder = false // a restore may have brought some
	if err := l.machines.same(t); err != nil {
		return err
	}
	n, err := lastNote(t.ctx, t.reader(), notePlatform)
	if err != nil {
		return err
	}
	b := Belonging{Address: n.value, Configured: l.opt.Platform}
	if b.Other() {
		return otherPlatform(b.Address, b.Configured)
	}
	return l.whole(t.ctx, t.reader())
}

// Rebind makes the ledger the configured platform's: its address has changed, or
// an older version did not note it. The caller holds Lock. It returns the address
// of before.
func (l *Ledger) Rebind(ctx context.Context) (before string, err error) {
	if l.w == nil {
		return "", readOnlyError()
	}
	if l.opt.Platform == "" {
		return "", fail(fault.Config, nil, "没有配置平台地址 platform.base_url。", "先在配置里写上新的地址。")
	}
	err = l.w.do(ctx, func(t *tx) error {
		n, err := lastNote(t.ctx, t.reader(), notePlatform)
		before = n.value
		if err != nil || before == l.opt.Platform {
			return err
		}
		return noteWhole(t, notePlatform, l.opt.Platform, l.opt)
	})
	return before, storageError("登记平台地址", err)
}
