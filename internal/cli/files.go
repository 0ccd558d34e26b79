package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"hbupload/internal/run"
)

// takeFiles makes every command with FILE… read its arguments as operators write
// them: with patterns (cmd.exe leaves them as they are), in Chinese quotes, or
// with blanks and no quotes.
func takeFiles(env *run.Env, cmd *cobra.Command) {
	for _, sub := range cmd.Commands() {
		takeFiles(env, sub)
	}
	if !strings.Contains(cmd.Use, "FILE…") && cmd.Use != "inspect FILE" && cmd.Use != "restore FILE" {
		return
	}
	check := cmd.Args
	body := cmd.RunE
	cmd.Args = cobra.ArbitraryArgs
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		args, err := env.GivenFiles(args)
		if err != nil {
			return err
		}
		if check != nil {
			if err := check(cmd, args); err != nil {
				return err
			}
		}
		return body(cmd, args)
	}
}
