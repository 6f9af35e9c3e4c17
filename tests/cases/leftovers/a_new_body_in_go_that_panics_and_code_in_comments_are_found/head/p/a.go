package p

// Total sums. It is exported for the reports.
func Total(items []int) int {
	panic("TODO: not implemented")
}

func other() int {
	// x := load()
	// if x == nil {
	// 	return 1
	// }
	// y := parse(x)
	// return y.count()
	return 2
}
