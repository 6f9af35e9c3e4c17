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

func check(t *testing.T, got, want int) {
	t.Helper()
	if got != want {
		t.Errorf("got %d, want %d", got, want)
	}
}

func TestMore(t *testing.T) {
	got, _ := Total([]int{4})
	check(t, got, 4)
}
