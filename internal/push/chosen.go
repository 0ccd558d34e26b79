package push

import (
	"cmp"
	"fmt"
	"slices"

	"hbupload/internal/fault"
	"hbupload/internal/spec"
)

// selected keeps the records that --only and --limit ask for, with their
// findings. Findings of the input as a whole always stay.
func (f *firstPass) selected() (*Batch, error) {
	b := &Batch{verified: f.verified, Orphans: f.orphans, spool: f.Spool, words: f.words, telling: f.telling, tokenWords: f.TokenWords}
	if len(f.Only) == 0 && f.Limit == 0 {
		b.Records = f.records
		b.jobs = f.jobs
		b.Findings = f.findings
		return b.tidy(), nil
	}
	at, err := f.choose(b)
	if err != nil {
		return nil, err
	}
	for _, x := range f.findings {
		if x.Record >= 0 {
			x.Record = at[x.Record]
			if x.Record < 0 {
				continue
			}
		}
		b.Findings = append(b.Findings, x)
	}
	return b.tidy(), nil
}

// choose gives a batch the records that --only and --limit leave, and returns the
// place of each record in it, -1 for those left out.
func (f *firstPass) choose(b *Batch) ([]int, error) {
	f.Only = f.known(f.Only)
	found := map[string]bool{}
	for _, key := range f.Only {
		found[key] = false
	}
	at := make([]int, len(f.records))
	for i := range f.records {
		at[i] = -1
		key := f.records[i].Key
		_, asked := found[key]
		if len(f.Only) > 0 && !asked {
			continue
		}
		if asked {
			found[key] = true
		}
		if f.Limit > 0 && len(b.Records) == f.Limit {
			continue
		}
		at[i] = len(b.Records)
		b.Records = append(b.Records, f.records[i])
		if f.jobs != nil {
			b.jobs = append(b.jobs, f.jobs[i])
		}
	}
	for _, key := range f.Only {
		if !found[key] {
			return nil, fault.New(fault.Usage, fmt.Sprintf("没有体检编号为 %s 的记录", key)).Next("请核对 --only 后的编号（表中没有编号时为“表名!行号”）")
		}
	}
	return at, nil
}

// tidy puts the findings in the order of the records, those that concern none
// last, and gives withheld records a word.
func (b *Batch) tidy() *Batch {
	slices.SortStableFunc(b.Findings, func(x, y spec.Finding) int { return cmp.Compare(uint(x.Record), uint(y.Record)) })
	for i := range b.Records {
		if r := &b.Records[i]; r.State == Invalid && r.Message == "" {
			r.Message = "有错误，没有上传"
		}
	}
	return b
}
