package platform

import (
	"context"
	"encoding/json"

	"hbupload/internal/wire"
)

// Download is the document's 2.3: the rows of one dictionary as the platform
// sent them, [{…}] or [[{…}]]. It retries what is safe. A dictionary that the
// platform refuses is an error of kind dictionary.
func (c *Client) Download(ctx context.Context, code string) (json.RawMessage, error) {
	var rows json.RawMessage
	err := c.retry(ctx, func(ctx context.Context) (err error) {
		rows, err = c.download(ctx, code)
		return err
	})
	return rows, err
}

func (c *Client) download(ctx context.Context, code string) (json.RawMessage, error) {
	call := "下载字典 " + code + " "
	token, gen, err := c.bearer(ctx)
	if err != nil {
		return nil, err
	}
	r := request{url: c.urls.Download, limit: c.cfg.MaxRows, token: token}
	r.contentType, r.body = c.params(pair{"code", code})
	a := c.post(ctx, r)
	if c.isDead(a) {
		if r.token, err = c.replace(ctx, gen); err != nil {
			return nil, err
		}
		a = c.post(ctx, r)
	}
	reply, err := envelope(call, a)
	if err != nil {
		return nil, err
	}
	if !reply.Success {
		return nil, &Error{kind: "dictionary", text: call + "被平台拒绝" + quoted(wire.Redact(reply.Msg, nil)), hint: "确认该账号有下载权限"}
	}
	if len(reply.Rows) == 0 {
		return nil, &Error{kind: "dictionary", text: call + "失败：平台的应答没有 rows", hint: "稍后再试；一直如此则联系平台"}
	}
	return reply.Rows, nil
}

// isDead tells whether the platform refused the token.
func (c *Client) isDead(a wire.Attempt) bool {
	if a.Status == 401 || a.Status == 403 {
		return true
	}
	if a.Status < 200 || a.Status > 299 || a.Cut {
		return false
	}
	reply, err := wire.ParseReply(a.Body)
	return err == nil && reply.HasSuccess && !reply.Success && c.policy.IsTokenError(reply.Msg)
}

// replace gets a token in the place of generation gen, which the platform
// refused.
func (c *Client) replace(ctx context.Context, gen uint64) (string, error) {
	t := &c.token
	t.mu.Lock()
	if t.gen == gen {
		t.dead = true
	}
	t.mu.Unlock()
	if err := c.renew(ctx, gen); err != nil {
		return "", err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.now.Value, nil
}
