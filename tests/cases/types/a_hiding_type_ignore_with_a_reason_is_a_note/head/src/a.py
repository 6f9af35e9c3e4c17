right = 1
wrong = 2  # type: ignore[wrong]  # the stub lacks it
