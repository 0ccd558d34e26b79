package ledger

import (
	"archive/zip"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"hbupload/internal/fault"
)

// Manifest describes a backup; it holds no personal data.
type Manifest struct {
	Format  int       `json:"format"`
	Created time.Time `json:"created"`
	Tool    string    `json:"tool"`
	Schema  int       `json:"schema"`
	Records int       `json:"records"`
	LastRun time.Time `json:"last_run"` // start of the latest run; zero when there was none
}

// manifestName is the manifest's name in the zip, beside FileName and KeyName.
const manifestName = "manifest.json"

// Backup writes ledger and key into one zip file (0600), consistent also while a
// push is running, and complete or not there at all.
func (l *Ledger) Backup(ctx context.Context, dst string) (Manifest, error) {
	if !l.read.exists() {
		return Manifest{}, fail(fault.Usage, nil, "还没有台账，无可备份。", "")
	}
	m, err := l.backup(ctx, dst)
	if err != nil && fault.Of(err) == nil && ctx.Err() == nil {
		var pe *fs.PathError
		if errors.As(err, &pe) {
			return m, fail(fault.Config, err, "无法写入备份文件 "+dst+"。", "检查文件夹权限和磁盘空间。")
		}
		return m, storageError("备份", err)
	}
	return m, err
}

func (l *Ledger) backup(ctx context.Context, dst string) (m Manifest, err error) {
	l.sweep(filepath.Dir(dst), backupTemp)
	dir, err := os.MkdirTemp(filepath.Dir(dst), backupTemp) // 0700
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, removeFolder(dir)) }()
	copied := filepath.Join(dir, FileName)
	if err = l.read.export(ctx, copied); err != nil {
		return m, err
	}
	if m, err = inspect(ctx, copied); err != nil {
		return m, err
	}
	m.Format = 1
	m.Created = l.opt.Now().UTC()
	m.Tool = l.opt.ToolVersion
	return m, l.pack(ctx, dir, dst, m)
}

// The folders in which backups are put together and taken apart. A kill leaves
// them behind, with a copy of ledger and key.
const (
	backupTemp  = ".ledger-backup-*"
	restoreTemp = ".ledger-restore-*"
)

// leftAfter is the age from which such a folder counts as abandoned.
const leftAfter = 24 * time.Hour

// sweep removes what killed commands left.
func (l *Ledger) sweep(dir, pattern string) {
	left, _ := filepath.Glob(filepath.Join(dir, pattern))
	for _, path := range left {
		if info, err := os.Lstat(path); err == nil && info.IsDir() && l.opt.Now().Sub(info.ModTime()) > leftAfter {
			_ = removeFolder(path) // the next one tries again
		}
	}
}

// pack zips the copy, the key and the manifest into dst, atomically.
func (l *Ledger) pack(ctx context.Context, dir, dst string, m Manifest) error {
	key, err := readKey(l.opt.keyPath())
	if err != nil {
		return keyFailure(l.opt, err)
	}
	manifest, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	d := l.opt.files()
	temp := filepath.Join(dir, "backup.zip")
	f, err := d.Create(temp)
	if err != nil {
		return err
	}
	zw := zip.NewWriter(f)
	err = errors.Join(
		addBytes(zw, manifestName, manifest),
		addBytes(zw, KeyName, key),
		addFile(ctx, zw, FileName, filepath.Join(dir, FileName)),
		zw.Close())
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := d.Rename(temp, dst); err != nil {
		return err
	}
	return d.SyncDir(filepath.Dir(dst))
}

func addBytes(zw *zip.Writer, name string, data []byte) error {
	w, err := zw.Create(name)
	if err != nil {
		return err
	}
	_, err = w.Write(data)
	return err
}

func addFile(ctx context.Context, zw *zip.Writer, name, path string) error {
	w, err := zw.Create(name)
	if err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	_, err = io.Copy(w, contextReader{ctx, f})
	return errors.Join(err, f.Close())
}

// contextReader stops a copy when its context ends.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (c contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}

// inspect opens a database file that nobody else has open and describes it.
func inspect(ctx context.Context, path string) (Manifest, error) {
	var m Manifest
	db, err := sql.Open("sqlite", dsn(path, "ro", true))
	if err != nil {
		return m, err
	}
	defer func() { _ = db.Close() }()
	if m.Schema, err = schemaVersion(ctx, db); err != nil {
		return m, err
	}
	if m.Schema == 0 {
		return m, nil
	}
	var last sql.NullInt64
	err = db.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM submissions), (SELECT max(started) FROM runs)`).Scan(&m.Records, &last)
	if last.Valid {
		m.LastRun = fromNullMicro(last).UTC()
	}
	return m, err
}
