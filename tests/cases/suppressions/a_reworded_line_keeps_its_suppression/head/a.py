def f(x, y):
    return g(x, y)  # type: ignore[arg-type]
