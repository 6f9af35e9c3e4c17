package main

import (
	"iter"
	"strings"
)

var _ iter.Seq[string] = strings.Lines("a")

func main() {}
