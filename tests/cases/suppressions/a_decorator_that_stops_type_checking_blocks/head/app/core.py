import typing


@typing.no_type_check
def f(x):
    return g(x)
