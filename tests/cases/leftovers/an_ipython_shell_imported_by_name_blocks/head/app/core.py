from IPython import embed


def f(x):
    embed()
    return g(x)
