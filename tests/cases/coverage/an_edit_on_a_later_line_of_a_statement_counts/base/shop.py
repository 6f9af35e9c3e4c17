def f(a):
    return g(
        a,
        1,
    )
