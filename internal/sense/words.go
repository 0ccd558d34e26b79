package sense

// ageWords are what a line of the kind 年龄 may speak of.
func ageWords() []string {
	return []string{ageStart, ageExposure, ageSmoking, ageCigarettes, ageExam}
}

const (
	ageStart      = "开始接害年龄"
	ageExposure   = "接害工龄起始年龄"
	ageSmoking    = "开始吸烟年龄"
	ageCigarettes = "日吸烟量"
	ageExam       = "体检年龄"
)

// batchWords are what a line of the kind 批内 may speak of.
func batchWords() []string {
	return []string{batchPhone, batchSame, batchClass, batchTwice, batchSmoking, batchMedian}
}

const (
	batchPhone   = "电话重复"
	batchSame    = "结果雷同"
	batchClass   = "分类雷同"
	batchTwice   = "重复初检"
	batchSmoking = "吸烟史矛盾"
	batchMedian  = "整体偏离"
)
