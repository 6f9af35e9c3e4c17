import sys


def has_slots():
    return sys.version_info >= (3, 10)
