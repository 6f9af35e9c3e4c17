package p

// Open opens.
func Open(name, mode string) error { return open(name) }

func (s *store) hidden(a, b int) {}
