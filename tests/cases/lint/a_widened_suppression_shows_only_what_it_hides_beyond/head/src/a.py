right = 1
odd = wrong = 2  # noqa: wrong, odd
