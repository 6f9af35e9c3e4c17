right = 1
wrong = call(2)  # noqa: wrong
