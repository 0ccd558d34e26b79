package push

import (
	"encoding/base64"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"hbupload/internal/fault"
	"hbupload/internal/ledger"
)

func reAlready() *regexp.Regexp { return regexp.MustCompile("已存在|重复(上传|提交|上报)") }

// within runs a scene in a bubble of time, so that waits cost nothing.
func within(t *testing.T, play func(t *testing.T, s *scene)) {
	t.Helper()
	dir := memory(t)
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, dir)
		defer s.close()
		play(t, s)
	})
}

// slowly is an accepting platform that takes a while, so that requests meet.
func slowly() answer {
	a := accepts()
	a.takes = 100 * time.Millisecond
	return a
}

func TestCanaryTravelsAlone(t *testing.T) {
	t.Parallel()
	for name, first := range map[string]answer{"accepted": slowly(), "rejected on its merits": rejects("工种不符")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			within(t, func(t *testing.T, s *scene) {
				people := crowd(9)
				s.platform.usual = slowly()
				first.takes = 3 * time.Second
				s.platform.script["TJ0001"] = []answer{first}
				if _, err := s.push(people, nil); err != nil {
					t.Fatal(err)
				}
				if gap := s.platform.sent[1].at.Sub(s.platform.sent[0].at); gap < 3*time.Second {
					t.Errorf("the second left %v after the canary, which was still on its way", gap)
				}
				if s.platform.most != 4 {
					t.Errorf("%d requests met, want 4", s.platform.most)
				}
				s.agree(people)
			})
		})
	}
}

func TestThreeDoubtfulCanariesStop(t *testing.T) {
	t.Parallel()
	within(t, func(t *testing.T, s *scene) {
		s.platform.usual = loses()
		b, err := s.push(crowd(9), nil)
		if kind(err) != "stopped" {
			t.Fatalf("err = %v", err)
		}
		wantStates(t, b, InDoubt, InDoubt, InDoubt, Pending, Pending, Pending, Pending, Pending, Pending)
		if s.platform.most != 1 {
			t.Errorf("%d canaries at once", s.platform.most)
		}
		if got := ExitCode(b.Records, 0, true); got != fault.ExitDelivery {
			t.Errorf("exit %d", got)
		}
		s.agree(crowd(9))
	})
}

// TestDoubtfulCanaryIsFollowed: the next becomes the canary, and once it is
// accepted everybody goes.
func TestDoubtfulCanaryIsFollowed(t *testing.T) {
	t.Parallel()
	within(t, func(t *testing.T, s *scene) {
		s.platform.usual = slowly()
		s.platform.script["TJ0001"] = []answer{loses()}
		s.platform.script["TJ0002"] = []answer{swallows()}
		b, err := s.push(crowd(8), nil)
		if err != nil {
			t.Fatal(err)
		}
		wantStates(t, b, InDoubt, InDoubt, Accepted, Accepted, Accepted, Accepted, Accepted, Accepted)
		if s.platform.sent[3].at.Sub(s.platform.sent[2].at) < 100*time.Millisecond {
			t.Error("the fourth did not wait for the third canary")
		}
	})
}

func mojibake(json string) string {
	var out []rune
	for _, b := range []byte(json) {
		out = append(out, rune(b))
	}
	return string(out)
}

// twiceEncoded is the echo of a platform that decoded some values only.
func twiceEncoded(json string) string {
	for _, text := range []string{"测试甲", "检查结果正常"} {
		once := base64.StdEncoding.EncodeToString([]byte(text))
		json = strings.ReplaceAll(json, text, base64.StdEncoding.EncodeToString([]byte(once)))
	}
	return json
}

func TestBrokenEchoStopsAtTheCanary(t *testing.T) {
	t.Parallel()
	for name, echo := range map[string]func(string) string{"mojibake": mojibake, "undecoded": twiceEncoded} {
		for _, before := range []string{"", "a rejected canary"} {
			t.Run(name+" "+before, func(t *testing.T) {
				t.Parallel()
				within(t, func(t *testing.T, s *scene) {
					s.platform.usual = slowly()
					s.platform.usual.echo = echo
					at := 0 // how many were refused before
					if before != "" {
						s.platform.script["TJ0001"] = []answer{rejects("工种不符")}
						at = 1
					}
					b, err := s.push(crowd(20), nil)
					if kind(err) != "stopped" || !strings.Contains(err.Error(), "回传") {
						t.Fatalf("err = %v", err)
					}
					taken := slices.IndexFunc(b.Records, func(r Record) bool { return r.State == Accepted })
					if taken < at || b.Records[taken].Warnings != 1 {
						t.Errorf("the record that was taken: %+v", b.Records[max(taken, 0)])
					}
					if n := len(s.platform.sent); n > at+4 {
						t.Errorf("%d records left before the stop", n)
					}
					s.agree(crowd(20))
				})
			})
		}
	}
}

// TestLaterEcho: a difference is a warning; a broken echo after a sound one too.
func TestLaterEcho(t *testing.T) {
	t.Parallel()
	within(t, func(t *testing.T, s *scene) {
		differs, broken := accepts(), accepts()
		differs.echo = func(json string) string { return strings.Replace(json, "检查结果正常", "检查结果异常", 1) }
		broken.echo = mojibake
		s.platform.script["TJ0001"] = []answer{differs}
		s.platform.script["TJ0003"] = []answer{broken}
		b, err := s.push(crowd(4), nil)
		if err != nil {
			t.Fatal(err)
		}
		wantStates(t, b, Accepted, Accepted, Accepted, Accepted)
		for i, want := range []int{1, 0, 1, 0} {
			if int(b.Records[i].Warnings) != want {
				t.Errorf("record %d: %d warnings, want %d (%s)", i+1, b.Records[i].Warnings, want, b.Records[i].Message)
			}
		}
		if !strings.Contains(b.Records[0].Message, "检查单位名称") {
			t.Errorf("the field is not named: %s", b.Records[0].Message)
		}
		views, err := s.led.History(t.Context(), ledger.Filter{Keys: []string{"TJ0001"}})
		if err != nil || len(views) != 1 {
			t.Fatal(views, err)
		}
	})
}

// TestEchoIgnored: platform.echo: ignore looks at nothing.
func TestEchoIgnored(t *testing.T) {
	t.Parallel()
	within(t, func(t *testing.T, s *scene) {
		s.platform.usual.echo = mojibake
		b, err := s.push(crowd(3), func(d *Delivery) { d.CompareEcho = false })
		if err != nil {
			t.Fatal(err)
		}
		wantStates(t, b, Accepted, Accepted, Accepted)
		if b.Records[0].Warnings != 0 {
			t.Error("a warning about an echo that nobody looks at")
		}
	})
}

// kind is an error's kind, as the exit code sees it.
func kind(err error) string {
	if err == nil {
		return ""
	}
	return fault.KindOf(err).String()
}
