import os  # noqa
x = 2
