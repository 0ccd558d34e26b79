package run

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"hbupload/internal/config"
	"hbupload/internal/fault"
	"hbupload/internal/ledger"
	"hbupload/internal/push"
	"hbupload/internal/reconcile"
	"hbupload/internal/spec"
	"hbupload/internal/table"
)

// ReconcileOptions are the flags of reconcile.
type ReconcileOptions struct {
	In       []string
	Complete bool
	DryRun   bool
	Output   string
	NoReport bool
	Mapping  string
}

// LedgerFor opens the ledger for reading where nothing is to be changed.
func LedgerFor(ctx context.Context, env *Env, cfg *config.Config, readOnly bool) (*ledger.Ledger, error) {
	if readOnly {
		return env.ReadLedger(ctx, cfg)
	}
	return env.OpenLedger(ctx, cfg)
}

// ReadPlatformList reads the pages of the platform's list.
func ReadPlatformList(ctx context.Context, env *Env, pages []string, o ReconcileOptions) (*reconcile.List, error) {
	exports := map[string]bool{}
	for _, path := range o.In {
		exports[realPath(path)] = true
	}
	var open []*table.Input
	defer func() {
		for _, in := range open {
			_ = in.Close()
		}
	}()
	var made time.Time
	for _, path := range distinct(env, pages) {
		if exports[realPath(path)] {
			return nil, fault.New(fault.Usage, "同一个文件既作平台的名单，又作导出文件").At(path).Next("名单请用平台页面导出的文件")
		}
		in, err := openTable(ctx, env, path)
		if err != nil {
			return nil, &FileError{Path: path, Err: err}
		}
		open = append(open, in)
		if info, err := os.Stat(path); err == nil && (made.IsZero() || info.ModTime().Before(made)) {
			made = info.ModTime()
		}
	}
	list, err := reconcile.Read(ctx, open)
	if err != nil {
		return nil, err
	}
	list.Made = made
	return list, nil
}

func realPath(path string) string {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	return abs
}

// CompareWithPlatform holds the list against the exports and the ledger.
func CompareWithPlatform(ctx context.Context, env *Env, cfg *config.Config, led *ledger.Ledger, list *reconcile.List, o ReconcileOptions) (*reconcile.Comparison, error) {
	s, err := Begin(env, cfg, false)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	var care [][2]string
	name := entryName(s.Judge.Dicts)
	for _, e := range s.Judge.Dicts.Dict(spec.DictCareType).Entries {
		care = append(care, [2]string{e.Code, e.Name})
	}
	var ours []reconcile.Ours
	var entries []ledger.Entry
	asked := push.NewEntries(led.Digester(), s.Judge.encoder)
	err = people(ctx, s, o.In, o.Mapping, func() spec.Visitor {
		return &reconcile.Collector{Entries: asked, Care: func(code string) string { return name(spec.DictCareType, code) }}
	}, func(v spec.Visitor) {
		o, e := v.(*reconcile.Collector).Taken()
		ours = append(ours, o...)
		entries = append(entries, e...)
	})
	if err != nil {
		return nil, err
	}
	if ours, err = reconcile.Take(ctx, led, ours, entries); err != nil {
		return nil, err
	}
	proof := reconcile.Proof{Care: care, OrgCode: cfg.Institution[spec.OhOrgCode.Key()], OrgName: cfg.Institution[spec.ReportOrgName.Key()]}
	if err := reconcile.Prove(ctx, led, list.Rows, ours, proof); err != nil {
		return nil, err
	}
	c := reconcile.Compare(list.Rows, ours)
	return c, c.LookUp(ctx, led, proof)
}

// MatchJSON is a line of the platform's list and what the ledger says of it.
type MatchJSON struct {
	Kind    reconcile.Kind `json:"kind"`
	Key     string         `json:"key"`
	Row     int            `json:"row"`
	File    string         `json:"file,omitempty"`
	Sheet   string         `json:"sheet,omitempty"`
	Settled string         `json:"settled"`
	Reason  string         `json:"reason"`
}

// NewMatchJSON puts a match into the form of --json.
func NewMatchJSON(c *reconcile.Comparison, m reconcile.Match) MatchJSON {
	out := MatchJSON{Kind: m.Kind, Settled: string(m.Settled), Reason: m.Reason}
	if m.Ours >= 0 {
		out.Key = c.Ours[m.Ours].Key
	}
	if m.Row >= 0 {
		r := &c.Rows[m.Row]
		out.Row = int(r.Line)
		out.File = filepath.Base(r.Sheet.File)
		out.Sheet = r.Sheet.Name
	}
	return out
}

// MatchName is how the screen calls a match.
func MatchName(c *reconcile.Comparison, m reconcile.Match) string {
	if m.Ours >= 0 {
		return c.Ours[m.Ours].Key
	}
	return "第 " + strconv.Itoa(int(c.Rows[m.Row].Line)) + " 行"
}

// ShortList names the first of many.
func ShortList(names []string) string {
	const most = 5
	if len(names) <= most {
		return strings.Join(names, "、")
	}
	return strings.Join(names[:most], "、") + "等"
}
