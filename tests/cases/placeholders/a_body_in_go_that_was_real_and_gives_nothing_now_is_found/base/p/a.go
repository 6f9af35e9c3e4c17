package p

func total(items []int) (int, error) {
	sum := 0
	for _, item := range items {
		sum += item
	}
	return sum, nil
}

func first(items []string) (*string, error) {
	for _, item := range items {
		return &item, nil
	}
	return nil, errEmpty
}
