package run

import (
	"crypto/md5" //nolint:gosec // the document demands MD5 (2.1)
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"

	"hbupload/internal/config"
	"hbupload/internal/dict"
	"hbupload/internal/fault"
	"hbupload/internal/host"
	"hbupload/internal/ledger"
	"hbupload/internal/mapping"
	"hbupload/internal/meaning"
	"hbupload/internal/platform"
	"hbupload/internal/rules"
	"hbupload/internal/sense"
	"hbupload/internal/spec"
	"hbupload/internal/wire"
)

// Judgement is everything that turns rows into checked records: dictionaries,
// what their codes mean, the checks and the encoder.
type Judgement struct {
	Dicts   *dict.Set
	Checker *rules.Checker
	sense   *sense.Checker // nil: off
	encoder *wire.Encoder
	Mapping mapping.Options
}

// Judge prepares the checks. Its errors are of kind dictionary (never pulled)
// or config.
func (env *Env) Judge(cfg *config.Config, strict bool) (*Judgement, error) {
	policy, err := rules.NewPolicy(cfg.Rules, strict)
	if err != nil {
		return nil, err
	}
	if err := checkAliases(cfg.Aliases); err != nil {
		return nil, err
	}
	set, err := PulledDicts(env, cfg)
	if err != nil {
		return nil, err
	}
	means, err := meanings(cfg, set)
	if err != nil {
		return nil, err
	}
	checker, err := rules.New(rules.Config{Config: means, Policy: policy, Now: env.Now})
	if err != nil {
		return nil, err
	}
	unlikely, err := senseChecker(cfg, checker)
	if err != nil {
		return nil, err
	}
	words, err := learnedWords(env, cfg, set)
	if err != nil {
		return nil, err
	}
	return &Judgement{Dicts: set, Checker: checker, sense: unlikely,
		encoder: wire.NewEncoder(wire.Options{Base64: cfg.Wire.Base64, Empty: cfg.Wire.Empty, ListSeparator: cfg.Wire.ListSeparator,
			OccuDisease: cfg.Wire.OccuDisease, Suspected: checker.IsSuspected}),
		Mapping: mapping.Options{Dicts: set, Meanings: checker.Classifier, Constants: constants(cfg), Aliases: cfg.Aliases, Book: words}}, nil
}

// senseChecker prepares the checks of medical sense; nil when they are switched off.
func senseChecker(cfg *config.Config, checker *rules.Checker) (*sense.Checker, error) {
	if cfg.Sense.Off {
		return nil, nil
	}
	path := cfg.Sense.Catalogue
	if path == "" && cfg.File != "" {
		beside := filepath.Join(filepath.Dir(cfg.File), sense.FileName)
		if _, err := os.Stat(beside); err == nil {
			path = beside
		}
	}
	catalogue, err := sense.Load(path)
	if err != nil {
		return nil, err
	}
	return sense.New(sense.Config{Catalogue: catalogue, Classes: checker.Classifier, Severity: checker.Policy().Severity, Deadline: cfg.Sense.Deadline}), nil
}

// meanings is what the configuration says of codes.
func meanings(cfg *config.Config, set *dict.Set) (meaning.Config, error) {
	s := cfg.Spec
	m := meaning.Config{Dicts: set,
		Codes: meaning.Pins{Prejob: s.Codes["prejob"], Suspected: s.Codes["suspected"], Contraindication: s.Codes["contraindication"],
			OtherAbnormal: s.Codes["other_abnormal"], Active: s.Codes["active"]},
		DustAdd: s.Dust.Add, DustRemove: s.Dust.Remove, OtherAdd: s.Other.Add, OtherRemove: s.Other.Remove,
		SymbolAdd: s.Symbol.Add, SymbolRemove: s.Symbol.Remove, RadiographAdd: s.Radiograph.Add, RadiographRemove: s.Radiograph.Remove,
		NumericAdd: s.Numeric.Add, NumericRemove: s.Numeric.Remove, UrineAliases: s.UrineClasses}
	if s.ItemsFile == "" {
		return m, nil
	}
	var err error
	m.ItemsTable, err = readItems(s.ItemsFile)
	return m, err
}

