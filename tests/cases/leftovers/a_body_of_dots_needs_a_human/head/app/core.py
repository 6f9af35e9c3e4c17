def f(x):
    return g(x)


def h(x):
    ...
