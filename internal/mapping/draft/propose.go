package draft

import (
	"context"
	"slices"

	"hbupload/internal/mapping"
	"hbupload/internal/table"
)

// Propose looks at an export and drafts a mapping for it. Dictionaries are needed
// for words and items.
//
// It goes one way. An export is what was looked at. A placer decides what each sheet is,
// by what a vocabulary says that its headers mean; rules, hazards and items draft what
// its columns feed, keys how it is joined. Questions, wordTables and itemNames gather
// what a person must say, an asker adds what nothing feeds. A writer puts all that down.
func Propose(ctx context.Context, in *table.Input, name string, opts mapping.Options) (*Draft, error) {
	voc := newVocabulary(in, opts)
	e := &export{path: in.Path, voc: voc, unread: []string{}}
	if err := e.look(ctx); err != nil {
		return nil, err
	}
	fed := feeds{}
	asked := &questions{list: []Question{}}
	words := &wordTables{voc: voc, list: []Word{}, tables: map[string][]int{}}
	names := &itemNames{voc: voc, means: opts.Meanings, list: []Item{}, at: map[string]int{}}
	joined := &keys{exp: e, voc: voc}
	plain := &rules{voc, words, asked, fed}
	found := &results{words: words, questions: asked, fed: fed}
	examined := &items{voc: voc, words: words, names: names, rules: plain, results: found, fed: fed}
	ask := &asker{e, voc, words, asked, fed, opts.Constants}
	p := placer{e, voc, fed, joined, plain, &hazards{e, voc, words, plain, fed}, examined, ask}
	if err := p.place(ctx); err != nil {
		return nil, err
	}
	// The last questions are asked before the list of questions is taken.
	w := writer{exp: e, ranges: examined.ranges, options: append(ask.again(), found.ask()...),
		tables: slices.Concat(names.lines(), words.lines(), examined.ranges.tables(), joined.tables)}
	w.out = Draft{Name: name, Input: in.Path, Unread: e.unread, Questions: asked.list, Words: words.list, Items: names.list}
	return w.finish(), nil
}
