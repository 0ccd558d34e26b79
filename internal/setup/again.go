package setup

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"hbupload/internal/fault"
)

// again shows what is configured and changes one answer.
func (s *Setup) again(ctx context.Context) error {
	s.Dialog.Say("已有配置 " + s.Target)
	all := questions()
	for i, q := range all {
		value := s.answers[q.key]
		switch {
		case q.key == keyPassword:
			value = "（已保存，不显示）"
		case value == "":
			value = "（空）"
		default:
			value = shown(q.key, value)
		}
		if s.given[q.key] {
			value += "（由环境变量或命令行给出）"
		}
		s.Dialog.Say(fmt.Sprintf("  %d %s：%s", i+1, q.label, value))
	}
	q, err := s.choose(all)
	if err != nil {
		return err
	}
	switch {
	case q == nil:
	case q.key == keyAddress, q.key == keyUser, q.key == keyPassword:
		if err := s.credential(*q); err != nil {
			return err
		}
	default:
		text, err := s.ask(*q, "输入 - 清空", s.answers[q.key])
		if err != nil {
			return err
		}
		if text == "-" {
			text = ""
		}
		s.set(q.key, text)
	}
	if s.answers[keyPassword] == "" { // only its MD5 is configured: doctor tries that
		return nil
	}
	return s.signIn(ctx, false)
}

// choose asks which answer to change, nil for none.
func (s *Setup) choose(all []question) (*question, error) {
	for try := 1; try <= attempts; try++ {
		s.asked++
		text, err := s.Dialog.Ask(fmt.Sprintf("改哪一项（1–%d；直接回车：不改，只检查一遍）：", len(all)))
		if err != nil {
			return nil, cancelled(err)
		}
		if text = strings.TrimSpace(text); text == "" {
			return nil, nil
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > len(all) {
			s.Dialog.Say(fmt.Sprintf("请输入 1 到 %d 的数字", len(all)))
			continue
		}
		if q := all[n-1]; !s.given[q.key] {
			return &q, nil
		}
		s.Dialog.Say("这一项由环境变量或命令行给出，请在那里改")
	}
	return nil, fault.New(fault.Usage, "没有选中要改的项，什么也没有写").Next("再运行 hbupload setup")
}
