import os  # noqa
