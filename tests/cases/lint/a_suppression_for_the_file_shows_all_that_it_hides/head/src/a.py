# ruff: noqa: wrong, odd
right = 1
wrong = 2
odd = 3
wrong = 4
odd = 5
