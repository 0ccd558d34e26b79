package platform

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/go-resty/resty/v2"

	"hbupload/internal/wire"
)

// BenchmarkUpload shows what resty and the handling of tokens and answers cost
// beside a bare net/http loop that posts the same bytes (issue 9, point 3).
func BenchmarkUpload(b *testing.B) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, `{"success":true,"data":"token"}`)
	}))
	defer s.Close()
	c, err := New(Config{BaseURL: s.URL, Username: "u", PasswordMD5: func() string { return testMD5 }, Concurrency: 32})
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	zip := bytes.Repeat([]byte("0123456789"), 200)
	b.Run("client", func(b *testing.B) {
		b.ReportAllocs()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if o := c.Upload(b.Context(), zip, nil); o.Class != wire.Accepted {
					b.Error(o.Reason)
				}
			}
		})
	})
	body := c.multipart(nil, zip)
	transport := c.lines.take()
	b.Run("resty over net-http", func(b *testing.B) {
		bare := resty.NewWithClient(&http.Client{Transport: transport}).SetRetryCount(0).SetLogger(silent{}).SetDisableWarn(true)
		b.ReportAllocs()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				resp, err := bare.R().SetContext(b.Context()).SetDoNotParseResponse(true).SetHeader("Content-Type", "multipart/form-data; boundary="+c.boundary).
					SetBody(bytes.NewReader(body)).Post(c.urls.Upload)
				if err != nil {
					b.Error(err)
					return
				}
				_, _ = io.Copy(io.Discard, resp.RawBody())
				_ = resp.RawBody().Close()
			}
		})
	})
	b.Run("net-http", func(b *testing.B) {
		bare := &http.Client{Transport: transport}
		b.ReportAllocs()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				req, err := http.NewRequestWithContext(b.Context(), http.MethodPost, c.urls.Upload, bytes.NewReader(body))
				if err != nil {
					b.Error(err)
					return
				}
				req.Header.Set("Content-Type", "multipart/form-data; boundary="+c.boundary)
				resp, err := bare.Do(req)
				if err != nil {
					b.Error(err)
					return
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				_ = resp.Body.Close()
			}
		})
	})
}
