import typing


@typing.final
def f(x):
    return g(x)
