def f10(x):
    return x + 10


def f11(x):
    return x + 11


