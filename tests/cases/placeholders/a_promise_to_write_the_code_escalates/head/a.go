package a

func F() {
	// Your code goes here
}
