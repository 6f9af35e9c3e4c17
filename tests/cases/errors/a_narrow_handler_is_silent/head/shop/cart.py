import contextlib


def load(path):
    try:
        return read(path)
    except (FileNotFoundError, PermissionError):
        pass
    with contextlib.suppress(KeyError):
        del cache[path]
