def f(x):
    if False:
        y = g(x)
        return y
    return g(x)
