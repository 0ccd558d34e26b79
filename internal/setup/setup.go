package setup

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"

	"hbupload/internal/config"
	"hbupload/internal/fault"
	"hbupload/internal/host"
	"hbupload/internal/ident"
	"hbupload/internal/spec"
)

// Dialog is a person at a terminal.
type Dialog struct {
	Ask    func(prompt string) (string, error) // one line; io.EOF when there is nobody any more
	Secret func(prompt string) (string, error) // the same without showing what is typed
	Say    func(line string)
}

// Account is how the platform is logged in to.
type Account struct{ Address, User, Password string }

// Setup is one run. The functions do what needs more than a terminal.
type Setup struct {
	Dialog  Dialog
	Request config.Request
	Files   []string // exports that were dragged onto the program
	Target  string   // the configuration file to write where there is none
	// Login tries an account without keeping anything.
	Login func(ctx context.Context, a Account) error
	// Keep puts a password into the system's keyring; an error means there is none.
	Keep func(a Account) error
	// Recall is the password that the keyring has for an account, "" for none.
	Recall func(a Account) string
	Write  host.Files

	answers map[string]string // the values that hold now, by key
	given   map[string]bool   // by the environment or a flag: they are not asked for
	changed map[string]bool
	asked   int
	guessed bool  // the address was given without a scheme
	tried   error // of the last login
}

// Result is what a run has come to.
type Result struct {
	File     string // the configuration
	Answers  int    // that a person gave
	LoggedIn bool
}

// Run asks, tries the login and writes the configuration. The error of a login
// that failed is returned beside the result: the answers are kept all the same.
func (s *Setup) Run(ctx context.Context) (Result, error) {
	fresh, err := s.begin()
	if err != nil {
		return Result{}, err
	}
	if fresh {
		err = s.first(ctx)
	} else {
		err = s.again(ctx)
	}
	var refused *loginError
	if err != nil && !errors.As(err, &refused) {
		return Result{}, err
	}
	if saveErr := s.save(ctx); saveErr != nil {
		return Result{}, saveErr
	}
	r := Result{File: s.Target, Answers: s.asked, LoggedIn: refused == nil}
	if refused != nil {
		return r, refused.err
	}
	return r, nil
}

// loginError is a login that did not succeed after all questions about it.
type loginError struct{ err error }

func (e *loginError) Error() string { return e.err.Error() }

// begin takes what is configured already. fresh: something is missing without
// which nothing works.
func (s *Setup) begin() (fresh bool, err error) {
	s.answers = map[string]string{}
	s.given = map[string]bool{}
	s.changed = map[string]bool{}
	if file := config.Find(s.Request); file != "" {
		s.Target = file
	}
	req := s.Request
	req.File = s.Target
	cfg, err := s.load(req)
	if err != nil {
		return false, err
	}
	s.answers[keyAddress] = cfg.Platform.BaseURL
	s.answers[keyUser] = cfg.Platform.Username
	s.answers[keyPassword] = cfg.Platform.Password.Reveal()
	for _, f := range institutionFields() {
		s.answers[institutionKey(f)] = cfg.Institution[f.Key()]
	}
	for _, q := range questions() {
		from := cfg.Origin(q.key).From
		s.given[q.key] = from == "env" || from == "flag"
	}
	hashed := cfg.Platform.PasswordMD5 != ""
	s.given[keyPassword] = s.given[keyPassword] || fromProcess(cfg, keyFile) || fromProcess(cfg, keyMD5)
	if s.answers[keyPassword] == "" && !hashed && s.Recall != nil {
		s.answers[keyPassword] = s.Recall(s.account())
	}
	return s.answers[keyAddress] == "" || s.answers[keyUser] == "" || s.answers[keyPassword] == "" && !hashed, nil
}

func fromProcess(cfg *config.Config, key string) bool {
	from := cfg.Origin(key).From
	return from == "env" || from == "flag"
}

// load is the configuration as it is; no file, and no such profile, are as good as
// an empty one.
func (s *Setup) load(req config.Request) (*config.Config, error) {
	if _, err := os.Stat(req.File); errors.Is(err, fs.ErrNotExist) {
		req.File = os.DevNull
		req.Profile = ""
	} else if names, err := config.Profiles(req); err == nil && !slices.Contains(names, req.Profile) {
		req.Profile = ""
	}
	return config.Load(req)
}

func (s *Setup) account() Account {
	return Account{Address: s.answers[keyAddress], User: s.answers[keyUser], Password: s.answers[keyPassword]}
}

// first asks everything that is missing.
func (s *Setup) first(ctx context.Context) error {
	s.Dialog.Say("设置 hbupload：回答下面的问题（方括号里是已知的值，直接回车就用它；Ctrl-C 放弃，什么也不写）")
	var refused *loginError
	err := s.signIn(ctx, true)
	if err != nil && !errors.As(err, &refused) {
		return err
	}
	found := offers(ctx, s.Files, s.Request.WorkDir)
	for _, q := range questions()[3:] {
		if err := s.offered(q, found[q.key]); err != nil {
			return err
		}
	}
	return err
}

// offered asks an optional question, with what an export says.
func (s *Setup) offered(q question, o offer) error {
	if s.given[q.key] {
		return nil
	}
	known := s.answers[q.key]
	hint := q.hint
	if known == "" && o.value != "" {
		known = o.value
		hint = "取自 " + o.from
	}
	text, err := s.ask(q, hint, known)
	if err != nil {
		return err
	}
	s.set(q.key, text)
	return nil
}

// ask asks one question; an empty answer is the known value.
func (s *Setup) ask(q question, hint, known string) (string, error) {
	prompt := q.label
	if hint != "" {
		prompt += "（" + hint + "）"
	}
	if known != "" {
		prompt += " [" + shown(q.key, known) + "]"
	}
	s.asked++
	text, err := s.Dialog.Ask(prompt + "：")
	if err != nil {
		return "", cancelled(err)
	}
	if text = strings.TrimSpace(text); text == "" {
		return known, nil
	}
	return text, nil
}

// shown is a known value on the screen: a phone is a person's.
func shown(key, value string) string {
	switch key {
	case institutionKey(spec.PreparerPhone):
		return ident.MaskPhone(value)
	case keyPassword:
		return "不变"
	}
	return value
}

func cancelled(err error) error {
	kind := fault.Usage
	if errors.Is(err, context.Canceled) {
		kind = fault.Interrupted
	}
	return fault.New(kind, "设置没有完成，什么也没有写").Next("准备好后再运行 hbupload setup").By(err)
}

func (s *Setup) set(key, value string) {
	if s.answers[key] != value {
		s.answers[key] = value
		s.changed[key] = true
	}
}
