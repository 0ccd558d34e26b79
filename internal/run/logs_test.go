package run

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"
)

// The second net catches what the types should have kept out.
func TestLogsAreCaught(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"证件 11010519491231002X 有误", "110105491231002", "110105194912310021,110105194912310022", "电话13900000001。", "+86 13900000001", "86-13900000001",
		"Authorization: Bearer abc.def-ghi", "Bearer abc.def-ghi", "token=s3cr3t", `{"password":"s3cr3t"}`, "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
	} {
		got := Caught(text)
		for _, secret := range []string{"1231002", "13900000001", "abc.def", "s3cr3t", "eyJ", "105194912"} {
			if strings.Contains(got, secret) {
				t.Errorf("%q became %q", text, got)
			}
		}
	}
	for _, text := range []string{"TJ0000001", "2026-03-01T02:30:00.123456789+08:00", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "HTTP 504", "1234567890", "token expired"} {
		if got := Caught(text); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}

func TestLogHandlersUseTheNet(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"text", "json", "JSON"} {
		var out bytes.Buffer
		h, err := logHandler(&out, format, slog.LevelInfo)
		if err := err; err != nil {
			t.Fatal(err)
		}
		slog.New(h).With("who", "13900000001").Info("电话 13900000001", "n", int64(13900000001), "err", errors.New("11010519491231002X"), "token", "abc",
			slog.Group("g", "phone", "139", "x", "11010519491231002X"))
		if strings.Contains(out.String(), "1390000") || strings.Contains(out.String(), "1101051949") || strings.Contains(out.String(), "abc") {
			t.Errorf("%s: %s", format, out.String())
		}
	}
	if _, err := logHandler(&bytes.Buffer{}, "xml", slog.LevelInfo); err == nil {
		t.Error("an unknown format passes")
	}
}
