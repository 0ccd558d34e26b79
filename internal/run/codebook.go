package run

import (
	"context"
	"os"

	"hbupload/internal/codebook"
	"hbupload/internal/config"
	"hbupload/internal/dict"
	"hbupload/internal/spec"
)

// bookPath is where the code book of a configuration lies.
func bookPath(env *Env, cfg *config.Config) string {
	file := cfg.File
	if file == os.DevNull { // “no configuration”, as scripts say it
		file = ""
	}
	return codebook.Path(file, env.UserDir)
}

// learnedWords are the learned words that the configured institution may use.
func learnedWords(env *Env, cfg *config.Config, set *dict.Set) (*codebook.Words, error) {
	book, err := codebook.Read(context.Background(), bookPath(env, cfg))
	if err != nil {
		return nil, err
	}
	return book.For(set, institution(cfg)), nil
}

// institution is whose words of the code book apply.
func institution(cfg *config.Config) codebook.Institution {
	return codebook.Institution{Profile: cfg.Profile, Code: cfg.Institution[spec.OhOrgCode.Key()], Name: cfg.Institution[spec.ReportOrgName.Key()]}
}

// LostWords are the rows of the code book that the dictionaries make useless.
func LostWords(env *Env, cfg *config.Config, set *dict.Set) []string {
	words, err := learnedWords(env, cfg, set)
	if err != nil {
		return []string{err.Error()}
	}
	return words.Said()
}
