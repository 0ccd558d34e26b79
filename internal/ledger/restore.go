package ledger

import (
	"archive/zip"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"hbupload/internal/fault"
)

// restoreMax bounds the database inside a backup (a zip may lie about its size).
const restoreMax = 64 << 30

// Restored says what a restore did.
type Restored struct {
	Manifest Manifest
	KeptOld  string // folder (of a shared ledger: schema) with what was replaced; "" when there was none
	KeptKey  string // where a shared ledger's key file that did not fit is now
}

// Restore puts a backup in the place of the ledger of opt. Nobody may have the
// ledger open for pushing. A ledger that holds records is replaced only with
// force, and then kept beside. The backup is verified first: whole, not newer than
// this program, and its key fits.
func Restore(ctx context.Context, opt Options, src string, force bool) (out Restored, err error) {
	dir := filepath.Dir(opt.Path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return out, restoreFailure(opt, err)
	}
	l := &Ledger{opt: opt, read: newSQLite(opt.Path), machines: alone{}}
	lock, err := l.Lock(ctx, Holder{Host: opt.Host, User: opt.User, Command: "ledger restore"})
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, lock.Unlock()) }()
	if !opt.shared() {
		err = replaceable(ctx, l, force)
	}
	if err != nil {
		return out, err
	}
	l.sweep(dir, restoreTemp)
	temp, err := os.MkdirTemp(dir, restoreTemp)
	if err != nil {
		return out, restoreFailure(opt, err)
	}
	defer func() { err = errors.Join(err, removeFolder(temp)) }()
	if err := unzip(ctx, src, temp); err != nil {
		return out, err
	}
	if out.Manifest, err = verifyBackup(ctx, src, temp, opt); err != nil {
		return out, err
	}
	from := opt
	from.URL = ""
	from.Path = filepath.Join(temp, FileName)
	from.KeyPath = filepath.Join(temp, KeyName)
	gap := Gap{Restored: opt.Now().UTC(), Backup: out.Manifest.Created, LastRun: out.Manifest.LastRun}
	if err := noteRestored(ctx, from, gap); err != nil {
		return out, err
	}
	if opt.shared() {
		moved, err := fillShared(ctx, opt, from, force)
		out.KeptOld = moved.KeptOld
		out.KeptKey = moved.KeptKey
		return out, err
	}
	out.KeptOld, err = swap(opt, temp)
	return out, restoreFailure(opt, err)
}

// move is a rename that can be taken back.
type move struct{ from, to string }

// swap moves the present ledger and key into a folder beside them and the new
// ones into their place. When a step fails, those before are taken back: an empty
// place would look like a ledger that never sent anything.
func swap(opt Options, fresh string) (kept string, err error) {
	d := opt.files()
	aside := filepath.Join(filepath.Dir(opt.Path), "ledger-before-restore-"+opt.Now().Format("20060102-150405"))
	var moves []move
	for _, path := range []string{opt.Path, opt.Path + "-wal", opt.Path + "-shm", opt.keyPath()} {
		if _, err := os.Lstat(path); err == nil {
			kept = aside
			moves = append(moves, move{path, filepath.Join(aside, filepath.Base(path))})
		}
	}
	// The key before the database: a database without its key is refused, a key
	// without a database is merely used.
	moves = append(moves, move{filepath.Join(fresh, KeyName), opt.keyPath()}, move{filepath.Join(fresh, FileName), opt.Path})
	if kept != "" {
		if err := os.Mkdir(aside, 0o700); err != nil {
			return "", err
		}
	}
	for i, m := range moves {
		if err := d.Rename(m.from, m.to); err != nil {
			for ; i > 0; i-- {
				err = errors.Join(err, d.Rename(moves[i-1].to, moves[i-1].from))
			}
			if kept != "" {
				err = errors.Join(err, os.Remove(aside))
			}
			return "", err
		}
	}
	return kept, d.SyncDir(filepath.Dir(opt.Path))
}

func restoreFailure(opt Options, err error) error {
	if err == nil {
		return nil
	}
	return fail(fault.Config, err, "无法写入数据文件夹 "+filepath.Dir(opt.Path)+"，台账未恢复。", "检查文件夹权限和磁盘空间。")
}

