# ruff: disable[E501]
def f(x):
    return g(x)
