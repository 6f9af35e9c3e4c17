right = 1
wrong = 2  # noqa: wrong
