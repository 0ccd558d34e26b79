package platform

import (
	"context"
	"strconv"
	"strings"

	"hbupload/internal/fault"
	"hbupload/internal/wire"
)

// Upload is the document's 2.4: one data.zip, one request, and one more only if
// the first met a dead token, which confirm (nil: nothing) must allow. It never
// retries otherwise.
//
// Outcome.Err holds the transport's error, or why no token could be had: then
// the class is DeadToken if the credentials were refused (Kind auth: stop), or
// NotProcessed. Once ctx is cancelled a request on its way is given up, which
// leaves it Unknown; whoever wants it finished passes a context that lives.
func (c *Client) Upload(ctx context.Context, zip []byte, confirm func(context.Context) error) wire.Outcome {
	token, gen, err := c.bearer(ctx)
	if err != nil {
		return noToken(err)
	}
	r := request{url: c.urls.Upload, contentType: "multipart/form-data; boundary=" + c.boundary, zip: zip, limit: c.cfg.MaxReply, token: token}
	o := c.send(ctx, r, gen)
	if o.Class != wire.DeadToken {
		return o
	}
	if c.isLearned(o) {
		c.forget()
		return rejection(o)
	}
	if r.token, err = c.replace(ctx, gen); err != nil {
		return noToken(err)
	}
	if confirm != nil { // logging in may have taken longer than the claim lasts
		if err := confirm(ctx); err != nil {
			return wire.Outcome{Class: wire.NotProcessed, Reason: "请求没有发出", Err: err}
		}
	}
	o = c.send(ctx, r, gen+1)
	if o.Class == wire.DeadToken {
		c.learn(o)
		c.forget()
		return rejection(o)
	}
	return o
}

// send makes one attempt with the token of a generation.
func (c *Client) send(ctx context.Context, r request, gen uint64) wire.Outcome {
	if ctx.Err() != nil {
		return wire.Outcome{Class: wire.NotProcessed, Reason: "已中断，请求没有发出", Err: ctx.Err()}
	}
	a, line := c.exchange(ctx, r)
	o := wire.Classify(a, c.policy)
	// Only an acceptance is as far from a mistake as an answer can be: a refusal
	// that came twice would be the next record's.
	c.lines.put(line, o.Class == wire.Accepted && sound(a))
	switch {
	case o.Class == wire.Accepted:
		c.served(gen)
	case o.Class == wire.Unknown && (a.Status/100 == 3 || a.Status/100 == 2 && wire.IsPage(a)):
		c.suspect(gen)
	}
	if o.HTTPStatus == 0 && o.Err != nil {
		text, _ := cause(o.Err)
		o.Reason = text + "；" + o.Reason
		o.Err = transportError("上传", o.Err)
	}
	return o
}

// Distrust gives each further request a connection of its own: an answer on a
// shared one was another upload's.
func (c *Client) Distrust() { c.lines.distrust() }

func noToken(err error) wire.Outcome {
	o := wire.Outcome{Class: wire.NotProcessed, Reason: err.Error(), Err: err}
	if fault.Is(err, fault.Auth) {
		o.Class = wire.DeadToken
	}
	return o
}

// rejection: the words of a dead token right after a fresh login (T7).
func rejection(o wire.Outcome) wire.Outcome {
	o.Class = wire.Rejected
	o.Reason = wire.ReasonAfterLogin
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

// multipart appends the form's only field: data, a file data.zip (T9).
func (c *Client) multipart(b, zip []byte) []byte {
	b = append(b, "--"...)
	b = append(b, c.boundary...)
	b = append(b, "\r\nContent-Disposition: form-data; name=\"data\"; filename=\"data.zip\"\r\nContent-Type: application/zip\r\n\r\n"...)
	b = append(b, zip...)
	b = append(b, "\r\n--"...)
	b = append(b, c.boundary...)
	return append(b, "--\r\n"...)
}

// form is the body of an upload, in the memory of one before; spent gives it back.
func (c *Client) form(zip []byte) (body []byte, spent func()) {
	b, ok := c.forms.Get().(*[]byte)
	if !ok {
		b = new([]byte)
	}
	*b = c.multipart((*b)[:0], zip)
	return *b, func() { c.forms.Put(b) }
}
