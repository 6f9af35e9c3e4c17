package cart

import "errors"

var ErrEmpty = errors.New("empty")

func Total(rows []int) (int, error) {
	if len(rows) == 0 {
		return 0, ErrEmpty
	}
	sum := 0
	for _, row := range rows {
		sum += row
	}
	return sum, nil
}
