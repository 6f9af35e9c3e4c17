import sys


def f(x):
    sys.stdout.write(str(x))
    return g(x)
