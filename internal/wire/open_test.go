package wire

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"io"
	"strings"
	"testing"

	"hbupload/internal/fault"
	"hbupload/internal/spec"
)

func archive(t *testing.T, entries ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	w.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) { return flate.NewWriter(out, 9) })
	for i := 0; i < len(entries); i += 2 {
		f, err := w.Create(entries[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(entries[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	good := Zip(nil, NewEncoder(Options{}).Encode(nil, bigSample()))
	damaged := bytes.Clone(good)
	damaged[60] ^= 0xff
	for name, c := range map[string]struct {
		data []byte
		says string
	}{
		"empty":           {nil, "不是 data.json"},
		"no JSON":         {[]byte("hello"), "不是 data.json"},
		"a list":          {[]byte("[]"), "不是 data.json"},
		"half":            {[]byte(`{"ohEmployees":{`), "不是合法的 JSON"},
		"two values":      {[]byte(`{} {}`), "不是合法的 JSON"},
		"deep":            {[]byte(strings.Repeat(`{"a":`, 1<<20)), "不是合法的 JSON"},
		"cut zip":         {good[:len(good)-30], "无法读取"},
		"damaged zip":     {damaged, "解压出错"},
		"two entries":     {archive(t, "data.json", "{}", "b", "{}"), "实际有 2 个"},
		"no entry":        {archive(t), "实际有 0 个"},
		"bomb":            {archive(t, "data.json", strings.Repeat(" ", maxJSON+1)), "超过"},
		"huge":            {bytes.Repeat([]byte(" "), 2*maxJSON+1), "超过"},
		"too many leaves": {[]byte(`{"a":[` + strings.Repeat("0,", maxLeaves) + `0]}`), "不是合法的 JSON"},
	} {
		_, err := Open(c.data)
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !fault.Is(err, fault.Input) {
			t.Errorf("%s: kind of %v", name, err)
		}
	}
}

func TestOpenTellsProblems(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		data string
		says string
	}{
		"BOM":          {"\xef\xbb\xbf" + `{"ohEmployees":{"idcard":"x"}}`, "BOM"},
		"duplicate":    {`{"ohEmployees":{"idcard":"x","idcard":"y"}}`, "重复的键：idcard"},
		"unknown":      {`{"ohEmployees":{"idCard":"x"}}`, "规范里没有的键：idCard"},
		"unknown deep": {`{"ohEmployees":{"ohItemClassResult":[{"ohItemResult":[{"itemClassName":"x"}]}]}}`, "没有的键：ohItemClassResult[0].ohItemResult[0].itemClassName"},
		"a number":     {`{"ohEmployees":{"age":25,"propose":null}}`, "值不是字符串：age、propose"},
		"not encoded":  {`{"ohEmployees":{"age":"MjU=","patientName":"55Sy","peDate":"2024-01-02"}}`, "没有按 Base64 编码：peDate"},
		"inner only":   {`{"idcard":"x"}`, "缺少最外层"},
		"charset":      {"{\"ohEmployees\":{\"patientName\":\"\xbc\xd7\"}}", "不是 UTF-8"},
		"wrong name":   {string(archive(t, "dir/data.json", `{"ohEmployees":{"idcard":"x"}}`)), "文件名应为 data.json"},
		"a flat item":  {`{"ohEmployees":{"ohEmpHazard":{"hazardCode":"1"}}}`, "没有的键：ohEmpHazard.hazardCode"},
	} {
		d, err := Open([]byte(c.data))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !strings.Contains(strings.Join(d.Problems, "\n"), c.says) {
			t.Errorf("%s: %v", name, d.Problems)
		}
	}
}

func TestRecordOfHostileDocuments(t *testing.T) {
	t.Parallel()
	d, err := Open([]byte(`{"ohEmployees":{"ohEmpHazard":[{},{"hazardCode":"7"}],"ohItemClassResult":[{"ohItemResult":[{"itemCode":"1"}],"itemClassName":"后写的"}],
		"ohEmpHazard[99999999]":{"hazardCode":"8"},"contactHazardCode":"1081, 2008"}}`))
	if err != nil {
		t.Fatal(err)
	}
	rec := d.Record()
	if len(rec.Hazards) != 2 || rec.Hazards[1].At(spec.HazardCode).Text != "7" {
		t.Errorf("%d hazards", len(rec.Hazards))
	}
	if len(rec.Items) != 1 || rec.Items[0].At(spec.ItemClassName).Text != "后写的" {
		t.Errorf("%d items", len(rec.Items))
	}
	if p := rec.At(spec.ContactHazardCode).Parts; len(p) != 2 || p[1] != "2008" {
		t.Errorf("%q", p)
	}
}
