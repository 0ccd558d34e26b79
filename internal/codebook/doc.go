// Package codebook is 代码对照.xlsx: the local words that a clinic has settled once
// and for all, each with the entry of a dictionary (or of one of the document's own
// tables) that it stands for. People read, correct and print it in Excel.
//
// Words enter it only by Learn, which a caller calls when a person has ticked
// 以后都这样. Read, With and For only read:
//
//	path := codebook.Path(cfg.File, userDir)
//	book, err := codebook.Read(ctx, path)                // a file that is not there is an empty book
//	book = book.With(entries...)                         // in memory: a dry run honours ticks and keeps none
//	words := book.For(dicts, codebook.Institution{...})  // what may be used here, and findings at the other rows
//	entry, ok := words.Find("焊工", "typeOfWork")         // asked by internal/mapping after exact matches and aliases
//	n, err := codebook.Learn(ctx, host.Files{}, path, entries...)
//
// An entry whose code the dictionary no longer has, or whose name is another one's,
// is never used.
package codebook
