package platform

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"

	"hbupload/internal/fault"
	"hbupload/internal/wire"
)

// The words of platform.download (T1).
const (
	downloadAuto = "auto"
	downloadForm = "form"
	downloadJSON = "json"
	downloadGet  = "get"
)

// Download is the document's 2.3: the rows of one dictionary as the platform
// sent them, [{…}] or [[{…}]]. It retries what is safe, and tries the other forms
// of a request when the platform does not take the first. A dictionary that the
// platform refuses is an error of kind dictionary.
func (c *Client) Download(ctx context.Context, code string) (json.RawMessage, error) {
	var rows json.RawMessage
	err := c.retry(ctx, func(ctx context.Context) (err error) {
		rows, err = c.downloadSomehow(ctx, code)
		return err
	})
	return rows, err
}

// downloadSomehow goes through the forms. What the first of them met is the error
// where none is taken.
func (c *Client) downloadSomehow(ctx context.Context, code string) (json.RawMessage, error) {
	var first error
	for _, form := range c.downloadForms() {
		rows, refused, err := c.downloadAs(ctx, code, form)
		if err == nil {
			c.learnForm(form)
			return rows, nil
		}
		if first == nil {
			first = err
		}
		if !refused {
			break
		}
	}
	return nil, first
}

// downloadForms are the forms to try, the one that worked before first.
func (c *Client) downloadForms() []string {
	if c.cfg.Download != downloadAuto {
		return []string{c.cfg.Download}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	forms := []string{downloadForm, downloadJSON, downloadGet}
	start := c.cfg.RequestEncoding
	if c.speech.Download == "" && c.cfg.SavedForm != nil {
		c.speech.Download = c.cfg.SavedForm()
	}
	if slices.Contains(forms, c.speech.Download) {
		start = c.speech.Download
	}
	return append([]string{start}, slices.DeleteFunc(forms, func(f string) bool { return f == start })...)
}

// learnForm remembers what worked, and says once that it was not the usual.
func (c *Client) learnForm(form string) {
	c.mu.Lock()
	before := c.speech.Download
	c.speech.Download = form
	c.mu.Unlock()
	if c.cfg.Download != downloadAuto || form == before || before == "" && form == c.cfg.RequestEncoding {
		return
	}
	c.notice("平台的字典下载只接受 " + form + " 形式的请求，已改用并记住（platform.download: " + form + "）")
	if c.cfg.SaveForm != nil {
		c.cfg.SaveForm(form)
	}
}

// downloadAs asks in one form. refused reports whether another form may be accepted.
func (c *Client) downloadAs(ctx context.Context, code, form string) (rows json.RawMessage, refused bool, err error) {
	call := "下载字典 " + code + " "
	token, gen, err := c.bearer(ctx)
	if err != nil {
		return nil, false, err
	}
	r := c.downloadRequest(code, form)
	r.token = token
	a := c.post(ctx, r)
	if c.isDead(a) {
		if r.token, err = c.replace(ctx, gen); err != nil {
			return nil, false, err
		}
		if a = c.post(ctx, r); c.isDead(a) {
			c.forget()
		}
	}
	refused = refusesForm(a)
	reply, err := c.envelope(call, a)
	if err != nil {
		return nil, refused, err
	}
	if !isYes(reply) {
		return nil, refused, fault.New(fault.Dictionary, call+"被平台拒绝"+quoted(wire.Redact(reply.Msg, nil))).Next("确认该账号有下载权限")
	}
	if len(reply.Rows) == 0 {
		return nil, false, fault.New(fault.Dictionary, call+"失败：平台的应答没有 rows").Next("稍后再试；一直如此则联系平台")
	}
	return reply.Rows, false, nil
}

func (c *Client) downloadRequest(code, form string) request {
	r := request{url: c.urls.Download, limit: c.cfg.MaxRows}
	if form == downloadGet {
		r.method = http.MethodGet
		r.url += "?" + url.Values{"code": {code}}.Encode()
		return r
	}
	r.contentType, r.body = params(form, pair{"code", code})
	return r
}

// refusesForm reports whether an answer may be about the form of the request and not
// about what it asks for.
func refusesForm(a wire.Attempt) bool {
	return slices.Contains([]int{400, 404, 405, 406, 415, 500}, a.Status) || a.Status >= 200 && a.Status < 400 && wire.IsPage(a)
}

// isDead reports whether the platform refused the token.
func (c *Client) isDead(a wire.Attempt) bool {
	const words = 64 << 10 // a refusal is short, a dictionary need not be read twice
	if a.Status/100 == 2 && len(a.Body) > words {
		return false
	}
	return wire.Classify(a, c.policy).Class == wire.DeadToken
}

// replace gets a token in the place of generation gen, which the platform
// refused.
func (c *Client) replace(ctx context.Context, gen uint64) (string, error) {
	t := &c.token
	t.mu.Lock()
	ours := t.gen == gen
	if ours {
		t.dead = true
	}
	t.mu.Unlock()
	if ours {
		c.forget()
	}
	if err := c.renew(ctx, gen); err != nil {
		return "", err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.now.Value, nil
}

// forget keeps no token for a later run: one that was refused once costs every
// later run its first records.
func (c *Client) forget() {
	if c.cfg.SaveToken != nil {
		c.cfg.SaveToken(Token{})
	}
}

// suspect takes a page or a redirect in the place of an answer as the sign of a
// token that died, if it has not just been given: the next request logs in first.
// It is unknown what became of this one.
func (c *Client) suspect(gen uint64) {
	t := &c.token
	t.mu.Lock()
	stale := t.gen == gen && t.served
	t.dead = t.dead || stale
	t.mu.Unlock()
	if stale {
		c.forget()
	}
}
