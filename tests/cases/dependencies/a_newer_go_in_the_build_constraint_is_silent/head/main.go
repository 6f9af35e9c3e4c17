//go:build go1.24

package main

import (
	"iter"
	"strings"
)

var _ iter.Seq[string] = strings.Lines("a")
