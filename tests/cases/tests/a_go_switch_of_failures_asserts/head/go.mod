module example.com/cart

go 1.22

require (
	github.com/google/go-cmp v0.6.0
	github.com/stretchr/testify v1.9.0
)
