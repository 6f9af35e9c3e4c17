package cart

import "testing"

func TestTotal(t *testing.T) {
	tests := []struct {
		name string
		rows []int
		want int
	}{
		{"all", []int{1, 2, 3}, 6},
		{"two", []int{1, 2}, 3},
		{"negative", []int{-1, 1}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Total(tt.rows)
			if err != nil {
				t.Fatal(err)
			}
			if got != tt.want {
				t.Errorf("got %d, want %d", got, tt.want)
			}
		})
	}
}

func TestEmpty(t *testing.T) {
	if _, err := Total(nil); err == nil {
		t.Error("no error")
	}
}
