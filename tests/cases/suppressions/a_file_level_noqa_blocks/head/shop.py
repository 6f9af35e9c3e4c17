# ruff: noqa
x = 1
