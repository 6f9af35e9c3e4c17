from pprint import pprint


def f(x):
    pprint(x)
    return g(x)
