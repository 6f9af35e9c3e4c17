import os  # noqa: F401
y = 1
