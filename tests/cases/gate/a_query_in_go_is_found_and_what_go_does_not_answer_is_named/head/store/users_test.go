package store

import "testing"

func TestFind(t *testing.T) {
	t.Skip("later")
	if got := lookup("ada"); got != 1 {
		t.Errorf("got %d", got)
	}
}
