package cart

import "testing"

func TestTotal(t *testing.T) {
	tests := []struct {
		name string
		rows []int
		want int
	}{
		{"one", []int{1}, 1},
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
