from engine import embed


def f(x):
    embed()
    return g(x)
