package sample

// Firm is an invented employer.
type Firm struct{ Name, Code, Industry string }

// The invented firms, by what they are there for.

func mine() Firm {
	return Firm{"测试矿业有限公司", USCC("130200", "MA0AAAA1"), "B0610"}
}
func cement() Firm {
	return Firm{"测试水泥有限公司", USCC("130300", "MA0AAAA2"), "C3011"}
}
func machines() Firm {
	return Firm{"测试机械制造有限公司", USCC("130100", "MA0AAAA3"), "C3311"}
}
func fuel() Firm {
	return Firm{"测试加油站有限公司", USCC("130400", "MA0AAAA4"), "F5265"}
}
func chemicals() Firm {
	return Firm{"测试化工有限公司", USCC("130600", "MA0AAAA5"), "C2669"}
}

// Agency is the labour agency: its people work for another firm.
func Agency() Firm {
	return Firm{"测试人力资源服务有限公司", USCC("130100", "MA0AAAA9"), "L7263"}
}

// The institution, whose constants stand in columns so that the workbook needs
// no configuration.
const (
	orgCode       = "130000001"
	reportOrg     = "测试职业健康检查中心"
	preparer      = "填表人甲"
	preparerPhone = "13900000000"
)

// Firms is all of them.
func Firms() []Firm {
	return []Firm{mine(), cement(), machines(), fuel(), chemicals(), Agency()}
}
