package setup

import (
	"context"
	"strings"

	"hbupload/internal/fault"
)

// attempts bounds how often the account is asked for again after a refusal.
const attempts = 3

// signIn asks for address, user and password as far as they are missing, and tries
// them; what was refused is asked for again.
func (s *Setup) signIn(ctx context.Context, all bool) error {
	wrong := map[string]bool{}
	for _, key := range []string{keyAddress, keyUser, keyPassword} {
		wrong[key] = all && s.answers[key] == ""
	}
	for try := 1; ; try++ {
		before := s.account()
		if err := s.credentials(wrong); err != nil {
			return err
		}
		if try > 1 && s.account() == before {
			return &loginError{s.tried}
		}
		s.tried = s.login(ctx)
		switch {
		case s.tried == nil:
			s.Dialog.Say("登录成功：" + s.answers[keyAddress] + "，用户 " + s.answers[keyUser])
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		}
		s.tell(s.tried)
		if try == attempts || !s.askable(s.tried, wrong) {
			return &loginError{s.tried}
		}
		s.Dialog.Say("请改正（都直接回车就先不管它，接着设置）")
	}
}

// askable sets which questions a refusal calls for; false: none that a person can
// answer here.
func (s *Setup) askable(err error, wrong map[string]bool) bool {
	clear(wrong)
	switch {
	case fault.Is(err, fault.Auth):
		wrong[keyUser] = !s.given[keyUser]
		wrong[keyPassword] = !s.given[keyPassword]
	case fault.Is(err, fault.Unreachable, fault.Config):
		wrong[keyAddress] = !s.given[keyAddress]
	}
	for _, ask := range wrong {
		if ask {
			return true
		}
	}
	return false
}

// credentials asks for those of the three that are wanted.
func (s *Setup) credentials(wanted map[string]bool) error {
	for _, q := range questions()[:3] {
		if !wanted[q.key] {
			continue
		}
		if err := s.credential(q); err != nil {
			return err
		}
	}
	return nil
}

// credential asks for one of the three until the answer can be one.
func (s *Setup) credential(q question) error {
	for try := 1; ; try++ {
		known := s.answers[q.key]
		var text string
		var err error
		if q.key == keyPassword {
			text, err = s.secret(q, known)
		} else {
			text, err = s.ask(q, q.hint, known)
		}
		if err != nil {
			return err
		}
		why := ""
		if q.key == keyAddress {
			text, s.guessed, why = address(text)
		} else if text == "" {
			why = q.label + "不能为空"
		}
		if why == "" {
			s.set(q.key, text)
			return nil
		}
		if try == attempts {
			return fault.New(fault.Usage, why).Next("准备好后再运行 hbupload setup")
		}
		s.Dialog.Say(why)
	}
}

func (s *Setup) secret(q question, known string) (string, error) {
	prompt := q.label + "（" + q.hint + "）"
	if known != "" {
		prompt += " [" + shown(q.key, known) + "]"
	}
	s.asked++
	text, err := s.Dialog.Secret(prompt + "：")
	if err != nil {
		return "", cancelled(err)
	}
	if text = strings.TrimRight(text, "\r\n"); text == "" {
		return known, nil
	}
	return text, nil
}

// login tries the account. Where the person gave no scheme, https is tried after http.
func (s *Setup) login(ctx context.Context) error {
	err := s.Login(ctx, s.account())
	other, ok := strings.CutPrefix(s.answers[keyAddress], "http://")
	if !s.guessed || !ok || !fault.Is(err, fault.Unreachable, fault.Config) {
		return err
	}
	a := s.account()
	a.Address = "https://" + other
	if again := s.Login(ctx, a); !fault.Is(again, fault.Unreachable, fault.Config) {
		s.set(keyAddress, a.Address)
		return again
	}
	return err
}

// tell says an error and what to do next.
func (s *Setup) tell(err error) {
	line := err.Error()
	if told := fault.Of(err); told != nil && told.Hint() != "" {
		line += "\n  → " + strings.ReplaceAll(told.Hint(), "\n", "\n    ")
	}
	s.Dialog.Say(line)
}
