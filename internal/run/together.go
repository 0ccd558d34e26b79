package run

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	"hbupload/internal/ident"
	"hbupload/internal/ledger"
	"hbupload/internal/mapping"
	"hbupload/internal/table"
)

// HideShapes hides what the names of files tell by their shape, before anything
// of them is read. The masks are the ledger's, or without one stars.
func HideShapes(env *Env, paths []string, digest *ledger.Digester) {
	for _, path := range paths {
		for _, part := range strings.FieldsFunc(path, func(r rune) bool { return r == '/' || r == '\\' }) {
			stem := strings.TrimSuffix(part, filepath.Ext(part))
			if !ident.Telling(stem) {
				continue
			}
			shown := "***"
			if digest != nil {
				shown = digest.Mask(stem)
			}
			env.Hidden.Add(stem, shown)
		}
	}
}

// together joins the FILEs that hold the sheets of one export, persons in one and
// results in another: those that are none by themselves, with those that lack
// tables. FILEs that are whole stay apart, because their keys are their own.
func together(ctx context.Context, env *Env, all Inputs, opts mapping.Options) (Inputs, error) {
	for _, set := range all.sets() {
		if slices.ContainsFunc(set, func(in *Input) bool { return in.alone != nil }) {
			one, err := join(ctx, env, set, opts)
			if err != nil {
				return all, err
			}
			all = all.replace(set, one)
		}
	}
	return all, nil
}

// sets are the FILEs that may belong together: of each folder if each has persons
// and what they lack, else all.
func (all Inputs) sets() []Inputs {
	var parts Inputs
	folders := map[string]Inputs{}
	var order []string
	for _, in := range all {
		if in.complete() {
			continue
		}
		parts = append(parts, in)
		dir := filepath.Dir(in.Path)
		if folders[dir] == nil {
			order = append(order, dir)
		}
		folders[dir] = append(folders[dir], in)
	}
	var out []Inputs
	for _, dir := range order {
		set := folders[dir]
		broken := slices.ContainsFunc(set, func(in *Input) bool { return in.alone != nil })
		lacking := slices.ContainsFunc(set, func(in *Input) bool { return in.alone == nil })
		if broken != lacking {
			return []Inputs{all.withOnlyWhole(parts)}
		}
		out = append(out, set)
	}
	return out
}

// withOnlyWhole adds to the parts of an export the only FILE that is whole, if no
// other has the persons: the parts are further sheets of its tables.
func (all Inputs) withOnlyWhole(parts Inputs) Inputs {
	whole := slices.DeleteFunc(slices.Clone(all), func(in *Input) bool { return in.alone != nil })
	if len(whole) != 1 || slices.Contains(parts, whole[0]) {
		return parts
	}
	return append(whole, parts...)
}

// join opens several FILEs as one input. Each that is none by itself must hold a
// part of it.
func join(ctx context.Context, env *Env, set Inputs, opts mapping.Options) (*Input, error) {
	first := set[slices.IndexFunc(set, func(in *Input) bool { return in.alone != nil })]
	refused := &FileError{Path: first.Path, Err: first.alone}
	if len(set) < 2 {
		return nil, refused
	}
	var tables []*table.Input
	var names []string
	for _, in := range set {
		if err := in.Table.Reopen(ctx); err != nil {
			return nil, &FileError{Path: in.Path, Err: err}
		}
		tables = append(tables, in.Table)
		names = append(names, filepath.Base(in.Path))
	}
	one := &Input{Path: set[0].Path, Table: table.Together(set[0].Path, tables), open: set[0].open}
	var err error
	if one.Source, err = openSource(ctx, env, one.Table, opts); err != nil {
		if set[0].complete() {
			return nil, refused
		}
		return nil, &FileError{Path: first.Path, Err: err}
	}
	if in := one.idle(set); in != nil {
		return nil, &FileError{Path: in.Path, Err: in.alone}
	}
	if persons := one.Source.PersonSheet(); persons != nil {
		one.Table.KnowBy(persons)
		one.Path = one.Table.Path
	}
	if one.Sum, err = one.Table.Opened(ctx); err != nil {
		return nil, err
	}
	env.Say("%s：各有一次导出的几张表，合在一起读取", strings.Join(names, "、"))
	return one, nil
}

// idle is a FILE that is none by itself and holds no part of what is read.
func (in *Input) idle(set Inputs) *Input {
	n := 0
	for _, one := range set {
		feeds := false
		for range one.Table.Sheets() {
			feeds = feeds || in.Source.Feeds(in.Table.Sheets()[n].Ref)
			n++
		}
		if one.alone != nil && !feeds {
			return one
		}
	}
	return nil
}

// replace puts one input in the place of the first of a set, and drops the others.
func (all Inputs) replace(set Inputs, one *Input) Inputs {
	at := slices.IndexFunc(all, func(in *Input) bool { return slices.Contains(set, in) })
	open := one.open
	open.all = slices.DeleteFunc(open.all, func(in *Input) bool { return slices.Contains(set, in) })
	open.all = append(open.all, one)
	out := slices.DeleteFunc(slices.Clone(all), func(in *Input) bool { return slices.Contains(set, in) })
	return slices.Insert(out, at, one)
}

// OpenTables opens FILEs without recognising them, several as one.
func OpenTables(ctx context.Context, env *Env, paths []string) (*table.Input, error) {
	var all []*table.Input
	for _, path := range distinct(env, paths) {
		t, err := openTable(ctx, env, path)
		if err != nil {
			for _, open := range all {
				_ = open.Close()
			}
			return nil, err
		}
		all = append(all, t)
	}
	switch len(all) {
	case 0:
		return nil, &mapping.Error{File: strings.Join(paths, "、"), Message: "没有可读的文件", Fix: "请给出导出文件本身"}
	case 1:
		return all[0], nil
	}
	return table.Together(all[0].Path, all), nil
}
