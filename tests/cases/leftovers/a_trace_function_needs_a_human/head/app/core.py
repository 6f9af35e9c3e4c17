import sys


def f(x):
    sys.settrace(tr)
    return g(x)
