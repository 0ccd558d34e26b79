package ledger

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"hbupload/internal/fault"
)

// checkName is the row of meta that holds the key's check value.
const checkName = "key_check"

// checkValue proves a key without revealing it.
func checkValue(key []byte) string {
	h := hmac.New(sha256.New, key)
	h.Write([]byte("hbupload ledger key check v1"))
	return hex.EncodeToString(h.Sum(nil))
}

// readKey reads the key file; a file of another length is damaged.
func readKey(path string) ([]byte, error) {
	if info, err := os.Stat(path); err == nil && info.Size() != KeySize { // a device has no size
		return nil, damagedKey(path)
	}
	key, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if len(key) != KeySize {
		return nil, damagedKey(path)
	}
	return key, nil
}

func damagedKey(path string) error {
	return fail(fault.Config, nil, "台账密钥文件 "+path+" 已损坏。", "从备份恢复该文件（hbupload ledger restore）。")
}

// createKey writes a new key atomically. When another process was faster, its
// key is the one.
func createKey(d disk, path string) ([]byte, error) {
	key := make([]byte, KeySize)
	if _, err := rand.Read(key); err != nil {
		return nil, err
	}
	if err := createOnce(d, path, key); err != nil {
		return nil, err
	}
	return readKey(path)
}

// createOnce writes a new 0600 file that is whole or not there; one that is there
// already stays.
func createOnce(d disk, path string, data []byte) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	temp, err := writeTemp(d, dir, "."+filepath.Base(path)+"-*", data)
	if err != nil {
		return err
	}
	defer func() { _ = d.Remove(temp) }()
	if err := publish(d, temp, path); err != nil {
		return err
	}
	return d.SyncDir(dir)
}

// publish gives a finished file its name, unless that is taken: then the file
// that is there stays.
func publish(d disk, temp, path string) error {
	err := d.Link(temp, path)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return nil
	}
	// No hard links here (FAT): a rename is atomic too.
	if _, serr := os.Lstat(path); serr == nil {
		return nil
	}
	return d.Rename(temp, path)
}

// metaValue returns a value of meta, "" when there is none.
func metaValue(ctx context.Context, q queryer, name string) (string, error) {
	var value string
	err := q.QueryRowContext(ctx, `SELECT value FROM meta WHERE name = ?`, name).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return value, err
}

// checkedKey reads the key and compares it with the database's check value.
func checkedKey(ctx context.Context, q queryer, opt Options) ([]byte, error) {
	check, err := metaValue(ctx, q, checkName)
	if err != nil {
		return nil, err
	}
	key, err := readKey(opt.keyPath())
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fail(fault.Config, err, "台账密钥文件 "+opt.keyPath()+" 不见了，无法核对台账里的记录。",
			"找回该文件，或用 hbupload ledger restore 从备份恢复。")
	case err != nil:
		return nil, keyFailure(opt, err)
	case check != "" && check != checkValue(key):
		return nil, fail(fault.Config, nil, "台账密钥文件 "+opt.keyPath()+" 与台账不匹配，无法核对台账里的记录。",
			"把台账和密钥成对放回，或用 hbupload ledger restore 从备份恢复。")
	}
	return key, nil
}

func keyFailure(opt Options, err error) error {
	if fault.Of(err) != nil {
		return err
	}
	return fail(fault.Config, err, "无法读写台账密钥文件 "+opt.keyPath()+"。", "检查数据文件夹的权限和磁盘空间。")
}

// settleKey returns the installation's key. It is made once; a ledger that holds
// records never gets another one.
func settleKey(ctx context.Context, db *sql.DB, opt Options) ([]byte, error) {
	key, err := checkedKey(ctx, db, opt)
	if err != nil {
		empty, eerr := isEmpty(ctx, db)
		if eerr != nil {
			return nil, storageError("读取", eerr)
		}
		if !empty || !errors.Is(err, fs.ErrNotExist) {
			return nil, storageError("读取", err)
		}
		if key, err = createKey(opt.files(), opt.keyPath()); err != nil {
			return nil, keyFailure(opt, err)
		}
		if err := storeCheck(ctx, db, key, true); err != nil {
			return nil, storageError("保存密钥校验值", err)
		}
		return checkedKey(ctx, db, opt)
	}
	if err := storeCheck(ctx, db, key, false); err != nil {
		return nil, storageError("保存密钥校验值", err)
	}
	return key, nil
}

// storeCheck writes the check value: always for a new key of an empty ledger,
// else only where none is yet.
func storeCheck(ctx context.Context, db *sql.DB, key []byte, fresh bool) error {
	check, err := metaValue(ctx, db, checkName)
	if err != nil || (check != "" && !fresh) {
		return err
	}
	_, err = db.ExecContext(ctx, `INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
		checkName, checkValue(key))
	return err
}

func isEmpty(ctx context.Context, q queryer) (bool, error) {
	var n int
	err := q.QueryRowContext(ctx, `SELECT count(*) FROM (SELECT 1 FROM submissions LIMIT 1) AS one`).Scan(&n)
	return n == 0, err
}
