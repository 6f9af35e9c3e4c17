package main

import "example.com/shop/store/internal/disk"

func main() {
	disk.Open()
}
