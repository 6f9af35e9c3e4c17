import os  # noqa: E402
