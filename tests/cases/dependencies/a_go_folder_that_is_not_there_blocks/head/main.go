package main

import "example.com/shop/internal/prices"

func main() {
	prices.Total(nil)
}
