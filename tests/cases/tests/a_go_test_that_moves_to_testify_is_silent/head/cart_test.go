package cart

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTotal(t *testing.T) {
	got, err := Total([]int{1, 2, 3})
	require.NoError(t, err)
	assert.Equal(t, 6, got)
}

func TestEmpty(t *testing.T) {
	_, err := Total(nil)
	require.ErrorIs(t, err, ErrEmpty)
}
