import contextlib


def load(path):
    with contextlib.suppress(Exception):
        return read(path)
