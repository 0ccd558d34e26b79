package cli

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hbupload/internal/config"
	"hbupload/internal/host"
	"hbupload/internal/ledger"
	"hbupload/internal/rules"
	"hbupload/internal/run"
	"hbupload/internal/spec"
)

// completer proposes words; cobra filters nothing, so each keeps to the prefix.
type completer = func(cmd *cobra.Command, args []string, prefix string) ([]string, cobra.ShellCompDirective)

// completions gives arguments and flags their proposals, once all commands are
// there. None of them may fail, wait, or talk to the platform.
func completions(env *run.Env, root *cobra.Command) {
	with := func(f func(*run.Env, *cobra.Command, []string, string) ([]string, cobra.ShellCompDirective)) completer {
		return func(cmd *cobra.Command, args []string, prefix string) ([]string, cobra.ShellCompDirective) {
			return f(env, cmd, args, prefix)
		}
	}
	keys := map[string]completer{"history": with(oneKey), "resolve": with(completeKeys), "explain": with(explainWords), "rules": completeRules}
	values := map[string][]string{
		"resend": {"changed\t只重新上传内容已变的", "all\t全部重新上传"},
	}
	// Flags() holds a command's own flags until cobra parses; LocalNonPersistentFlags
	// would build three sets of flags for each command.
	walk(root, func(cmd *cobra.Command) {
		if f, ok := keys[cmd.Name()]; ok && cmd.ValidArgsFunction == nil {
			cmd.ValidArgsFunction = f
		}
		for flag, words := range values {
			if f := cmd.Flags().Lookup(flag); f != nil && f.Value.Type() == "string" {
				_ = cmd.RegisterFlagCompletionFunc(flag, fixedWords(words))
			}
		}
		if cmd.Flags().Lookup("only") != nil {
			_ = cmd.RegisterFlagCompletionFunc("only", with(completeKeys))
		}
		for _, flag := range []string{"output", "report"} {
			if f := cmd.Flags().Lookup(flag); f != nil && (flag == "report" || cmd.Name() == "build") {
				_ = cmd.RegisterFlagCompletionFunc(flag, folders)
			}
		}
	})
	_ = root.RegisterFlagCompletionFunc("profile", with(completeProfiles))
	_ = root.RegisterFlagCompletionFunc("data-dir", folders)
}

// walk visits a command and all below it.
func walk(cmd *cobra.Command, visit func(*cobra.Command)) {
	visit(cmd)
	for _, sub := range cmd.Commands() {
		walk(sub, visit)
	}
}

func folders(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveFilterDirs
}

func fixedWords(words []string) completer {
	return func(_ *cobra.Command, _ []string, prefix string) ([]string, cobra.ShellCompDirective) {
		return withPrefix(words, prefix), cobra.ShellCompDirectiveNoFileComp
	}
}

func withPrefix(words []string, prefix string) []string {
	var out []string
	for _, w := range words {
		if strings.HasPrefix(w, prefix) {
			out = append(out, w)
		}
	}
	return out
}

func completeRules(_ *cobra.Command, args []string, prefix string) ([]string, cobra.ShellCompDirective) {
	var out []string
	if len(args) == 0 {
		for _, r := range rules.Catalogue() {
			out = append(out, string(r.ID)+"\t"+r.Summary)
		}
	}
	return withPrefix(out, prefix), cobra.ShellCompDirectiveNoFileComp
}

func completeProfiles(env *run.Env, _ *cobra.Command, _ []string, prefix string) ([]string, cobra.ShellCompDirective) {
	req := env.Request()
	req.Profile = ""
	names, _ := config.Profiles(req) // a file that cannot be read proposes nothing
	return withPrefix(names, prefix), cobra.ShellCompDirectiveNoFileComp
}

// The bounds of a proposal from the ledger: a shell waits for it.
const (
	completionWait = 2 * time.Second
	completionKeys = 200
)

// completeKeys proposes exam keys that the ledger knows, those in doubt first:
// they are what a person types keys for.
func completeKeys(env *run.Env, cmd *cobra.Command, args []string, prefix string) ([]string, cobra.ShellCompDirective) {
	const done = cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
	cfg, err := config.Load(env.Request())
	if err != nil {
		return nil, done
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(commandContext(cmd)), completionWait)
	defer cancel()
	led, err := env.ReadLedger(ctx, cfg)
	if err != nil {
		return nil, done
	}
	defer func() { _ = led.Close() }()
	used := map[string]bool{}
	for _, arg := range args {
		used[arg] = true
	}
	var out []string
	for _, f := range []ledger.Filter{{States: []ledger.State{ledger.StateInDoubt}, Limit: completionKeys}, {Limit: completionKeys}} {
		subs, err := led.History(ctx, f)
		if err != nil {
			return out, done
		}
		for i := range subs {
			key := subs[i].Key
			if !used[key] && strings.HasPrefix(key, prefix) && key == host.SafeText(key, 80) {
				used[key] = true
				out = append(out, key+"\t"+run.StateWord(subs[i].State))
			}
		}
	}
	return out, done
}

func commandContext(cmd *cobra.Command) context.Context {
	if ctx := cmd.Context(); ctx != nil {
		return ctx
	}
	return context.Background()
}

func oneKey(env *run.Env, cmd *cobra.Command, args []string, prefix string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return completeKeys(env, cmd, args, prefix)
}

// explainWords proposes a key, then a field.
func explainWords(env *run.Env, cmd *cobra.Command, args []string, prefix string) ([]string, cobra.ShellCompDirective) {
	if len(args) == 0 {
		return completeKeys(env, cmd, args, prefix)
	}
	var out []string
	if len(args) == 1 {
		for _, f := range spec.Fields() {
			out = append(out, f.Key+"\t"+f.Label)
		}
	}
	return withPrefix(out, prefix), cobra.ShellCompDirectiveNoFileComp
}
