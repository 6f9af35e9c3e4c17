def f(x):
    return g(x)  # type: ignore[arg-type]
