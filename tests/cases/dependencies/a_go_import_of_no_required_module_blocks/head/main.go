package main

import "github.com/acmeio/retrykit"

func main() {
	retrykit.Do()
}
