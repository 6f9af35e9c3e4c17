right = 1
# The name is that of the protocol.
wrong = 2  # noqa: wrong
