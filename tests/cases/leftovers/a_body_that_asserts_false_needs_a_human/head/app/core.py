def f(x):
    return g(x)


def h(x):
    assert False, 'not implemented'
