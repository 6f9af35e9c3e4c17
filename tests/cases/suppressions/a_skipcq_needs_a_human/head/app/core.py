def f(x):
    return g(x)  # skipcq: PYL-W0212
