import os

QUIET = (OSError, Exception)


def remove(path):
    try:
        os.remove(path)
    except QUIET:
        pass
