package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"hbupload/internal/sandbox/sample"
	"hbupload/internal/spec"
)

// The second net catches what the types should have kept out.
func TestLogsAreCaught(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"证件 11010519491231002X 有误", "110105491231002", "110105194912310021,110105194912310022", "电话13900000001。", "+86 13900000001", "86-13900000001",
		"Authorization: Bearer abc.def-ghi", "Bearer abc.def-ghi", "token=s3cr3t", `{"password":"s3cr3t"}`, "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
	} {
		got := caught(text)
		for _, secret := range []string{"1231002", "13900000001", "abc.def", "s3cr3t", "eyJ", "105194912"} {
			if strings.Contains(got, secret) {
				t.Errorf("%q became %q", text, got)
			}
		}
	}
	for _, text := range []string{"TJ0000001", "2026-03-01T02:30:00.123456789+08:00", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "HTTP 504", "1234567890", "token expired"} {
		if got := caught(text); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}

func TestLogHandlersUseTheNet(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"text", "json", "JSON"} {
		var out bytes.Buffer
		h, err := logHandler(&out, format, slog.LevelInfo)
		must(t, err)
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

// One line for each attempt, with everything that is needed and nobody in it.
func TestLogOfANight(t *testing.T) {
	t.Parallel()
	n := newNights(t, "reject:测试{name} 13900000000 不符@nth=2 x1")
	n.people("甲.xlsx", 0, 3)
	n.sync(3, "--log-file", n.path("logs", "sync.log"), "--log-format", "json")
	data, err := os.ReadFile(n.path("logs", "sync.log"))
	must(t, err)
	info, err := os.Stat(n.path("logs", "sync.log"))
	must(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
	settled, ends := 0, 0
	for _, line := range strings.Split(strings.TrimSpace(string(data)), "\n") {
		var l map[string]any
		must(t, json.Unmarshal([]byte(line), &l))
		switch l["msg"] {
		case "settled":
			settled++
			for _, key := range []string{"run", "key", "state", "attempt", "duration", "message"} {
				if _, there := l[key]; !there {
					t.Errorf("no %s in %s", key, line)
				}
			}
			if d, err := time.ParseDuration(fmt.Sprint(l["duration"])); err != nil || d <= 0 {
				t.Errorf("no duration: %s", line)
			}
		case "sync":
			ends++
		}
	}
	if settled != 3 || ends != 1 {
		t.Errorf("%d settled, %d ends:\n%s", settled, ends, data)
	}
	for i := range 3 {
		p := sample.People(3, 7).At(i)
		for c, f := range spec.SheetFields(spec.SheetPerson) {
			if (f.ID == spec.IDCard || f.ID == spec.EmpPhone || f.ID == spec.PatientName) && strings.Contains(string(data), p.Row[c].Text) {
				t.Errorf("%s stands in the log", f.Key)
			}
		}
	}
}
