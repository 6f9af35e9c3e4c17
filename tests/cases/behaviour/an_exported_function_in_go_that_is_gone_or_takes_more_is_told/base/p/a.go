package p

// Open opens.
func Open(name string) error { return open(name) }

// Close closes.
func (s *Store) Close() error { return s.f.Close() }

func (s *store) hidden(a int) {}
