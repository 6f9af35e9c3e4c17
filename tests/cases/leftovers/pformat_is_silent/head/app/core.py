from pprint import pformat


def f(x):
    return g(pformat(x))
