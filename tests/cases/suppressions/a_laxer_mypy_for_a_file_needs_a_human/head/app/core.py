# mypy: allow-untyped-defs
def f(x):
    return g(x)
