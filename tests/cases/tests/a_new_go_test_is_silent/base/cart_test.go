package cart

import "testing"

func TestTotal(t *testing.T) {
	got, err := Total([]int{1, 2, 3})
	if err != nil {
		t.Fatalf("Total: %v", err)
	}
	if got != 6 {
		t.Errorf("got %d, want 6", got)
	}
}

func TestEmpty(t *testing.T) {
	if _, err := Total(nil); err == nil {
		t.Error("no error")
	}
}
