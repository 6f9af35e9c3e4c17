wrong = 2  # noqa: wrong
