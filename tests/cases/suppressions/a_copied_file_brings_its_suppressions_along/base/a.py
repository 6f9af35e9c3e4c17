def f(x):
    return g(x)  # type: ignore[arg-type]


def h(x):
    return x
