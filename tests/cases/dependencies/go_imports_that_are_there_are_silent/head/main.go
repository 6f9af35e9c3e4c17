package main

import (
	"fmt"
	mrand "math/rand/v2"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"example.com/shop/internal/price"
)

func main() {
	cmd := &cobra.Command{}
	_ = doc.GenMan(cmd, nil, "")
	fmt.Fprintln(os.Stdout, price.Total(nil), mrand.IntN(3))
}

func other(price map[string]int) int {
	return price.Wrong
}
