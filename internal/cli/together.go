package cli

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

// hideShapes hides what the names of files tell by their shape, before anything
// of them is read. The masks are the ledger's, or without one stars.
func (a *app) hideShapes(paths []string, digest *ledger.Digester) {
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
			a.hidden.Add(stem, shown)
		}
	}
}

// together joins the FILEs that hold the sheets of one export, persons in one and
// results in another: those that are none by themselves, with those that lack
// tables. FILEs that are whole stay apart, because their keys are their own.
func (a *app) together(ctx context.Context, all inputs, opts mapping.Options) (inputs, error) {
	for _, set := range all.sets() {
		if slices.ContainsFunc(set, func(in *input) bool { return in.alone != nil }) {
			one, err := a.join(ctx, set, opts)
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
func (all inputs) sets() []inputs {
	var parts inputs
	folders := map[string]inputs{}
	var order []string
	for _, in := range all {
		if in.alone == nil && in.source.Complete() {
			continue
		}
		parts = append(parts, in)
		dir := filepath.Dir(in.path)
		if folders[dir] == nil {
			order = append(order, dir)
		}
		folders[dir] = append(folders[dir], in)
	}
	var out []inputs
	for _, dir := range order {
		set := folders[dir]
		broken := slices.ContainsFunc(set, func(in *input) bool { return in.alone != nil })
		lacking := slices.ContainsFunc(set, func(in *input) bool { return in.alone == nil })
		if broken != lacking {
			return []inputs{all.withOnlyWhole(parts)}
		}
		out = append(out, set)
	}
	return out
}

// withOnlyWhole adds to the parts of an export the only FILE that is whole, if no
// other has the persons: the parts are further sheets of its tables.
func (all inputs) withOnlyWhole(parts inputs) inputs {
	whole := slices.DeleteFunc(slices.Clone(all), func(in *input) bool { return in.alone != nil })
	if len(whole) != 1 || slices.Contains(parts, whole[0]) {
		return parts
	}
	return append(whole, parts...)
}

// join opens several FILEs as one input. Each that is none by itself must hold a
// part of it.
func (a *app) join(ctx context.Context, set inputs, opts mapping.Options) (*input, error) {
	first := set[slices.IndexFunc(set, func(in *input) bool { return in.alone != nil })]
	refused := &fileError{path: first.path, err: first.alone}
	if len(set) < 2 {
		return nil, refused
	}
	var tables []*table.Input
	var names []string
	for _, in := range set {
		if err := in.table.Reopen(ctx); err != nil {
			return nil, &fileError{path: in.path, err: err}
		}
		tables = append(tables, in.table)
		names = append(names, filepath.Base(in.path))
	}
	one := &input{path: set[0].path, table: table.Together(set[0].path, tables), open: set[0].open}
	var err error
	if one.source, err = a.openSource(ctx, one.table, opts); err != nil {
		if set[0].alone == nil && set[0].source.Complete() {
			return nil, refused
		}
		return nil, &fileError{path: first.path, err: err}
	}
	if in := one.idle(set); in != nil {
		return nil, &fileError{path: in.path, err: in.alone}
	}
	if persons := one.source.PersonSheet(); persons != nil {
		one.table.KnowBy(persons)
		one.path = one.table.Path
	}
	if one.sum, err = one.table.Opened(ctx); err != nil {
		return nil, err
	}
	a.say("%s：各有一次导出的几张表，合在一起读取", strings.Join(names, "、"))
	return one, nil
}

// idle is a FILE that is none by itself and holds no part of what is read.
func (in *input) idle(set inputs) *input {
	n := 0
	for _, one := range set {
		feeds := false
		for range one.table.Sheets() {
			feeds = feeds || in.source.Feeds(in.table.Sheets()[n].Ref)
			n++
		}
		if one.alone != nil && !feeds {
			return one
		}
	}
	return nil
}

// replace puts one input in the place of the first of a set, and drops the others.
func (all inputs) replace(set inputs, one *input) inputs {
	at := slices.IndexFunc(all, func(in *input) bool { return slices.Contains(set, in) })
	open := one.open
	open.all = slices.DeleteFunc(open.all, func(in *input) bool { return slices.Contains(set, in) })
	open.all = append(open.all, one)
	out := slices.DeleteFunc(slices.Clone(all), func(in *input) bool { return slices.Contains(set, in) })
	return slices.Insert(out, at, one)
}

// openTables opens FILEs without recognising them, several as one.
func (a *app) openTables(ctx context.Context, paths []string) (*table.Input, error) {
	var all []*table.Input
	for _, path := range a.distinct(paths) {
		t, err := a.openTable(ctx, path)
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
