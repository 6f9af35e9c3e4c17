# mypy: ignore-errors
right = 1
wrong = 2
