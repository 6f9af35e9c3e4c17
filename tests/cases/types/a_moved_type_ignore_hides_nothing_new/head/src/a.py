right = 1
right = 1
if right:
    wrong = 2  # type: ignore[wrong]