// constants are the institution's own values, by field.
func constants(cfg *config.Config) map[spec.FieldID]mapping.Constant {
	out := map[spec.FieldID]mapping.Constant{}
	for _, f := range spec.Fields(spec.SectionPerson) {
		if text := cfg.Institution[f.Key]; text != "" {
			out[f.ID] = mapping.Constant{Text: text, Where: "institution." + f.Key}
		}
	}
	return out
}

// WarnPlain says what plain http means, each time that credentials travel by it.
func WarnPlain(env *Env, client *platform.Client) {
	if client.Insecure() && !client.Loopback() {
		env.Say("警告：平台地址是 http，传输没有加密，登录用的 MD5 等同于密码")
	}
}

// Client makes the platform's client, which keeps its token between runs.
func (env *Env) Client(cfg *config.Config) (*platform.Client, error) {
	pc, err := PlatformConfig(env, cfg)
	if err != nil {
		return nil, err
	}
	t := &tokenFile{path: TokenPath(cfg), binding: tokenBinding(cfg), now: env.Now}
	pc.SavedToken = t.load
	pc.SaveToken = t.save
	form := formFile(filepath.Join(Store(cfg).Folder(), "download-form"))
	pc.SavedForm = form.load
	pc.SaveForm = form.save
	pc.Notice = func(text string) { env.Say("%s", text) }
	return platform.New(pc)
}

// PlatformConfig is the client's configuration, without a token of earlier runs. The
// password comes from the keyring when it is configured nowhere.
func PlatformConfig(env *Env, cfg *config.Config) (platform.Config, error) {
	if cfg.Platform.BaseURL == "" {
		return platform.Config{}, config.NoAddress(env.Request())
	}
	env.Recall(cfg)
	p := cfg.Platform
	pc := platform.Config{BaseURL: p.BaseURL, Paths: platform.Paths(p.Paths), OrgName: p.OrgName, Username: p.Username,
		PasswordMD5: func() string { return PasswordMD5(p) }, PasswordKey: p.PasswordKey, PasswordNote: p.PasswordNote, LoginExtra: p.LoginExtra,
		RequestEncoding: p.RequestEncoding, Download: p.Download, BusyPattern: p.BusyPattern, AuthPrefix: p.AuthPrefix,
		TokenTTL: p.TokenTTL, RefreshBefore: p.RefreshBefore, TokenErrorPattern: p.TokenPattern, RetryStatus: cfg.Upload.RetryStatus,
		Timeout: p.Timeout, GiveUp: env.Patience, Proxy: p.Proxy, CAFile: p.CAFile, Concurrency: cfg.Upload.Concurrency, UserAgent: "hbupload/" + env.Build.Version, Now: env.Now, Sleep: env.Wait}
	if p.Username == "" || PasswordMD5(p) == "" {
		return pc, fault.New(fault.Config, "没有配置平台的用户名或密码").
			Next("请填写 platform.username 和 password_file（或环境变量 " + config.EnvName("platform.password") + "），或在终端运行 hbupload setup；hbupload login --save 把密码存入系统密钥环")
	}
	return pc, nil
}

// formFile remembers beside the dictionaries in which form they were downloaded.
type formFile string

// load gives the form that worked the last time, "" for none.
func (f formFile) load() string {
	text, err := ReadOwn(string(f))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(text))
}

// save keeps a form; one that cannot be kept is found again the next time.
func (f formFile) save(form string) { _ = host.WritePrivate(string(f), []byte(form+"\n")) }

// PasswordMD5 is the lower-case hex MD5 that login sends (help: 接口读法 T4).
func PasswordMD5(p config.Platform) string {
	if p.PasswordMD5 != "" {
		return p.PasswordMD5.Reveal()
	}
	if p.Password == "" {
		return ""
	}
	sum := md5.Sum([]byte(p.Password.Reveal())) //nolint:gosec // the document demands MD5 (2.1)
	return hex.EncodeToString(sum[:])
}

// Policy is what the operator asks of records that the ledger knows.
func Policy(cfg *config.Config, resend string) ledger.Policy {
	return ledger.Policy{Resend: ledger.ResendPolicy(resend), InDoubt: ledger.InDoubtPolicy(cfg.Upload.InDoubt), RetryRejected: true}
}
