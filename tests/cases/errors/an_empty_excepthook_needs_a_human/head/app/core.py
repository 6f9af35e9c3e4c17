import sys

sys.excepthook = lambda *a: None


def load(path):
    return parse(path)
