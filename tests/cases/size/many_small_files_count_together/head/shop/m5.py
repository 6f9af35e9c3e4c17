def f50(x):
    return x + 50


def f51(x):
    return x + 51


