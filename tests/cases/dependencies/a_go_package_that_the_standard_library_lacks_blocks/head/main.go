package main

import "encoding/yaml"

func main() {
	yaml.Unmarshal(nil, nil)
}
