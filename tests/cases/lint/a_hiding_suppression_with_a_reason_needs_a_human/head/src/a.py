right = 1
wrong = 2  # noqa: wrong  # the name is that of the protocol
