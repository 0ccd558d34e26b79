package run

import (
	"context"
	"errors"
	"fmt"

	"hbupload/internal/config"
	"hbupload/internal/dict"
	"hbupload/internal/fault"
	"hbupload/internal/spec"
)

// PullDicts downloads all dictionaries and keeps them, all or none.
func PullDicts(ctx context.Context, env *Env, cfg *config.Config) (*dict.Set, error) {
	client, err := env.Client(cfg)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	WarnPlain(env, client)
	if err := OwnFolder(cfg); err != nil {
		return nil, err
	}
	var all []*dict.Dictionary
	for _, d := range spec.Dictionaries() {
		rows, err := client.Download(ctx, d.Code)
		if err != nil && d.Code == spec.DictPeType && ctx.Err() == nil {
			env.Say("警告：%s：%v（没有字段使用这个字典，其余字典照常下载）", d.Name, err)
			all = append(all, dict.New(d.Code, nil, env.Now()))
			continue
		}
		if err != nil {
			return nil, err
		}
		parsed, err := dict.ParseNoted(d.Code, rows)
		if err != nil {
			return nil, err
		}
		for _, note := range parsed.Notes {
			env.Say("%s：%s", d.Name, note)
		}
		all = append(all, dict.New(d.Code, parsed.Entries, env.Now()))
		if env.Opts.Verbose {
			env.Say("%s %s：%d 条", d.Code, d.Name, len(parsed.Entries))
		}
	}
	before, _ := Store(cfg).Load() // those of an earlier pull, if there was one
	if err := Store(cfg).Save(ctx, all...); err != nil {
		return nil, err
	}
	after := dict.NewSet(all...)
	for _, text := range dict.Shrunk(before, after) {
		env.Say("警告：%s；用到这些代码的记录会被扣下。hbupload dict diff 列出它们，不该少的请联系平台", text)
	}
	return after, nil
}

// PulledDicts are those of the configured platform. Without a platform the error
// says where a configuration was looked for.
func PulledDicts(env *Env, cfg *config.Config) (*dict.Set, error) {
	set, err := Store(cfg).Load()
	if err != nil && cfg.Platform.BaseURL == "" && errors.Is(err, dict.ErrMissing) {
		none := config.NoAddress(env.Request())
		return nil, fault.New(fault.Dictionary, none.Error()+"；也就没有它的字典").Next(none.Hint() + "\n然后运行 hbupload dict pull").By(err)
	}
	return set, err
}

// BrokenWords lists the aliases and pins of the configuration that point to nothing
// in the current dictionaries.
func BrokenWords(env *Env, cfg *config.Config, set *dict.Set) []string {
	var out []string
	for domain, words := range cfg.Aliases {
		d := set.Dict(dictOf(domain))
		if d == nil {
			continue
		}
		for word, target := range words {
			if _, ok := d.ByCode(target); !ok && len(d.ByLoose(target)) == 0 {
				out = append(out, fmt.Sprintf("配置 aliases.%s 的“%s: %s”：字典里没有“%s”", domain, word, target, target))
			}
		}
	}
	for _, pin := range pins(cfg) {
		d := set.Dict(pin.dict)
		for _, code := range pin.codes {
			if _, ok := d.ByCode(code); !ok {
				out = append(out, fmt.Sprintf("配置 %s 的代码 %s：字典“%s”里没有", pin.key, code, dict.LabelOf(pin.dict)))
			}
		}
	}
	return out
}

// dictOf is the dictionary of an alias domain: its own code, or that of the
// field that takes it.
func dictOf(domain string) string {
	known, _ := spec.AliasDomain(domain)
	for _, d := range spec.Dictionaries() {
		if d.Code == known {
			return d.Code
		}
	}
	for _, f := range spec.Fields() {
		if f.Key == known {
			return f.Dict
		}
	}
	return ""
}

type pin struct {
	key, dict string
	codes     []string
}

func pins(cfg *config.Config) []pin {
	s := cfg.Spec
	return []pin{
		{"spec.codes.prejob", spec.DictCareType, s.Codes["prejob"]},
		{"spec.codes.suspected", spec.DictResultOption, s.Codes["suspected"]},
		{"spec.codes.contraindication", spec.DictResultOption, s.Codes["contraindication"]},
		{"spec.codes.other_abnormal", spec.DictResultOption, s.Codes["other_abnormal"]},
		{"spec.codes.active", spec.DictMonitorType, s.Codes["active"]},
		{"spec.dust_codes", spec.DictHazard, append(append([]string{}, s.Dust.Add...), s.Dust.Remove...)},
		{"spec.other_codes", spec.DictHazard, append(append([]string{}, s.Other.Add...), s.Other.Remove...)},
		{"spec.symbol_codes", spec.DictItem, append(append([]string{}, s.Symbol.Add...), s.Symbol.Remove...)},
		{"spec.radiograph_items", spec.DictItem, append(append([]string{}, s.Radiograph.Add...), s.Radiograph.Remove...)},
		{"spec.numeric_items", spec.DictItem, append(append([]string{}, s.Numeric.Add...), s.Numeric.Remove...)},
	}
}
