other = 0
right = 1
wrong = call(2, 3)  # noqa: wrong
