package wire

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"hbupload/internal/spec"
)

// The baseline is what one would write first: structs with a leaf type that
// marshals itself as Base64, and archive/zip.

type leaf string

// MarshalJSON writes Base64.
func (l leaf) MarshalJSON() ([]byte, error) {
	return json.Marshal(base64.StdEncoding.EncodeToString([]byte(l)))
}

type naiveItem struct {
	ItemCode         leaf `json:"itemCode"`
	DataVersion      leaf `json:"dataVersion"`
	Result           leaf `json:"result"`
	UpperLimit       leaf `json:"upperLimit"`
	LowerLimit       leaf `json:"lowerLimit"`
	Unit             leaf `json:"unit"`
	ResultFlag       leaf `json:"resultFlag"`
	RadiographResult leaf `json:"radiographResult"`
}

type naiveClass struct {
	ItemClassName leaf        `json:"itemClassName"`
	OhItemResult  []naiveItem `json:"ohItemResult"`
}

type naivePerson struct {
	OhOrgCode         leaf         `json:"ohOrgCode"`
	EmpOrgName        leaf         `json:"empOrgName"`
	EmpOrgBizCode     leaf         `json:"empOrgBizCode"`
	PeFlag            leaf         `json:"peFlag"`
	PeDate            leaf         `json:"peDate"`
	PatientName       leaf         `json:"patientName"`
	IDType            leaf         `json:"idType"`
	IDCard            leaf         `json:"idcard"`
	SexCode           leaf         `json:"sexCode"`
	Birthday          leaf         `json:"birthday"`
	OhItemClassResult []naiveClass `json:"ohItemClassResult"`
}

func naive(rec *spec.Record) any {
	at := func(f spec.FieldID) leaf { return leaf(rec.At(f).Text) }
	p := naivePerson{
		OhOrgCode: at(spec.OhOrgCode), EmpOrgName: at(spec.EmpOrgName), EmpOrgBizCode: at(spec.EmpOrgBizCode), PeFlag: at(spec.PeFlag),
		PeDate: at(spec.PeDate), PatientName: at(spec.PatientName), IDType: at(spec.IDType), IDCard: at(spec.IDCard),
		SexCode: at(spec.SexCode), Birthday: at(spec.Birthday),
	}
	p.OhItemClassResult = make([]naiveClass, rec.Group())
	for i := range rec.Items {
		it := &rec.Items[i]
		at := func(f spec.FieldID) leaf { return leaf(it.At(f).Text) }
		c := &p.OhItemClassResult[it.Class]
		c.ItemClassName = at(spec.ItemClassName)
		c.OhItemResult = append(c.OhItemResult, naiveItem{
			at(spec.ItemCode), at(spec.DataVersion), at(spec.Result), at(spec.UpperLimit),
			at(spec.LowerLimit), at(spec.Unit), at(spec.ResultFlag), at(spec.RadiographResult),
		})
	}
	return struct {
		OhEmployees naivePerson `json:"ohEmployees"`
	}{p}
}

func naiveZip(b *testing.B, text []byte) []byte {
	b.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	f, err := w.Create(EntryName)
	if err == nil {
		_, err = f.Write(text)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		b.Fatal(err)
	}
	return out.Bytes()
}

// BenchmarkEncodeZip runs baseline and product in turns and reports the ratio
// (issue 9: at least 4).
func BenchmarkEncodeZip(b *testing.B) {
	rec, e, z := bigSample(), NewEncoder(Options{Suspected: suspectedIs5}), NewZipper(0)
	var text, data []byte
	var own, base time.Duration
	const block = 50 // long enough that one's garbage is not the other's time
	n := 0
	for b.Loop() {
		start := time.Now()
		for range block {
			text = e.Encode(text[:0], rec)
			data = z.Zip(data[:0], text)
		}
		between := time.Now()
		for range block {
			plain, err := json.Marshal(naive(rec))
			if err != nil {
				b.Fatal(err)
			}
			naiveZip(b, plain)
		}
		own, base = own+between.Sub(start), base+time.Since(between)
		n += block
	}
	b.ReportMetric(float64(base)/float64(own), "x-naive")
	b.ReportMetric(float64(n)/own.Seconds(), "records/s/core")
}

func BenchmarkEncode(b *testing.B) {
	rec, e := bigSample(), NewEncoder(Options{Suspected: suspectedIs5})
	var text []byte
	b.ReportAllocs()
	for b.Loop() {
		text = e.Encode(text[:0], rec)
	}
	b.ReportMetric(float64(len(text)), "bytes")
}

func BenchmarkZipLevels(b *testing.B) {
	text := NewEncoder(Options{}).Encode(nil, bigSample())
	for _, level := range []int{1, 2, 3, 4, 5, 6, 9} {
		b.Run(fmt.Sprint(level), func(b *testing.B) {
			z := NewZipper(level)
			var data []byte
			for b.Loop() {
				data = z.Zip(data[:0], text)
			}
			b.ReportMetric(float64(len(data)), "bytes")
		})
	}
}

func BenchmarkReply(b *testing.B) {
	e := NewEncoder(Options{})
	sent := e.Leaves(nil, bigSample())
	body := append([]byte(`{"success":true,"data":`), e.Encode(nil, bigSample())...)
	body = append(body, '}')
	b.Run("classify", func(b *testing.B) {
		for b.Loop() {
			Classify(Attempt{Written: true, Status: 200, Body: body}, Policy{})
		}
	})
	o := Classify(Attempt{Written: true, Status: 200, Body: body}, Policy{})
	b.Run("compare", func(b *testing.B) {
		for b.Loop() {
			CompareEcho(sent, o.Echo)
		}
	})
	b.Run("leaves", func(b *testing.B) {
		rec := bigSample()
		for b.Loop() {
			sent = e.Leaves(sent[:0], rec)
		}
	})
}
