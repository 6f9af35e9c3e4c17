package main

import (
	"fmt"
	"strings"

	"example.com/shop/internal/price"
)

func main() {
	fmt.Println(strings.Reverse("a"), price.Totals(nil), price.Total(nil))
}
