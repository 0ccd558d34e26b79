package cli

import (
	"context"
	"os"

	"hbupload/internal/codebook"
	"hbupload/internal/config"
	"hbupload/internal/dict"
	"hbupload/internal/spec"
)

// bookPath is where the code book of a configuration lies.
func (a *app) bookPath(cfg *config.Config) string {
	file := cfg.File
	if file == os.DevNull { // “no configuration”, as scripts say it
		file = ""
	}
	return codebook.Path(file, a.UserDir)
}

// words are the learned words that the configured institution may use.
func (a *app) words(cfg *config.Config, set *dict.Set) (*codebook.Words, error) {
	book, err := codebook.Read(context.Background(), a.bookPath(cfg))
	if err != nil {
		return nil, err
	}
	return book.For(set, institution(cfg)), nil
}

// institution is whose words of the code book apply.
func institution(cfg *config.Config) codebook.Institution {
	return codebook.Institution{Profile: cfg.Profile, Code: cfg.Institution[spec.OhOrgCode.Key()], Name: cfg.Institution[spec.ReportOrgName.Key()]}
}

// lostWords are the rows of the code book that the dictionaries make useless.
func (a *app) lostWords(cfg *config.Config, set *dict.Set) []string {
	words, err := a.words(cfg, set)
	if err != nil {
		return []string{err.Error()}
	}
	return words.Said()
}
