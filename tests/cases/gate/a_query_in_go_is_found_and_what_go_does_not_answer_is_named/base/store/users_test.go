package store

import "testing"

func TestFind(t *testing.T) {
	if got := lookup("ada"); got != 1 {
		t.Errorf("got %d", got)
	}
}
