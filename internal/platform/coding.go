package platform

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"io"
	"strings"

	"hbupload/internal/host"
	"hbupload/internal/wire"
)

// decode undoes a reply's Content-Encoding, which was not asked for, within the
// limit. A coding that is not known is named and left.
func decode(a *wire.Attempt, coding string, limit int64) {
	codings := strings.Split(strings.ToLower(coding), ",")
	if strings.TrimSpace(coding) == "" && bytes.HasPrefix(a.Body, []byte{0x1f, 0x8b}) {
		codings = []string{"gzip"} // a gateway that forgets to say so
	}
	const most = 3
	if len(codings) > most {
		a.Coding = host.SafeText(coding, 40)
		return
	}
	for i := len(codings) - 1; i >= 0; i-- {
		name := strings.TrimSpace(codings[i])
		if name == "" || name == "identity" {
			continue
		}
		r, err := decoder(name, a.Body)
		if r == nil && err == nil {
			a.Coding = host.SafeText(name, 40)
			return
		}
		plain := []byte(nil)
		if err == nil {
			plain, err = io.ReadAll(io.LimitReader(r, limit+1))
		}
		if int64(len(plain)) > limit {
			plain = plain[:limit]
			a.Cut = true
		}
		a.Body = plain
		if err != nil {
			a.Err = err
			a.Cut = true
			return
		}
	}
}

// decoder reads a coded body; nil for a coding that is not known.
func decoder(name string, body []byte) (io.Reader, error) {
	switch name {
	case "gzip", "x-gzip":
		return gzip.NewReader(bytes.NewReader(body))
	case "deflate":
		if r, err := zlib.NewReader(bytes.NewReader(body)); err == nil {
			return r, nil
		}
		return flate.NewReader(bytes.NewReader(body)), nil // some send it without its frame
	}
	return nil, nil
}
