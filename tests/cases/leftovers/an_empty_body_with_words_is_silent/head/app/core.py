def f(x):
    return g(x)


def h(x):
    """Nothing to do here."""
