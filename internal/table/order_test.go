package table

import (
	"slices"
	"testing"
)

func TestFilesInOrder(t *testing.T) {
	t.Parallel()
	want := []string{"1月/体检信息.csv", "2月/体检信息.csv", "10月/体检信息.csv", "体检项目.csv", "体检项目(2).csv", "体检项目(10).csv", "体检项目02.xlsx", "体检项目2.csv"}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, inOrder)
	if !slices.Equal(got, want) {
		t.Error(got)
	}
}
