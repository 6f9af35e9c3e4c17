def f20(x):
    return x + 20


def f21(x):
    return x + 21


