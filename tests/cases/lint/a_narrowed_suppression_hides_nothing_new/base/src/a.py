# ruff: noqa
right = 1
wrong = 2