// replaceable refuses to bury records, unless forced. A ledger too damaged to be
// counted counts as one with records.
func replaceable(ctx context.Context, l *Ledger, force bool) error {
	if force || !l.read.exists() {
		return nil
	}
	defer func() { _ = l.read.close() }()
	var m Manifest
	err := l.read.query(ctx, func(q queryer) error {
		version, err := schemaVersion(ctx, q)
		if err != nil || version == 0 {
			return err
		}
		return q.QueryRowContext(ctx, `SELECT count(*) FROM submissions`).Scan(&m.Records)
	})
	switch {
	case err != nil:
		return fail(fault.Config, err, "现有台账无法读取，未恢复。", "确认要替换它时加 --force；旧台账会保留在旁边。")
	case m.Records > 0:
		return fail(fault.Usage, nil, fmt.Sprintf("现有台账里已有 %d 条记录，未恢复。", m.Records),
			"备份之后上传过的记录会被忘记，可能重复上报；确认要替换时加 --force，旧台账会保留在旁边。")
	}
	return nil
}

// unzip takes the two files out of a backup.
func unzip(ctx context.Context, src, dir string) error {
	if info, err := os.Stat(src); err == nil && !info.Mode().IsRegular() { // a pipe would never open
		return fail(fault.Input, nil, "备份文件 "+src+" 不是普通文件。", "请指定 ledger backup 生成的文件。")
	}
	zr, err := zip.OpenReader(src)
	if err != nil {
		return fail(fault.Input, err, "备份文件 "+src+" 无法读取或不完整。", "检查路径，或换一个备份文件。")
	}
	defer func() { _ = zr.Close() }()
	// Only for when the backup was made; one put together by hand has none.
	_ = extract(ctx, &zr.Reader, manifestName, filepath.Join(dir, manifestName))
	for _, name := range []string{KeyName, FileName} {
		if err := extract(ctx, &zr.Reader, name, filepath.Join(dir, name)); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return fail(fault.Input, err, "备份文件 "+src+" 缺少 "+name+" 或已损坏。", "换一个备份文件。")
		}
	}
	return nil
}

func extract(ctx context.Context, zr *zip.Reader, name, dst string) error {
	in, err := zr.Open(name)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	out, err := os.OpenFile(dst, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	n, err := io.Copy(out, io.LimitReader(contextReader{ctx, in}, restoreMax+1))
	if err == nil && n > restoreMax {
		err = fs.ErrInvalid
	}
	return errors.Join(err, out.Sync(), out.Close())
}

// verifyBackup checks what was unpacked before anything is replaced.
func verifyBackup(ctx context.Context, src, dir string, opt Options) (Manifest, error) {
	unpacked := opt
	unpacked.Path = filepath.Join(dir, FileName)
	unpacked.KeyPath = filepath.Join(dir, KeyName)
	m, err := inspect(ctx, unpacked.Path)
	m.Created, m.Tool = written(dir)
	switch {
	case ctx.Err() != nil:
		return m, ctx.Err()
	case err != nil, m.Schema == 0:
		return m, fail(fault.Input, err, "备份文件 "+src+" 里的台账已损坏。", "换一个备份文件。")
	case m.Schema > newestSchema("sqlite"):
		return m, tooNew(m.Schema)
	}
	db, err := sql.Open("sqlite", dsn(unpacked.Path, "ro", true))
	if err != nil {
		return m, storageError("检查备份", err)
	}
	defer func() { _ = db.Close() }()
	problems, err := integrityCheck(ctx, db)
	if err == nil && len(problems) == 0 {
		problems, err = consistency(ctx, db)
	}
	if err != nil || len(problems) > 0 {
		return m, fail(fault.Input, err, "备份文件 "+src+" 里的台账已损坏。", "换一个备份文件。")
	}
	if _, err := checkedKey(ctx, db, unpacked); err != nil {
		return m, fail(fault.Input, err, "备份文件 "+src+" 里的密钥与台账不匹配。", "换一个备份文件。")
	}
	return m, nil
}

// written reads from an unpacked backup's manifest when and by what it was made;
// zero where that is not known.
func written(dir string) (at time.Time, tool string) {
	var m Manifest
	data, err := os.ReadFile(filepath.Join(dir, manifestName))
	if err != nil || json.Unmarshal(data, &m) != nil {
		return time.Time{}, ""
	}
	return m.Created, m.Tool
}
