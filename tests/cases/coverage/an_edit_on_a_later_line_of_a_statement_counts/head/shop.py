def f(a):
    return g(
        a,
        2,
    )
