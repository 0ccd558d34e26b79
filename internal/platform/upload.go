package platform

import (
	"context"
	"strconv"
	"strings"

	"hbupload/internal/wire"
)

// Upload is the document's 2.4: one data.zip, one request, and one more only if
// the first met a dead token. It never retries otherwise.
//
// Outcome.Err holds the transport's error, or why no token could be had: then
// the class is DeadToken if the credentials were refused (Kind auth: stop), or
// NotProcessed. Once ctx is cancelled a request on its way is given up, which
// leaves it Unknown; whoever wants it finished passes a context that lives.
func (c *Client) Upload(ctx context.Context, zip []byte) wire.Outcome {
	token, gen, err := c.bearer(ctx)
	if err != nil {
		return noToken(err)
	}
	r := request{url: c.urls.Upload, contentType: "multipart/form-data; boundary=" + c.boundary, body: c.multipart(zip), limit: c.cfg.MaxReply, token: token}
	o := c.send(ctx, r)
	if o.Class != wire.DeadToken {
		return o
	}
	if c.isLearned(o) {
		return rejection(o)
	}
	if r.token, err = c.replace(ctx, gen); err != nil {
		return noToken(err)
	}
	o = c.send(ctx, r)
	if o.Class == wire.DeadToken {
		c.learn(o)
		return rejection(o)
	}
	return o
}

// send makes one attempt.
func (c *Client) send(ctx context.Context, r request) wire.Outcome {
	if ctx.Err() != nil {
		return wire.Outcome{Class: wire.NotProcessed, Reason: "已中断，请求没有发出", Err: ctx.Err()}
	}
	o := wire.Classify(c.post(ctx, r), c.policy)
	if o.HTTPStatus == 0 && o.Err != nil {
		text, _ := cause(o.Err)
		o.Reason = text + "；" + o.Reason
	}
	return o
}

func noToken(err error) wire.Outcome {
	o := wire.Outcome{Class: wire.NotProcessed, Reason: err.Error(), Err: err}
	if IsAuth(err) {
		o.Class = wire.DeadToken
	}
	return o
}

// rejection: the words of a dead token right after a fresh login (T7).
func rejection(o wire.Outcome) wire.Outcome {
	o.Class, o.Reason = wire.Rejected, "刚刚重新登录，平台仍然拒绝"
	return o
}

// words identifies a refusal; digits do not count, because a platform quotes
// the record's own.
func words(o wire.Outcome) string {
	return strconv.Itoa(o.HTTPStatus) + " " + strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return -1
		}
		return r
	}, o.Msg)
}

func (c *Client) learn(o wire.Outcome) {
	const most = 1000
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.learned) < most {
		c.learned[words(o)] = struct{}{}
	}
}

func (c *Client) isLearned(o wire.Outcome) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, ok := c.learned[words(o)]
	return ok
}

// multipart lays down the form's only field: data, a file data.zip (T9).
func (c *Client) multipart(zip []byte) []byte {
	const head = "\r\nContent-Disposition: form-data; name=\"data\"; filename=\"data.zip\"\r\nContent-Type: application/zip\r\n\r\n"
	b := make([]byte, 0, len(zip)+len(head)+2*len(c.boundary)+16)
	b = append(b, "--"...)
	b = append(b, c.boundary...)
	b = append(b, head...)
	b = append(b, zip...)
	b = append(b, "\r\n--"...)
	b = append(b, c.boundary...)
	return append(b, "--\r\n"...)
}
