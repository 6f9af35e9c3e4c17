import os  # noqa: F401
