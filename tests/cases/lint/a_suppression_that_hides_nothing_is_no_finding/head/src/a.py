right = 2  # noqa: wrong
