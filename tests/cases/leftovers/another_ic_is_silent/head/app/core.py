from circuits import ic


def f(x):
    ic(x)
    return g(x)
