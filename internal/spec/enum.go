package spec

import "strings"

// EnumID names one of the tables the document itself defines.
type EnumID uint8

// The document's own tables.
const (
	EnumNone       EnumID = iota
	EnumPeFlag            // 3.1 peFlag
	EnumSex               // 3.1 sexCode
	EnumIDType            // 4.2
	EnumSmoking           // 4.3
	EnumProtective        // 4.4
	EnumRadiograph        // 4.1
	EnumIsMain            // 3.1 isMain
	EnumSymbol            // 3.1 dataVersion
	EnumResultFlag        // 3.1 resultFlag
)

// EnumEntry is a value the document allows, its meaning, and other ways in
// which exports write it.
type EnumEntry struct {
	Code  string
	Name  string
	Alias []string
}

// Entries lists the legal values of the table in the document's order.
func (e EnumID) Entries() []EnumEntry {
	switch e {
	case EnumPeFlag:
		return []EnumEntry{{"0", "初检", []string{"初查"}}, {"1", "复查", []string{"复检"}}}
	case EnumSex:
		return []EnumEntry{{"1", "男", []string{"男性"}}, {"2", "女", []string{"女性"}}}
	case EnumIDType:
		return idTypes()
	case EnumSmoking:
		return []EnumEntry{{"1", "现在每天吸", nil}, {"2", "现在吸，但不是每天吸", nil}, {"3", "过去吸，现在不吸", nil}, {"4", "从不吸", []string{"从不吸烟"}}}
	case EnumProtective:
		return []EnumEntry{{"1", "无佩戴", nil}, {"2", "偶尔佩戴", nil}, {"3", "基本佩戴", nil}, {"4", "经常佩戴", nil}}
	case EnumRadiograph:
		return []EnumEntry{{"0", "未见异常", nil}, {"1", "尘肺样改变", nil}, {"2", "其他异常", []string{"其它异常"}}, {"3", "未检查", nil}}
	case EnumIsMain:
		return []EnumEntry{{"1", "主要", []string{"是"}}, {"0", "次要", []string{"否"}}}
	case EnumSymbol:
		return []EnumEntry{{"0", "=", nil}, {"1", "<", []string{"﹤"}}}
	case EnumResultFlag:
		return []EnumEntry{{"0", "正常", nil}, {"1", "异常", nil}, {"3", "未检查", nil}}
	}
	return nil
}

func idTypes() []EnumEntry {
	return []EnumEntry{
		{IDTypeResident, "居民身份证", []string{"身份证", "公民身份证", "二代身份证", "二代证", "第二代身份证", "第二代居民身份证", "二代居民身份证", "中国居民身份证",
			"临时身份证", "临时居民身份证", "大陆居民身份证", "内地居民身份证", "居民身份证号", "身份证号"}},
		{IDTypeHousehold, "居民户口簿", []string{"户口簿", "户口本", "居民户口本"}},
		{"03", "护照", []string{"普通护照", "中国护照", "外国护照", "公民护照", "因私护照", "因公护照"}},
		{"04", "军官证", []string{"中国人民解放军军官证", "解放军军官证"}},
		{"05", "驾驶证", []string{"机动车驾驶证", "驾照", "机动车驾照"}},
		{"06", "港澳通行证", []string{"港澳居民来往内地通行证", "港澳居民往来内地通行证", "港澳居民通行证", "回乡证", "港澳同胞回乡证", "往来港澳通行证", "港澳来往内地通行证"}},
		{"07", "台湾通行证", []string{"台湾居民来往大陆通行证", "台湾居民往来大陆通行证", "台湾居民通行证", "台胞证", "往来台湾通行证", "大陆居民往来台湾通行证", "台湾来往大陆通行证"}},
		{IDTypeOther, "其他法定有效证件", []string{"其它法定有效证件", "其他", "其他证件", "外国人永久居留身份证", "外国人永久居留证", "外国人居留证", "外国人居留许可",
			"港澳台居民居住证", "港澳居民居住证", "台湾居民居住证"}},
	}
}

// LegalTexts lists entries for a message. Names hold commas, so each stands in quotes.
func LegalTexts(entries []EnumEntry) string {
	legal := make([]string, len(entries))
	for i, e := range entries {
		legal[i] = "“" + e.Code + " " + e.Name + "”"
	}
	return strings.Join(legal, "、")
}

// Name is the meaning of code in the table, or "".
func (e EnumID) Name(code string) string {
	for _, x := range e.Entries() {
		if x.Code == code {
			return x.Name
		}
	}
	return ""
}

// Codes of the document's own tables that the checks speak of.
const (
	IDTypeResident  = "01" // 居民身份证 (4.2)
	IDTypeHousehold = "02" // 居民户口簿, which carries the same number
	IDTypeOther     = "99" // 其他法定有效证件
	PeFlagFirst     = "0"
	PeFlagRecheck   = "1"
	SexMale         = "1"
	SexFemale       = "2"
	SmokingNever    = "4" // 从不吸 (4.3)
	SymbolEqual     = "0"
	SymbolLess      = "1"
	FlagNormal      = "0"
	FlagAbnormal    = "1"
	FlagNotExamined = "3"
	IsMainYes       = "1"
	IsMainNo        = "0"
)

// The eight dictionaries of the document's 2.3, by download code.
const (
	DictPeType       = "peType"
	DictCareType     = "careType"
	DictHazard       = "hazard"
	DictResultOption = "resultOption"
	DictOccuDisease  = "occuDisease"
	DictMonitorType  = "hazardMonitorType"
	DictTypeOfWork   = "typeOfWork"
	DictItem         = "item"
)

// Dictionary is one entry of the document's list of download codes.
type Dictionary struct{ Code, Name string }

// Dictionaries lists the download codes in the document's order.
func Dictionaries() []Dictionary {
	return []Dictionary{
		{DictPeType, "体检类别"},
		{DictCareType, "监护种类"},
		{DictHazard, "危害因素"},
		{DictResultOption, "体检结论"},
		{DictOccuDisease, "疑似职业病"},
		{DictMonitorType, "职业危害监测类型"},
		{DictTypeOfWork, "工种"},
		{DictItem, "体检项目"},
	}
}

// SymbolCodes lists the items that must carry dataVersion, as help: 接口读法 4.4
// settles the damaged list of the page. The two doubtful ones, whose digits
// the page lost, are told apart because their rules only warn until pinned.
func SymbolCodes() (sure, doubtful []string) {
	return []string{
			"4070100", "4070200", "4073500", "4073700", "4073800", "4080100", "4080200", "4080300",
			"4080400", "4080500", "4080600", "4080700", "4080800", "4081200", "4081300", "4081500",
			"4081600", "4083100", "4083200", "4083300", "4131800", "4132300", "4132700", "4133000",
			"4420200", "4420300", "4996000",
		},
		[]string{"4080900", "4081100"}
}

// OtherWorkTypes lists the work types whose own name must be spelled out in
// typeOfWorkOther.
func OtherWorkTypes() []string { return []string{"00-14", "00-33", "99-990", "99-9999"} }
