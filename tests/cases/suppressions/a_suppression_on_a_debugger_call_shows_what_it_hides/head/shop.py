def f(x):
    breakpoint()  # noqa: T100
    return x
